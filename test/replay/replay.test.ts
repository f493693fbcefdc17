import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayHistoryFile } from '../support/replayed-file.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';

/**
 * Histories of incidents that ran: `soar demo --scenario NAME --yes --out DIR` writes them. Incidents live for days, so a
 * change that breaks one of these breaks incidents in flight: it needs `patched()` or a new pinned version.
 */
const histories = new URL('./histories/', import.meta.url);
const names = (await readdir(histories)).filter((name) => name.endsWith('.json'));

interface Event {
  eventId: string;
  eventType: string;
  [attributes: string]: unknown;
}
interface Stored {
  history: { events: Event[] };
}
interface Payload {
  data: string;
}
interface Payloads {
  payloads: Payload[];
}
/** The attributes of the event kinds that are forged here. */
interface Attributes {
  activityType?: { name: string };
  scheduledEventId?: string;
  input?: Payloads;
  result?: Payloads;
  outcome?: { success: Payloads };
  workflowRunTimeout?: string;
  startToCloseTimeout?: string;
  scheduleToCloseTimeout?: string;
  scheduleToStartTimeout?: string;
}

let folder: string;
beforeAll(async () => {
  quietTemporal('WARN');
  folder = await mkdtemp(join(tmpdir(), 'soar-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Replays a copy of the history in which `lie` changed something. */
async function replayForged(lie: (events: Event[]) => void, name = names[0]!) {
  const stored = JSON.parse(await readFile(new URL(name, histories), 'utf8')) as Stored;
  lie(stored.history.events);
  const file = join(folder, 'forged.json');
  await writeFile(file, JSON.stringify(stored));
  return replayHistoryFile(file);
}

const edit = (payload: Payload, change: (value: Record<string, unknown>) => void) => {
  const value = JSON.parse(Buffer.from(payload.data, 'base64').toString()) as Record<string, unknown>;
  change(value);
  payload.data = Buffer.from(JSON.stringify(value)).toString('base64');
};
const attributes = (event: Event | undefined, name: string) => (event?.[name] ?? {}) as Attributes;

/** The last answer of an activity. */
function answerOf(events: Event[], activity: string): Event | undefined {
  const scheduled = 'activityTaskScheduledEventAttributes';
  const asked = events.findLast((event) => attributes(event, scheduled).activityType?.name === activity);
  const completed = 'activityTaskCompletedEventAttributes';
  return events.find((event) => attributes(event, completed).scheduledEventId === asked?.eventId);
}

describe('a stored history', () => {
  it.each(names)('%s still replays, with every command and result as recorded', async (name) => {
    const { matches, differences, compared } = await replayHistoryFile(new URL(name, histories).pathname);
    expect(differences).toEqual([]);
    expect(matches).toBe(true);
    expect(compared).toBeGreaterThan(20);
  });

  it.each<[string, (events: Event[]) => void, string]>([
    [
      'the input of an act',
      (events) => {
        const act = events.find(
          (event) =>
            attributes(event, 'activityTaskScheduledEventAttributes').activityType?.name === 'setAccessKeyStatus',
        );
        const { input } = attributes(act, 'activityTaskScheduledEventAttributes');
        edit(input!.payloads[0]!, (value) => (value.userName = 'somebody-else'));
      },
      'activity',
    ],
    [
      'the result of the incident',
      (events) => {
        const { result } = attributes(events.at(-1), 'workflowExecutionCompletedEventAttributes');
        edit(result!.payloads[0]!, (value) => (value.verdict = 'authorised'));
      },
      'result',
    ],
    [
      'the answer to a decision',
      (events) => {
        const update = events.find((event) => event.workflowExecutionUpdateCompletedEventAttributes);
        const { outcome } = attributes(update, 'workflowExecutionUpdateCompletedEventAttributes');
        edit(outcome!.success.payloads[0]!, (value) => (value.result = 'refused'));
      },
      'update',
    ],
    [
      'where the report was stored',
      (events) => {
        const { result } = attributes(answerOf(events, 'storeReport'), 'activityTaskCompletedEventAttributes');
        edit(result!.payloads[0]!, (value) => (value.markdown = { uri: 'elsewhere' }));
      },
      'result',
    ],
  ])('is not believed when %s was changed', async (_, lie, kind) => {
    const { matches, differences } = await replayForged(lie);
    expect(matches).toBe(false);
    expect(differences[0]).toContain(kind);
  });

  it('replays where its run had a time limit, by which the server cut that of every activity', async () => {
    const { differences } = await replayForged((events) => {
      attributes(events[0], 'workflowExecutionStartedEventAttributes').workflowRunTimeout = '30s';
      for (const event of events) {
        const scheduled = attributes(event, 'activityTaskScheduledEventAttributes');
        if (scheduled.activityType === undefined) continue;
        scheduled.startToCloseTimeout = '30s';
        scheduled.scheduleToCloseTimeout = '30s';
        scheduled.scheduleToStartTimeout = '30s';
      }
    }, 'denied-attempt.json');
    expect(differences).toEqual([]);
  });
});
