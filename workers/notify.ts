import { Worker } from '@temporalio/worker';
import type { SealingSettings } from '../activities/archive/notify.ts';
import { notifyActivities } from '../activities/notify.ts';
import { sealingKey } from '../src/audit/sealing-key.ts';
import { approverDirectory } from '../src/config/approver-directory.ts';
import { archiveSettings } from '../src/config/archive-settings.ts';
import { evidenceSettings } from '../src/config/aws-settings.ts';
import { kibanaSettings } from '../src/config/kibana-settings.ts';
import { loadConfig, type SoarConfig } from '../src/config/load-config.ts';
import { pagerSettings } from '../src/config/pager-settings.ts';
import { slackSettings } from '../src/config/slack-settings.ts';
import { sourceSettings } from '../src/config/source-settings.ts';
import { archiveReader } from '../src/intake/archive-reader.ts';
import { taskQueues } from '../src/domain/names.ts';
import { inTemporal, type MadeWorker, type WorkerContext } from './context.ts';
import { auditCodes } from './releases.ts';

/**
 * Appends evidence, reads our own configuration, asks what people wrote, tells detectors and people; its AWS roles can
 * append, look up an event in the archive's index, and nothing else (P12).
 */
export async function notifyWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  // Read anew each time: who was taken off the list does not count any more (P7).
  const readPolicy = async () => approverDirectory(await loadConfig(config.file));
  const readIdentities = async () => (await loadConfig(config.file)).identityMap;
  const archive = archiveSettings(config, 'notify');
  const slack = slackSettings(config, temporal.namespace);
  const worker = await Worker.create({
    connection,
    ...inTemporal(temporal),
    taskQueue: taskQueues.notify,
    activities: notifyActivities({
      client: temporal.client,
      evidence: evidenceSettings(config),
      readIndex: archive && archiveReader(archive, 'soar-notify'),
      sealing: sealingOf(config),
      readPolicy,
      codeSecret: config.gateway.codeSecret.read(),
      kibana: kibanaSettings(config, temporal.namespace),
      pager: pagerSettings(config, temporal.namespace),
      slack: slack && { ...slack, readDirectory: readPolicy },
      sources: { ...sourceSettings(config), readIdentities },
    }),
  });
  return { worker };
}

const sealingOf = (config: SoarConfig): SealingSettings | null => {
  const key = sealingKey(config);
  return key && { key, codeOf: auditCodes(config.releases) };
};
