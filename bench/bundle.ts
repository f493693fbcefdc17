import { fileURLToPath } from 'node:url';
import { withoutSourceMap } from '../src/audit/workflow-code.ts';
import { makeBundle } from '../src/temporal/kept-bundle.ts';
import { workflowsPath } from '../workers/bundle.ts';
import { figure, type Figure } from './figure.ts';
import { median } from './statistics.ts';

/**
 * What a worker loads, and how long making it takes where it is not made beforehand, beside a workflow that does nothing.
 * The code is counted without its source map, which is for debuggers.
 */
export async function benchBundle(runs: number): Promise<Figure[]> {
  const times = { ours: [] as number[], empty: [] as number[] };
  const bytes = { ours: 0, empty: 0 };
  for (let run = 0; run <= runs; run++) {
    const ours = await timedBundle(() => makeBundle({ workflowsPath }));
    const empty = await timedBundle(() => makeBundle({ workflowsPath: emptyPath }));
    Object.assign(bytes, { ours: ours.bytes, empty: empty.bytes });
    if (run === 0) continue; // warms up
    times.ours.push(ours.took);
    times.empty.push(empty.took);
  }
  return [
    figure('workflow bundle, size', { value: bytes.ours, unit: 'bytes', limit: bytes.empty, goal: { atMost: 1.3 } }),
    figure('workflow bundle, built', {
      value: median(times.ours),
      unit: 'ms',
      limit: median(times.empty),
      goal: { atMost: 1.3 },
    }),
  ];
}

const emptyPath = fileURLToPath(new URL('empty-workflow.ts', import.meta.url));

async function timedBundle(make: () => Promise<{ code: string }>): Promise<{ took: number; bytes: number }> {
  const started = performance.now();
  const { code } = await make();
  const took = performance.now() - started;
  return { took, bytes: Buffer.byteLength(withoutSourceMap(code)) };
}
