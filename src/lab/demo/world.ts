import { rm } from 'node:fs/promises';
import { attributeTypes } from '../../temporal/search-attributes.ts';
import { registerSearchAttributes } from '../../temporal/setup.ts';
import { temporalFor, type TemporalInUse } from '../../temporal/temporal-for.ts';
import { searchAttributes } from '../../../workflows/messages.ts';
import { startWorkers } from '../../../workers/run.ts';
import { workerRoles, type WorkerRole } from '../../domain/names.ts';
import { loadConfig, type SoarConfig } from '../../config/load-config.ts';
import { startIntake } from '../../intake/serve.ts';
import { startAwsLab, type AwsLab } from '../aws/aws-lab.ts';
import { buildFoundation, type Foundation } from '../foundation.ts';
import { useAwsFiles, writeLabFiles, type LabFiles } from '../lab-config.ts';
import type { SlackLab } from '../slack/slack-lab.ts';
import { startSlackWorkspace } from '../slack-workspace.ts';
import { bothOrNeither } from './both-or-neither.ts';

/** Everything that a scenario needs: a cloud, a Temporal server, our workers and our gateway, each as in production. */
export interface World {
  lab: AwsLab;
  foundation: Foundation;
  files: LabFiles;
  config: SoarConfig;
  temporal: TemporalInUse;
  /** Where people are told and asked, if it was wanted. */
  slack: SlackLab | undefined;
  exportMs: number;
  stop(): Promise<void>;
}

export interface WorldOptions {
  progress: (line: string) => void;
  ui: boolean;
  /** Whether people are asked in Slack, too. */
  slack: boolean;
  /** When recovery is checked again, as soar.yaml writes it. */
  rechecks: string[];
  /** How long exports run. */
  exportMs: number;
  /** What the intake logs; nobody listens without it. */
  log?: (line: string) => void;
  /** Which workers run in this process; all without it. */
  roles?: WorkerRole[];
  /** Further sections of soar.yaml, as they stand there. */
  sections?: Record<string, unknown>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { progress, ui, rechecks, exportMs } = options;
  const started: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    // Workers before what they work with.
    for (const end of started.splice(0).reverse()) await end();
  };
  const keep = <T>(part: T, end: () => Promise<unknown>): T => {
    started.push(end);
    return part;
  };
  try {
    const [cloud, temporal] = await bothOrNeither(
      startAwsLab({ exportMs, progress }).then(async (lab) => {
        keep(lab, () => lab.stop());
        return { lab, foundation: await buildFoundation(lab) };
      }),
      temporalFor({ searchAttributes: attributeTypes(searchAttributes), progress, ui }).then((temporal) =>
        keep(temporal, () => temporal.stop()),
      ),
    );
    const { connection, namespace, startedHere, uiUrl } = temporal;
    if (!startedHere) await registerSearchAttributes(connection, namespace, attributeTypes(searchAttributes));
    const { lab, foundation } = cloud;
    const slack = options.slack ? await startSlackWorkspace() : undefined;
    if (slack) keep(slack, () => slack.lab.stop());
    const files = await writeLabFiles(lab, foundation, {
      rechecks,
      ...(options.sections ? { sections: options.sections } : {}),
      ...(uiUrl === undefined ? {} : { uiUrl }),
      ...(slack ? { slack: { ...slack, apiUrl: slack.lab.apiUrl } } : {}),
    });
    slack?.lab.sendInteractionsTo(`${files.gatewayUrl}/slack/interactions`);
    const restoreEnvironment = useAwsFiles(files);
    keep(files, () => {
      restoreEnvironment();
      return rm(files.folder, { recursive: true, force: true });
    });

    const config = await loadConfig(files.config);
    const intake = await startIntake(config, temporal, options.log ?? (() => undefined));
    keep(intake, () => intake.stop());
    const workers = await startWorkers({ config, temporal, roles: options.roles ?? workerRoles });
    keep(workers, () => workers.stop());
    return { lab, foundation, files, config, temporal, slack: slack?.lab, exportMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
