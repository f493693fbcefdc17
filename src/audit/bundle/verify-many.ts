import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fails, type Check } from './checks.ts';
import { confined } from './confined.ts';
import type { EarlierRecord } from './manifest.ts';
import type { Trusted, Verification } from './verify.ts';

/** What the processes that verify are told once. Times in milliseconds; null: no bound. */
export interface Order {
  publicPem: string;
  releases: string[];
  renderers: string;
  gatewayKeys: string[] | null;
  evidence: string | null;
  from: number | null;
  to: number | null;
}

/** What became of one file. */
export interface CheckedBundle extends Verification {
  file: string;
  /** Null: its seal does not hold, so that nothing of it counts. */
  workflowId: string | null;
  runId: string | null;
  /** How its incident ended, in words; null: it has no history, as a redacted one. */
  end: string | null;
  /** SHA-256 of its history. */
  history: string | null;
  /** SHA-256 of its report; null: it has none, or a redacted one. */
  report: string | null;
  earlier: EarlierRecord[];
  /** Its incident began outside of the period: only the seal was looked at. */
  outside: boolean;
}

const child = fileURLToPath(new URL('verify-child.ts', import.meta.url));

/** Verifies files in so many processes, and tells of each as it is done, in any order. */
export async function verifyMany(
  files: string[],
  { publicKey, ...known }: Trusted,
  { from, to }: { from: number | null; to: number | null },
  processes: number,
  done: (checked: CheckedBundle) => void,
): Promise<void> {
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const order = JSON.stringify({ publicPem, ...known, from, to } satisfies Order);
  const waiting = [...files];
  await Promise.all(Array.from({ length: Math.min(processes, files.length) }, () => work(order, waiting, done)));
}

/** One process after the other: a file that kills its process is a file that cannot be relied on, and the next goes on. */
async function work(order: string, waiting: string[], done: (checked: CheckedBundle) => void): Promise<void> {
  while (waiting.length > 0) {
    const { input, answer, begins, problem } = confined(child);
    input.write(`${order}\n`);
    let asked = waiting.shift();
    const ask = () => {
      begins();
      if (asked === undefined) input.end();
      else input.write(`${JSON.stringify(asked)}\n`);
    };
    ask();
    for await (const line of createInterface({ input: answer })) {
      done(JSON.parse(line) as CheckedBundle);
      asked = waiting.shift();
      ask();
    }
    const why = await problem;
    if (asked !== undefined) done(unfinished(asked, why));
  }
}

function unfinished(file: string, problem: string): CheckedBundle {
  const checks: Check[] = [fails('contents', `the check did not end: ${problem}`)];
  const nothing = {
    workflowId: null,
    runId: null,
    end: null,
    history: null,
    report: null,
    earlier: [],
    incidentKey: null,
  };
  return { file, ...nothing, outside: false, ok: false, checks };
}

/** What bundles name as earlier records and no other bundle is. */
export function missingAmong(bundles: CheckedBundle[]): { file: string; names: EarlierRecord }[] {
  const present = new Set(bundles.map(({ workflowId, runId, history }) => `${workflowId}\n${runId}\n${history}`));
  return bundles.flatMap(({ file, earlier }) =>
    earlier
      .filter(
        ({ workflowId, runId, history }) => history !== null && !present.has(`${workflowId}\n${runId}\n${history}`),
      )
      .map((names) => ({ file, names })),
  );
}

/**
 * Runs of which bundles tell different things, although a run ends once and comes to one report. Whoever holds the key of the seal
 * cannot take away what a store has locked, but can put another beside it.
 */
export function contradictionsAmong(
  bundles: CheckedBundle[],
): { workflowId: string; runId: string; files: string[] }[] {
  const ended = bundles.filter(({ ok, outside, end }) => ok && !outside && end !== null && end !== 'still open');
  const runs = Map.groupBy(ended, ({ workflowId, runId }) => `${workflowId}\n${runId}`);
  return [...runs.values()].flatMap((ofRun) => {
    const [first] = ofRun;
    const told = new Set(ofRun.map(({ end, report }) => `${end}\n${report}`));
    if (told.size < 2 || first?.workflowId == null || first.runId === null) return [];
    return [{ workflowId: first.workflowId, runId: first.runId, files: ofRun.map(({ file }) => file) }];
  });
}
