import { allow } from '../account.ts';
import { backupBucket, backupRole } from '../lab-config.ts';
import { proof, type Proof } from '../probes.ts';
import { nothingWasChanged } from '../proofs.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { enableAcls, serviceGrants, addGrants, type Stage } from '../stage.ts';
import type { TrailRecord } from '../aws/trail-record.ts';

/** What the alert mostly is: the backup that runs every night. */
export const authorisedBackup: Scenario = {
  name: 'authorised-backup',
  title: 'the nightly backup exports a development machine, as the allow-list says',
  story: [
    'the role vm-backup exports the development instance build-agent-7 into acme-vm-backups, from the office network',
    'later the same role exports it into another bucket, which no allow-list entry covers',
  ],
  expected: { severity: 'low', verdict: 'authorised' },
  actions: [],

  async seed(stage) {
    const { victim } = stage;
    const instanceId = await stage.instance({
      Name: 'build-agent-7',
      Purpose: 'builds and tests',
      Owner: 'team-platform',
      SlackChannel: '#team-platform',
      DataClassification: 'public',
      Environment: 'development',
    });
    const bucket = await exportableBucket(stage, backupBucket);
    const other = await exportableBucket(stage, 'acme-scratch');

    const scheduler = await victim.user(stage.name('backup-scheduler'), { policy: [allow('sts:AssumeRole')] });
    const trust = { Effect: 'Allow' as const, Principal: { AWS: scheduler.arn }, Action: 'sts:AssumeRole' };
    const permissions = allow(['ec2:Describe*', 'ec2:CreateInstanceExportTask']);
    const role = await victim.role(stage.name(backupRole), trust, 'vm-backup', permissions);
    const backup = await victim.assume(scheduler, role, 'nightly');
    const { task, record } = await stage.export(backup, { instanceId, bucket });
    await stage.exportFinished(task);

    return {
      record,
      probes: [],
      check: async (outcome) => [
        await nothingWasChanged(stage, outcome.report),
        isOnRecord(outcome),
        await notWithAnotherBucket(outcome, async () => {
          const again = await stage.export(backup, { instanceId, bucket: other });
          await stage.exportFinished(again.task);
          return again.record;
        }),
      ],
    };
  },
};

async function exportableBucket(stage: Stage, base: string): Promise<string> {
  const { s3 } = stage.victim.admin;
  const bucket = await stage.loggedBucket(base);
  await enableAcls(s3, bucket);
  await addGrants(s3, bucket, ...serviceGrants);
  return bucket;
}

/** Suppressed is still recorded (P9). */
function isOnRecord({ report }: Outcome): Proof {
  const stored = Object.values(report.stored ?? {}).map(({ uri }) => uri);
  const detail = stored.length === 0 ? 'no report was stored' : `stored at ${stored.join(', ')}`;
  return proof('the authorised export is on record', report.closedAt !== null && stored.length > 0, detail);
}

/** A stolen backup role looks like this: right role, wrong circumstances (P9). */
async function notWithAnotherBucket(outcome: Outcome, exportAgain: () => Promise<TrailRecord>): Promise<Proof> {
  const view = await outcome.openAnother(await exportAgain());
  const separate = view.incidentKey !== outcome.report.incidentKey;
  return proof(
    'the same role with another bucket is not let through',
    separate && view.verdict !== 'authorised' && view.verdict !== null,
    `${view.incidentKey}: ${view.verdict ?? 'no verdict'}, severity ${view.assessment?.severity ?? 'not assessed'}, ` +
      (view.pendingApproval ? 'waits for an approval' : `phase ${view.phase}`),
  );
}
