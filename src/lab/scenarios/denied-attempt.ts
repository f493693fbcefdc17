import { ListObjectsV2Command, GetObjectCommand } from '@aws-sdk/client-s3';
import { allow } from '../account.ts';
import { keyIsDead, sessionIsDenied } from '../actor-probes.ts';
import { proof, type Proof } from '../probes.ts';
import { exportsAreWatched, serviceStaysOut } from '../proofs.ts';
import type { Scenario } from '../scenario.ts';
import { enableAcls, putText, type Stage } from '../stage.ts';

/** The detection rule of the playbook's source: somebody tries, and is refused. */
export const deniedAttempt: Scenario = {
  name: 'denied-attempt',
  title: 'an unknown user tries to export a machine and is refused',
  story: [
    'nina.roth may look at instances and read reports, and has never exported anything',
    'her key calls CreateInstanceExportTask from an unknown address; AWS refuses',
  ],
  expected: { severity: 'medium', verdict: 'unauthorised-attempt' },
  actions: ['disable-access-keys', 'deny-actor', 'deny-service-put', 'monitor-exports'],

  async seed(stage) {
    const { victim } = stage;
    const instanceId = await stage.instance({
      Name: 'reporting-2',
      Purpose: 'monthly reports',
      Owner: 'team-finance',
      SlackChannel: '#team-finance',
      DataClassification: 'internal',
      Environment: 'staging',
    });
    const bucket = await stage.loggedBucket('acme-reports');
    // An older bucket, to which the service could write if it were let in.
    await enableAcls(victim.admin.s3, bucket);
    await putText(victim.admin.s3, bucket, 'october.csv', 'month,revenue\n10,1\n');
    const table = { Bucket: bucket, Key: 'october.csv' };
    const actor = await victim.user(stage.name('nina.roth'), {
      policy: [allow(['ec2:DescribeInstances', 's3:ListAllMyBuckets', 's3:ListBucket', 's3:GetObject'])],
      sourceAddress: '203.0.113.140',
    });
    const session = await victim.sessionToken(actor);
    const { record, errorCode } = await stage.export(actor, { instanceId, bucket });
    if (errorCode !== 'UnauthorizedOperation')
      throw new Error(`the export should be refused: ${errorCode ?? 'worked'}`);

    return {
      record,
      probes: [...keyIsDead(actor, table), ...sessionIsDenied(session, table)],
      check: async (outcome) => [
        await nothingCopiedOrDeleted(stage, outcome.report.incidentKey, table),
        await serviceStaysOut(stage, { instanceId, bucket }),
        await exportsAreWatched(stage, outcome.report),
      ],
    };
  },
};

async function nothingCopiedOrDeleted(
  stage: Stage,
  incidentKey: string,
  untouched: { Bucket: string; Key: string },
): Promise<Proof> {
  const { forensics, buckets } = stage.foundation;
  const copies = await forensics.admin.s3.send(new ListObjectsV2Command({ Bucket: buckets.forensics }));
  const ours = (copies.Contents ?? []).filter(({ Key = '' }) => Key.includes(incidentKey));
  const calls = await stage.lab.control.trail({
    bucketName: untouched.Bucket,
    principalArn: stage.foundation.roles.victim.contain,
  });
  const deleted = calls.filter(({ eventName }) => eventName.startsWith('Delete'));
  await stage.victim.admin.s3.send(new GetObjectCommand(untouched));
  return proof(
    'nothing was copied or deleted',
    ours.length === 0 && deleted.length === 0,
    `${ours.length} copies of this incident, ${deleted.length} deletions in ${untouched.Bucket}`,
  );
}
