import { DescribeExportTasksCommand } from '@aws-sdk/client-ec2';
import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { allow, policyText } from '../account.ts';
import { keyIsDead, mayNoLongerExport, sessionIsDenied } from '../actor-probes.ts';
import { eventually, proof, resultOf, type Proof } from '../probes.ts';
import {
  exportsAreWatched,
  publicAccessIsBlocked,
  serviceHasNoGrant,
  serviceStaysOut,
  volumesArePreserved,
} from '../proofs.ts';
import type { Scenario } from '../scenario.ts';
import { addGrants, enableAcls, putText, serviceStatement, type Stage } from '../stage.ts';

const halfAnHour = 30 * 60_000;
const plan = 'plans/cutover.txt';

/** Exports run for hours: caught in time, there is an image that never comes to be. */
export const caughtRunning: Scenario = {
  name: 'caught-running',
  title: 'an export is still running when containment acts',
  story: [
    'contractor-7 opens the listing of the bucket acme-migration to every AWS account, so that a partner sees the image arrive',
    'the key starts to export the staging instance orders-staging; that takes half an hour',
  ],
  expected: { severity: 'high', verdict: 'unauthorised-export' },
  actions: [
    'deny-export-reads',
    'disable-access-keys',
    'deny-actor',
    'cancel-export',
    'remove-outside-acl-grants',
    'block-public-access',
    'snapshot-volumes',
    'narrow-permission',
    'remove-service-grant',
    'deny-service-put',
    'monitor-exports',
  ],

  async seed(stage) {
    const { victim, outsider } = stage;
    const instanceId = await stage.instance({
      Name: 'orders-staging',
      Purpose: 'orders, before release',
      Owner: 'team-orders',
      SlackChannel: '#team-orders',
      DataClassification: 'internal',
      Environment: 'staging',
    });
    const bucket = await stage.loggedBucket('acme-migration');
    await putText(victim.admin.s3, bucket, plan, 'cutover in March\n');

    const tools = await victim.managedPolicy(stage.name('migration-tools'), ...migrating);
    const actor = await victim.user(stage.name('contractor-7'), { managed: [tools], sourceAddress: '203.0.113.9' });
    const colleague = await victim.user(stage.name('frida.lund'), { managed: [tools] });
    const partner = await outsider.user(stage.name('partner'), {
      policy: [allow('s3:*')],
      sourceAddress: '192.0.2.14',
    });

    const session = await victim.sessionToken(actor);
    await enableAcls(actor.clients.s3, bucket);
    await actor.clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const Policy = policyText(serviceStatement(bucket));
    await actor.clients.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    await addGrants(actor.clients.s3, bucket, { Grantee: { Type: 'Group', URI: everyAwsAccount }, Permission: 'READ' });

    const { task, record } = await stage.export(actor, { instanceId, bucket, runsFor: halfAnHour });
    const shared = { Bucket: bucket, Key: plan };
    const image = { Bucket: bucket, Key: task?.ExportToS3Task?.S3Key ?? '' };

    return {
      record,
      probes: [
        ...keyIsDead(actor, shared),
        ...sessionIsDenied(session, shared),
        {
          name: 'the partner sees the bucket listing no more',
          call: () => partner.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket })),
          before: 'works',
          after: ['AccessDenied'],
        },
        {
          name: 'where the image would be, a colleague reads nothing',
          call: () => colleague.clients.s3.send(new HeadObjectCommand(image)),
          before: ['HTTP 404'],
          after: ['HTTP 403'],
        },
        {
          name: 'the colleague, another user of the bucket, still reads from it',
          call: () => colleague.clients.s3.send(new GetObjectCommand(shared)),
          before: 'works',
          after: 'works',
        },
        mayNoLongerExport(colleague, 'the colleague may no longer export by the same policy', instanceId),
      ],
      check: async ({ report }) => [
        ...(await cancelledWithoutObject(stage, task?.ExportTaskId ?? '', image)),
        await publicAccessIsBlocked(stage, bucket),
        await volumesArePreserved(stage, report, instanceId),
        await serviceHasNoGrant(stage, bucket),
        await serviceStaysOut(stage, { instanceId, bucket }),
        await exportsAreWatched(stage, report),
      ],
    };
  },
};

const everyAwsAccount = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const migrating = [
  {
    Sid: 'Migrate',
    ...allow([
      'ec2:Describe*',
      'ec2:CreateInstanceExportTask',
      's3:ListAllMyBuckets',
      's3:ListBucket',
      's3:GetObject',
      's3:GetBucket*',
      's3:PutBucketPolicy',
      's3:PutBucketAcl',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPublicAccessBlock',
    ]),
  },
];

/** Whatever would have become of it: the time of the export passes at once, and nothing appears. */
async function cancelledWithoutObject(
  stage: Stage,
  taskId: string,
  image: { Bucket: string; Key: string },
): Promise<Proof[]> {
  const { ec2, s3 } = stage.victim.admin;
  const state = async () => {
    const { ExportTasks } = await ec2.send(new DescribeExportTasksCommand({ ExportTaskIds: [taskId] }));
    const { State, StatusMessage = '' } = ExportTasks?.[0] ?? {};
    if (State !== 'cancelled') throw new Error(State);
    return StatusMessage;
  };
  const cancelled = await eventually(state, 'works', 2000);
  await stage.lab.control.finishExports();
  const head = await resultOf(() => s3.send(new HeadObjectCommand(image)));
  return [
    proof(
      'the export is cancelled',
      cancelled.code === null,
      cancelled.code === null ? taskId : `${taskId}: ${cancelled.message}`,
    ),
    proof('no image appears', head.code === 'HTTP 404', head.code ?? `there is an object ${image.Bucket}/${image.Key}`),
  ];
}
