import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allBut, decide } from '../../src/lab/demo/person.ts';
import { play } from '../../src/lab/demo/play.ts';
import type { DemoResult } from '../../src/lab/demo/result.ts';
import { startWorld, type World } from '../../src/lab/demo/world.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { shared } from '../support/shared.ts';
import { actionKind } from '../../src/domain/acts/action-id.ts';
import type { Proof } from '../../src/lab/probes.ts';

/** One cloud, server and set of workers for all scenarios of a file; each run has names of its own. */
export interface Stages {
  world: World;
  folder: string;
  /** What the intake has logged. */
  log: string[];
}

export const sharedStages = (rechecks: string[]): (() => Stages) =>
  shared(
    async () => {
      quietTemporal('WARN');
      const log: string[] = [];
      const world = await startWorld({
        progress: () => undefined,
        log: (line) => void log.push(line),
        ui: false,
        slack: true,
        rechecks,
        exportMs: 200,
      });
      return { world, folder: await mkdtemp(join(tmpdir(), 'soar-e2e-')), log };
    },
    async ({ world, folder }) => {
      await world.stop();
      await rm(folder, { recursive: true });
    },
  );

export interface Played {
  result: DemoResult;
  /** Kinds of all actions that were asked about. */
  planned: string[];
  /** By name, so that a failing test says what was seen. */
  failed: Proof[];
}

/** Plays a scenario as the demo does; its approvers leave some kinds of actions out. */
export async function playIn(
  { world, folder }: Stages,
  scenario: Scenario,
  { leftOut = [], replay }: { leftOut?: string[]; replay: boolean },
): Promise<Played> {
  const planned = new Set<string>();
  const result = await play(world, scenario, {
    suffix: `-${Math.random().toString(36).slice(2, 7)}`,
    folder,
    replay,
    progress: () => undefined,
    onAsked: (request, workflowId) => {
      for (const { id } of request.plan.actions) planned.add(actionKind(id));
      return decide(world.files, workflowId, request, allBut(request, leftOut));
    },
  });
  return { result, planned: [...planned], failed: result.proofs.filter(({ ok }) => !ok) };
}
