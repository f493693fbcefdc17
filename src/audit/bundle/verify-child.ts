/**
 * Verifies one bundle after the other: the first line of standard input says what is trusted, each further one names a file.
 * Answers line by line on descriptor 3. A confined process, as for a single replay; code that is known stays loaded.
 */
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { endProcess } from '../../temporal/at-end.ts';
import { quietTemporal } from '../../temporal/quiet.ts';
import { Replayer } from '../replay.ts';
import { releaseOf } from '../workflow-code.ts';
import type { Replay } from './check-replay.ts';
import { checkSeal } from './check-seal.ts';
import { decodedEvents, endOf, type HistoryEvent } from './history-events.ts';
import { publicKeyOf } from './keys.ts';
import { names, sha256Of } from './manifest.ts';
import { verifySealed, type Trusted } from './verify.ts';
import type { CheckedBundle, Order } from './verify-many.ts';

quietTemporal('ERROR');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { publicPem, from, to, ...known } = JSON.parse(String((await lines.next()).value)) as Order;
const by: Trusted = { publicKey: publicKeyOf(publicPem), ...known };

let loaded: { release: string; replayer: Replayer } | undefined;
/** Bundles of one release mostly lie together: its code stays loaded until another one is asked for. */
const replay: Replay = async (history, code) => {
  const release = releaseOf(code);
  if (loaded?.release !== release) {
    await loaded?.replayer.close();
    loaded = { release, replayer: new Replayer(code) };
  }
  const result = await loaded.replayer.replay(history);
  return { result, problem: '' };
};

async function checked(file: string): Promise<CheckedBundle> {
  const { checks, sealed } = checkSeal(await readFile(file), by.publicKey);
  const history = sealed?.files.get(names.history);
  const report = sealed?.files.get(names.report);
  const events = eventsIn(history);
  const about = {
    file,
    workflowId: sealed?.manifest.workflowId ?? null,
    runId: sealed?.manifest.runId ?? null,
    end: events ? endOf(events) : null,
    history: history ? sha256Of(history) : null,
    report: history && report ? sha256Of(report) : null,
    earlier: sealed?.manifest.earlier ?? [],
  };
  if (events && !inPeriod(events)) return { ...about, outside: true, ok: true, incidentKey: null, checks };
  return { ...about, outside: false, ...(await verifySealed(checks, sealed, by, replay)) };
}

/** By when the incident began; what cannot be read is looked at in any case. */
function inPeriod(events: HistoryEvent[]): boolean {
  const began = Date.parse(events[0]?.time ?? '');
  return Number.isNaN(began) || (began >= (from ?? -Infinity) && began < (to ?? Infinity));
}

function eventsIn(history: Buffer | undefined): HistoryEvent[] | null {
  try {
    return history ? decodedEvents((JSON.parse(history.toString()) as { history: unknown }).history) : null;
  } catch {
    return null;
  }
}

for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  writeSync(3, `${JSON.stringify(await checked(JSON.parse(line) as string))}\n`);
}
await loaded?.replayer.close();
await endProcess();
