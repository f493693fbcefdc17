import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { causeWords } from '../../domain/watch/drift.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { allow, type Caller } from '../account.ts';
import { mayNoLongerExport } from '../actor-probes.ts';
import { exporterRole } from '../lab-config.ts';
import { proof, type Proof } from '../probes.ts';
import { copyIsEqual, exportsAreWatched, serviceHasNoGrant, serviceStaysOut, volumesArePreserved } from '../proofs.ts';
import type { Scenario } from '../scenario.ts';
import { addGrants, enableAcls, putText, serviceGrants } from '../stage.ts';

const runbook = 'runbooks/restore.txt';

/** Somebody who may, but not like this: no ticket, no notice, and a bucket opened to the export service by hand. */
export const insider: Scenario = {
  name: 'insider',
  title: 'an authorised engineer exports a staging machine outside the process',
  story: [
    'dana.weiss takes the role platform-engineer with an own access key, and gives the export service a grant in the ACL of acme-team-share',
    'she exports the staging instance search-staging into it; nobody downloads the image',
    'and she makes an AMI of the same instance, and shares that with account 333333333333',
    'while recovery is being watched, the grant comes back',
  ],
  expected: { severity: 'high', verdict: 'unauthorised-export' },
  actions: [
    'deny-export-reads',
    'unshare-copies',
    'revoke-role-sessions',
    'disable-access-keys',
    'deny-actor',
    'snapshot-volumes',
    'copy-to-forensics',
    'narrow-permission',
    'remove-service-acl-grant',
    'deny-service-put',
    'monitor-exports',
  ],

  async seed(stage) {
    const { victim, outsider } = stage;
    const { s3 } = victim.admin;
    const instanceId = await stage.instance({
      Name: 'search-staging',
      Purpose: 'search, before release',
      Owner: 'team-search',
      SlackChannel: '#team-search',
      DataClassification: 'internal',
      Environment: 'staging',
    });
    const bucket = await stage.loggedBucket('acme-team-share');
    await putText(s3, bucket, runbook, 'restore from snapshot\n');

    const dana = await victim.user(stage.name('dana.weiss'), { policy: [allow('sts:AssumeRole')] });
    const erin = await victim.user(stage.name('erin.okafor'), { policy: [allow('sts:AssumeRole')] });
    const colleague = await victim.user(stage.name('greta.ohm'), { policy: [allow(['s3:GetObject'])] });
    const trust = { Effect: 'Allow' as const, Principal: { AWS: [dana.arn, erin.arn] }, Action: 'sts:AssumeRole' };
    const permissions = allow(['ec2:*', 's3:*']);
    const role = await victim.role(stage.name(exporterRole), trust, 'platform', permissions);
    const session = await victim.assume(dana, role, 'dana.weiss');
    const ownSession = await victim.sessionToken(dana);

    await enableAcls(session.clients.s3, bucket);
    await addGrants(session.clients.s3, bucket, ...serviceGrants);
    const { task, record } = await stage.export(session, { instanceId, bucket });
    await stage.exportFinished(task);
    const copy = await sharedImage(session, stage.name('search-staging-copy'), instanceId, outsider.id);
    const partner = await outsider.user(stage.name('partner'), { policy: [allow('ec2:Describe*')] });
    const image = { Bucket: bucket, Key: task?.ExportToS3Task?.S3Key ?? '' };
    const shared = { Bucket: bucket, Key: runbook };
    // The log has to reach past the end of the export, in whole seconds, before its silence says anything (P8).
    await sleep(1100);
    await colleague.clients.s3.send(new GetObjectCommand(shared));

    return {
      record,
      probes: [
        {
          name: "the actor's session looks at no instances any more",
          call: () => session.clients.ec2.send(new DescribeInstancesCommand({})),
          before: 'works',
          after: ['UnauthorizedOperation'],
        },
        {
          name: "the actor's key takes no other session of the role",
          call: () => victim.assume(dana, role, 'dana.weiss'),
          before: 'works',
          after: ['InvalidClientTokenId'],
        },
        {
          name: "the actor's earlier session of its own takes no role any more",
          call: () => victim.assume(ownSession, role, 'dana.weiss'),
          before: 'works',
          after: ['AccessDenied'],
        },
        {
          name: "the actor's session reads the image no more",
          call: () => session.clients.s3.send(new HeadObjectCommand(image)),
          before: 'works',
          after: ['HTTP 403'],
        },
        {
          name: 'the outside account sees the shared AMI no more',
          call: () => partner.clients.ec2.send(new DescribeImagesCommand({ ImageIds: [copy] })),
          before: 'works',
          after: ['InvalidAMIID.NotFound'],
        },
        {
          name: 'a colleague, who could, reads the image no more',
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
        {
          name: 'an innocent person works on in a new session of the same role',
          call: async () =>
            (await victim.assume(erin, role, 'erin.okafor')).clients.ec2.send(new DescribeInstancesCommand({})),
          before: 'works',
          after: 'works',
        },
        {
          ...mayNoLongerExport(erin, 'a new session of the role may no longer export', instanceId),
          call: async () => {
            const fresh = await victim.assume(erin, role, 'erin.okafor');
            return mayNoLongerExport(fresh, '', instanceId).call();
          },
        },
      ],
      afterFirstRecheck: async () => {
        await addGrants(s3, bucket, ...serviceGrants);
      },
      check: async ({ report }) => [
        outsideTheProcess(report),
        notDownloaded(report),
        await copyIsEqual(stage, report),
        await volumesArePreserved(stage, report, instanceId),
        await serviceHasNoGrant(stage, bucket),
        driftWasFound(report),
        await serviceStaysOut(stage, { instanceId, bucket }),
        await exportsAreWatched(stage, report),
      ],
    };
  },
};

/** The machine once more, past the bucket and its logs. */
async function sharedImage({ clients }: Caller, name: string, instanceId: string, accountId: string): Promise<string> {
  const { ImageId = '' } = await clients.ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: name }));
  const LaunchPermission = { Add: [{ UserId: accountId }] };
  await clients.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  return ImageId;
}

/** S64 is met, though something else weighs more. */
function outsideTheProcess({ assessment }: IncidentReport): Proof {
  const criterion = assessment.met.find(({ id }) => id === 'S64');
  const met = assessment.met.map(({ id }) => id).join(', ');
  return proof('it counts as done by an authorised user outside the process', criterion !== undefined, met);
}

function notDownloaded({ findings }: IncidentReport): Proof {
  const finding = findings.find(({ sources }) => sources.includes('S73'));
  return proof(
    'not downloaded, and the access log says so',
    finding?.answer === 'no',
    finding ? `${finding.answer}: ${finding.detail}` : 'no finding about downloads',
  );
}

/** Recovery is watched (S113, S117): the grant came back, was noticed with who put it there, and taken away again. */
function driftWasFound({ rechecks }: IncidentReport): Proof {
  const drifts = rechecks.flatMap(({ drifted }) => drifted);
  const drift = drifts.find(({ id }) => id.startsWith('remove-service-acl-grant'));
  return proof(
    'a later recheck found the grant that had come back, and the call that put it there',
    drift?.causes?.some(({ eventName }) => eventName === 'PutBucketAcl') === true && drift.change !== undefined,
    drifts.map(({ id, causes = [] }) => [id, ...causes.map(causeWords)].join(': ')).join('; ') || 'no drift',
  );
}
