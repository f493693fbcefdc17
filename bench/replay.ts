import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { bundleOf } from '../src/audit/bundle/contents.ts';
import { newSigningKey } from '../src/audit/bundle/keys.ts';
import { trusted } from '../src/audit/bundle/verify.ts';
import { verifyMany } from '../src/audit/bundle/verify-many.ts';
import { readHistoryFile } from '../src/audit/history-file.ts';
import { Replayer, type Replayed } from '../src/audit/replay.ts';
import { auditCode, renderers, runnable, withoutSourceMap } from '../src/audit/workflow-code.ts';
import { bundleWorkflows } from '../workers/bundle.ts';
import { figure, type Figure, type Progress } from './figure.ts';

const histories = fileURLToPath(new URL('../test/replay/histories/', import.meta.url));
/**
 * How fast recorded incidents are replayed with everything compared, and verified as sealed files, beside the SDK's bare
 * replayer, which compares kinds and order only. Each in one process, counted from the first answer to the last. The three
 * take turns, so that whatever else this machine does hits all of them.
 */
export async function benchReplay(replays: number, turns: number, progress: Progress): Promise<Figure[]> {
  const recorded = await Promise.all(
    (await readdir(histories)).sort().map(async (name) => {
      const { decoded, ...history } = await readHistoryFile(join(histories, name));
      return { decoded, history };
    }),
  );
  const each = Math.ceil(replays / turns);
  const some: Replayed[] = Array.from({ length: each }, (_, index) => recorded.at(index % recorded.length)).flatMap(
    (one) => (one ? [{ ...one.history, decoded: one.decoded }] : []),
  );
  const folder = await mkdtemp(join(tmpdir(), 'soar-bench-'));
  const { key } = newSigningKey();
  const by = await trusted(key.publicKey);
  const code = await auditCode();
  const bare = withoutSourceMap((await bundleWorkflows()).bundle.code);
  try {
    const files: string[] = [];
    for (const [index, { history }] of recorded.entries()) {
      const first = join(folder, `${index}.tar`);
      await writeFile(first, bundleOf({ history, code, renderers: await renderers(), earlier: [] }, key));
      for (let copy = index; copy < each; copy += recorded.length) {
        const file = join(folder, `${index}-${copy}.tar`);
        await link(first, file);
        files.push(file);
      }
    }
    const took = { bare: 0, replay: 0, verify: 0 };
    const memory: number[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      took.bare += await betweenAnswers(bareReplays(bare, some));
      took.replay += await betweenAnswers(ourReplays(code.code, some));
      took.verify += await verifyTook(files, by);
      memory.push(process.memoryUsage.rss());
      progress(`${turn * each} of ${turns * each} incidents replayed`);
    }
    const rate = (milliseconds: number) => (turns * (each - 1) * 1000) / milliseconds;
    const compared = { unit: 'incidents/s', limit: rate(took.bare), goal: { atLeast: 0.67 } };
    const mebibytes = (bytes: number | undefined) => (bytes ?? Number.NaN) / 2 ** 20;
    return [
      figure('audit replay, all compared', { ...compared, value: rate(took.replay) }),
      figure('audit verify --all', { ...compared, value: rate(took.verify) }),
      figure('memory after all replays, over the first turn', {
        value: mebibytes(memory.at(-1)),
        unit: 'MiB',
        limit: mebibytes(memory[0]),
        goal: { atMost: 1.25 },
      }),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* bareReplays(code: string, some: Replayed[]): AsyncGenerator<undefined> {
  const given = some.map(({ decoded: history, workflowId }) => ({ history, workflowId }));
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: runnable(code) }, given)) {
    if (error) throw error;
    yield undefined;
  }
}

async function* ourReplays(code: string, some: Replayed[]): AsyncGenerator<undefined> {
  const replayer = new Replayer(code);
  try {
    for (const replayed of some) {
      const { matches, differences } = await replayer.replay(replayed);
      if (!matches) throw new Error(differences[0]);
      yield undefined;
    }
  } finally {
    await replayer.close();
  }
}

/** Milliseconds from the first answer to the last: starting and loading the code is not counted. */
async function betweenAnswers(answers: AsyncGenerator<undefined>): Promise<number> {
  await answers.next();
  const begun = performance.now();
  for await (const _ of answers);
  return performance.now() - begun;
}

async function verifyTook(files: string[], by: Awaited<ReturnType<typeof trusted>>): Promise<number> {
  let begun = 0;
  let last = 0;
  await verifyMany(files, by, { from: null, to: null }, 1, ({ ok, file, checks }) => {
    if (!ok) throw new Error(`${file}: ${checks.find((check) => !check.ok)?.detail ?? ''}`);
    last = performance.now();
    begun ||= last;
  });
  return last - begun;
}
