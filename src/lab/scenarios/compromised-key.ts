import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, HeadObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { allow, policyText, type Statement } from '../account.ts';
import { keyIsDead, mayNoLongerExport, sessionIsDenied } from '../actor-probes.ts';
import { proof } from '../probes.ts';
import { copyIsEqual, exportsAreWatched, serviceHasNoGrant, serviceStaysOut, volumesArePreserved } from '../proofs.ts';
import type { Scenario } from '../scenario.ts';
import { enableAcls, exportCommand, putText, serviceStatement } from '../stage.ts';

const stolenFrom = '203.0.113.66';
const template = 'templates/base-image.txt';

/** The worst case: a stolen key, a production machine, and the image is already outside. */
export const compromisedKey: Scenario = {
  name: 'compromised-key',
  title: 'a stolen key exports a production machine, and another account fetches the image',
  story: [
    'release-bot, whose access key leaked, opens the bucket acme-vm-images to the export service and to account 333333333333',
    'it exports the production instance checkout-db into that bucket',
    'and it makes itself a user, svc-diagnostics, with an access key of its own, to come back by',
    'mallory, in account 333333333333, downloads the image once',
  ],
  expected: { severity: 'high', verdict: 'unauthorised-export' },
  actions: [
    'deny-export-reads',
    'disable-access-keys',
    'deny-actor',
    'remove-outside-grants',
    'snapshot-volumes',
    'copy-to-forensics',
    'narrow-permission',
    'remove-service-grant',
    'deny-service-put',
    'monitor-exports',
  ],

  async seed(stage) {
    const { victim, outsider } = stage;
    const instanceId = await stage.instance({
      Name: 'checkout-db',
      Purpose: 'database of the checkout',
      Owner: 'team-payments',
      SlackChannel: '#team-payments',
      DataClassification: 'confidential',
      Environment: 'production',
    });
    const bucket = await stage.loggedBucket('acme-vm-images');
    await putText(victim.admin.s3, bucket, template, 'base image\n');

    const operators = await victim.group(stage.name('vm-operators'), 'vm-operators', ...operating);
    const actor = await victim.user(stage.name('release-bot'), { groups: [operators], sourceAddress: stolenFrom });
    const colleague = await victim.user(stage.name('carol.diaz'), { groups: [operators] });
    const mallory = await outsider.user(stage.name('mallory'), {
      policy: [allow('s3:*')],
      sourceAddress: '192.0.2.77',
    });

    const session = await victim.sessionToken(actor);
    await enableAcls(actor.clients.s3, bucket);
    const Policy = policyText(serviceStatement(bucket), lettingIn(outsider.id, bucket));
    await actor.clients.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const { task, record } = await stage.export(actor, { instanceId, bucket });
    await stage.exportFinished(task);

    const backDoor = await victim.user(stage.name('svc-diagnostics'), {
      policy: [allow(['ec2:Describe*', 's3:GetObject'])],
      sourceAddress: stolenFrom,
      by: actor.clients,
    });
    const image = { Bucket: bucket, Key: task?.ExportToS3Task?.S3Key ?? '' };
    const shared = { Bucket: bucket, Key: template };
    const download = await mallory.clients.s3.send(new GetObjectCommand(image));
    const bytes = (await download.Body?.transformToByteArray())?.length ?? 0;

    return {
      record,
      probes: [
        {
          name: "the actor's key exports no longer",
          call: () => actor.clients.ec2.send(exportCommand({ instanceId, bucket })),
          before: 'works',
          made: `worked (${task?.ExportTaskId ?? ''})`,
          after: ['AuthFailure'],
        },
        ...keyIsDead(actor, shared),
        ...sessionIsDenied(session, shared),
        {
          name: "the actor's key of a user that it made looks at no instances any more",
          call: () => backDoor.clients.ec2.send(new DescribeInstancesCommand({})),
          before: 'works',
          after: ['AuthFailure'],
        },
        {
          name: 'the outside account reads the image no more',
          call: () => mallory.clients.s3.send(new GetObjectCommand(image)),
          before: 'works',
          made: `worked (${bytes} bytes)`,
          after: ['AccessDenied'],
        },
        {
          name: 'the outside account reads no other object of the bucket either',
          call: () => mallory.clients.s3.send(new GetObjectCommand(shared)),
          before: 'works',
          after: ['AccessDenied'],
        },
        {
          name: 'a colleague, who could, reads the image no more',
          // HEAD needs the same permission and is no download.
          call: () => colleague.clients.s3.send(new HeadObjectCommand(image)),
          before: 'works',
          after: ['HTTP 403'],
        },
        {
          name: 'the colleague, another user of the bucket, still reads from it',
          call: () => colleague.clients.s3.send(new GetObjectCommand(shared)),
          before: 'works',
          after: 'works',
        },
        mayNoLongerExport(colleague, 'the colleague may no longer export by the same group', instanceId),
      ],
      check: async ({ report }) => [
        downloadIsReported(report.findings, outsider.id, bytes),
        await copyIsEqual(stage, report),
        await volumesArePreserved(stage, report, instanceId),
        await serviceHasNoGrant(stage, bucket),
        await serviceStaysOut(stage, { instanceId, bucket }),
        await exportsAreWatched(stage, report),
      ],
    };
  },
};

/** What the group may do, exporting among it. */
const operating: Statement[] = [
  {
    Sid: 'Operate',
    ...allow([
      'ec2:Describe*',
      'ec2:StartInstances',
      'ec2:StopInstances',
      'ec2:CreateInstanceExportTask',
      's3:ListAllMyBuckets',
      's3:ListBucket',
      's3:GetObject',
      's3:PutObject',
      's3:GetBucket*',
      's3:PutBucketPolicy',
      's3:PutBucketOwnershipControls',
      'iam:CreateUser',
      'iam:PutUserPolicy',
      'iam:CreateAccessKey',
    ]),
  },
];

const lettingIn = (accountId: string, bucket: string): Statement => ({
  Sid: 'PartnerAccess',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
});

function downloadIsReported(findings: { sources: string[]; detail: string }[], accountId: string, bytes: number) {
  const finding = findings.find(({ sources }) => sources.includes('S73'));
  const detail = finding?.detail ?? 'no finding about downloads';
  return proof(
    'the download is reported with bytes and by whom',
    detail.includes(accountId) && detail.includes(String(bytes)),
    detail,
  );
}
