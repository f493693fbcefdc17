import { ServiceError } from '@temporalio/client';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlertQueue, QueuedMessage } from '../../../activities/sqs/contract.ts';
import { failure } from '../../../activities/aws/failures.ts';
import { exportEvents, type Alert } from '../../../src/domain/alert/alert.ts';
import { monitoringPattern } from '../../../src/domain/plan/recovery-plan.ts';
import { EncryptionFailed } from '../../../src/encryption/failures.ts';
import { pollQueue, type QueueDoor } from '../../../src/intake/queue-door.ts';
import { fixture } from '../../support/fixtures.ts';

// Vitest's clock moves the timers of the global object only.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    }),
}));

const record = fixture('cloudtrail/create-instance-export-task-failure');
const bucket = 'acme-trail-logs';
const key =
  'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/03/02/111111111111_CloudTrail_eu-west-1_20260302T1005Z_x.json.gz';
const notice = { s3Bucket: bucket, s3ObjectKey: [key] };
const opening = ({ eventId }: Alert) =>
  Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: eventId, result: 'opened' as const });

/** A queue as the contract says it is, in which messages that are not deleted come again. */
function aQueue(bodies: unknown[], changes: Partial<AlertQueue> = {}) {
  const waiting: QueuedMessage[] = bodies.map((body, index) => ({
    id: `0000000${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receipt: `receipt-${index}`,
    received: 0,
  }));
  const deleted: string[] = [];
  const hidden: [id: string, seconds: number][] = [];
  const queue: AlertQueue = {
    name: 'export-alerts',
    logBuckets: [bucket],
    receive: async (_, stopped) => {
      await new Promise((resolve) => setTimeout(resolve, 20_000 / (waiting.length + 1)));
      if (stopped.aborted) throw new Error('aborted');
      return waiting.splice(0, 10).map((message) => Object.assign(message, { received: message.received + 1 }));
    },
    delete: ({ id }) => {
      deleted.push(id);
      return Promise.resolve();
    },
    hide: (message, seconds) => {
      hidden.push([message.id, seconds]);
      if (seconds < 120) setTimeout(() => waiting.push(message), seconds * 1000);
      return Promise.resolve();
    },
    readLogFile: () => Promise.resolve('gone'),
    ...changes,
  };
  return { queue, deleted, hidden };
}

let stop: AbortController;
let polling: Promise<void>;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await vi.advanceTimersByTimeAsync(120_000);
  // It has ended, and by itself.
  await polling;
  vi.useRealTimers();
});

function poll(queue: AlertQueue, door: Partial<QueueDoor> = {}) {
  const lines: string[] = [];
  const letters: string[] = [];
  const open = vi.fn(door.open ?? opening);
  polling = pollQueue(
    queue,
    {
      keep: ({ body }) => {
        letters.push(body.toString());
        return Promise.resolve('the-letter');
      },
      healthy: () => Promise.resolve(),
      log: (line) => lines.push(line),
      ...door,
      open,
    },
    stop.signal,
  );
  return { lines, letters, open, pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000) };
}
const fileOf = (...records: unknown[]) => Readable.from([Buffer.from(JSON.stringify({ Records: records }))]);

describe('a message is deleted', () => {
  test('once its alert is in an incident, with the door that it came through', async () => {
    const { queue, deleted } = aQueue([record]);
    let settle = (): void => {};
    const { open, lines, pass } = poll(queue, {
      open: (alert) => new Promise((resolve) => (settle = () => void opening(alert).then(resolve))),
    });
    await pass(30);
    expect(open.mock.calls[0]?.[0]).toMatchObject({ eventId: record['eventID'], arrival: { door: 'sqs' } });
    expect(deleted).toEqual([]);
    settle();
    await pass(1);
    expect(deleted).toEqual(['00000000']);
    expect(lines).toEqual([
      'queue export-alerts: 1 message(s) taken: 1 opened, 0 attached, 0 known before, 0 of other events, 0 dead letter(s)',
    ]);
  });

  test('when no playbook handles its event, or there is nothing in it', async () => {
    const { queue, deleted } = aQueue([{ ...record, eventName: 'RunInstances' }, { Event: 's3:TestEvent' }]);
    const { open, letters, lines, pass } = poll(queue);
    await pass(30);
    expect(deleted.toSorted()).toEqual(['00000000', '00000001']);
    expect([open.mock.calls, letters]).toEqual([[], []]);
    expect(lines.join()).toContain('1 of other events');
  });

  test('when it is what the monitoring rule sees beside exports: none of it is a dead letter', async () => {
    const { detail } = JSON.parse(monitoringPattern) as { detail: { eventName: string[] } };
    const others = detail.eventName.filter((name) => !exportEvents.some((known) => known === name));
    const seen = others.map((eventName) => ({
      source: 'aws.s3',
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { ...record, eventName },
    }));
    const { queue, deleted } = aQueue(seen);
    const { open, letters, lines, pass } = poll(queue);
    await pass(60);
    expect(others).toEqual(
      expect.arrayContaining(['ModifyImageAttribute', 'PutAccessPointPolicy', 'PutBucketReplication']),
    );
    expect([deleted.length, open.mock.calls, letters]).toEqual([others.length, [], []]);
    expect(lines.join()).toMatch(/of other events, 0 dead letter/);
  });

  test('when its log file was read: other events are counted, those of a playbook opened', async () => {
    const content = fileOf({ ...record, eventName: 'RunInstances' }, record, { ...record, eventID: 'another' });
    const { queue, deleted } = aQueue([notice], { readLogFile: () => Promise.resolve(content) });
    const { lines, letters, pass } = poll(queue);
    await pass(30);
    expect(deleted).toEqual(['00000000']);
    expect(letters).toEqual([]);
    expect(lines.join()).toContain('2 opened, 0 attached, 0 known before, 1 of other events');
    expect(content.destroyed).toBe(true);
  });
});

describe('a dead letter is kept, and then the message deleted:', () => {
  const cut = JSON.stringify(record).slice(0, 100);
  const crippled = { ...record, eventID: undefined };
  test.each<[string, unknown, string, RegExp]>([
    ['not JSON', cut, cut, /the body is not JSON/],
    ['an alert that lacks its id', crippled, JSON.stringify([crippled]), /no event id/],
    ['an empty list', [], '[]', /no alert/],
    ['a notice of a file that is not there', notice, JSON.stringify(notice), /not there/],
    [
      'a notice of another bucket',
      { ...notice, s3Bucket: 'x' },
      JSON.stringify({ ...notice, s3Bucket: 'x' }),
      /logBuckets/,
    ],
  ])('%s', async (_, body, letter, reason) => {
    const { queue, deleted } = aQueue([body, record]);
    const { letters, lines, pass } = poll(queue);
    await pass(30);
    expect(letters).toEqual([letter]);
    expect(deleted.toSorted()).toEqual(['00000000', '00000001']);
    expect(lines[0]).toMatch(/dead letter kept: the-letter: /);
    expect(lines[0]).toMatch(reason);
  });

  test('a log file with an unreadable part: the rest of it is opened', async () => {
    const { queue, deleted } = aQueue([notice], { readLogFile: () => Promise.resolve(fileOf(record, crippled)) });
    const { letters, open, pass } = poll(queue);
    await pass(30);
    expect(open).toHaveBeenCalledOnce();
    expect(letters).toEqual([JSON.stringify(notice)]);
    expect(deleted).toHaveLength(1);
  });

  test('of a part of the alerts, none while Temporal is away: it would be kept again each time', async () => {
    const { queue } = aQueue([[record, crippled]]);
    const { letters, pass } = poll(queue, { open: () => Promise.reject(new ServiceError('no connection')) });
    await pass(600);
    expect(letters).toEqual([]);
  });

  test('not where it cannot be kept: the message stays, and that is said once', async () => {
    const { queue, deleted, hidden } = aQueue(['not JSON']);
    const { lines, pass } = poll(queue, { keep: () => Promise.reject(new Error('the folder is full')) });
    await pass(3600);
    expect(deleted).toEqual([]);
    expect(hidden.length).toBeGreaterThan(2);
    expect(lines).toEqual([expect.stringContaining('the folder is full: dead letters cannot be kept')]);
  });
});

describe('while Temporal is away', () => {
  const away = () => Promise.reject(new ServiceError('no connection'));

  test('messages are put back and not asked for; afterwards they are taken', async () => {
    let isAway = true;
    const { queue, deleted, hidden } = aQueue([record, { ...record, eventID: 'another' }]);
    const receive = vi.spyOn(queue, 'receive');
    const { lines, pass } = poll(queue, {
      open: (alert) => (isAway ? away() : opening(alert)),
      healthy: () => (isAway ? away() : Promise.resolve()),
    });
    await pass(600);
    expect(deleted).toEqual([]);
    // Once each: a queue that gives up after three would not have given up.
    expect(receive).toHaveBeenCalledOnce();
    expect(hidden.map(([id]) => id).toSorted()).toEqual(['00000000', '00000001']);
    expect(lines).toEqual([
      'queue export-alerts: no connection: Temporal does not take alerts; messages stay in the queue',
    ]);
    isAway = false;
    await pass(200);
    expect(deleted.toSorted()).toEqual(['00000000', '00000001']);
    expect(lines.join('\n')).toContain('Temporal takes alerts again');
  });

  test('and while the keys of incidents are: the log names which of the two it is', async () => {
    let isAway = true;
    const { queue, deleted } = aQueue([record]);
    const { lines, pass } = poll(queue, {
      open: (alert) => (isAway ? Promise.reject(new EncryptionFailed('/keys is not mounted')) : opening(alert)),
      healthy: () => (isAway ? Promise.reject(new EncryptionFailed('/keys is not mounted')) : Promise.resolve()),
    });
    await pass(600);
    expect(lines).toEqual([
      'queue export-alerts: /keys is not mounted: the keys that encrypt incidents cannot be used; messages stay in the queue',
    ]);
    isAway = false;
    await pass(200);
    expect(deleted).toHaveLength(1);
    expect(lines.join('\n')).toContain('the keys that encrypt incidents can be used again');
  });

  test('each message comes back later than the time before', async () => {
    const { queue, hidden } = aQueue([record]);
    const { pass } = poll(queue, { open: away });
    await pass(600);
    const pauses = hidden.map(([, seconds]) => seconds);
    expect(pauses[0]).toBeGreaterThanOrEqual(15);
    expect(pauses[0]).toBeLessThanOrEqual(30);
    expect(pauses[1]).toBeGreaterThanOrEqual(30);
    expect(pauses[2]).toBeGreaterThanOrEqual(60);
  });
});

describe('AWS that fails', () => {
  test('is said once with what to do, asked again ever more slowly, and never ends the polling', async () => {
    const receive = vi.fn(() => Promise.reject(failure('AwsAccessDenied', 'receiving: denied; check the role')));
    const { lines, pass } = poll(aQueue([], { receive }).queue);
    await pass(600);
    expect(lines).toEqual([
      'queue export-alerts: receiving: denied; check the role: it is asked again until it answers',
    ]);
    expect(receive.mock.calls.length).toBeGreaterThan(10);
    expect(receive.mock.calls.length).toBeLessThan(40);
  });

  test('at deleting opens nothing else and loses nothing', async () => {
    const { queue } = aQueue([record], { delete: () => Promise.reject(new Error('no network')) });
    const { lines, pass } = poll(queue);
    await pass(30);
    expect(lines[0]).toBe('queue export-alerts: no network: until then messages come again, and open nothing twice');
  });

  test('at a log file keeps the message, and takes the others', async () => {
    const { queue, deleted, hidden } = aQueue([notice, record], {
      readLogFile: () => Promise.reject(failure('AwsAccessDenied', 'reading a log file: denied')),
    });
    const { lines, letters, pass } = poll(queue);
    await pass(12);
    expect(deleted).toEqual(['00000001']);
    expect(hidden).toEqual([['00000000', expect.any(Number)]]);
    expect(letters).toEqual([]);
    expect(lines[0]).toContain('reading a log file: denied: messages that name log files stay in the queue');
  });
});

test('a message stays hidden as long as it is worked on', async () => {
  const { queue, deleted, hidden } = aQueue([record]);
  const { pass } = poll(queue, {
    open: (alert) => new Promise((resolve) => setTimeout(() => void opening(alert).then(resolve), 300_000)),
  });
  await pass(290);
  expect(hidden.length).toBeGreaterThanOrEqual(6);
  expect(hidden.every(([, seconds]) => seconds === 120)).toBe(true);
  await pass(60);
  expect(deleted).toHaveLength(1);
});

test('at the end, what is in hand is finished and nothing more is asked for', async () => {
  const { queue, deleted } = aQueue(
    Array.from({ length: 10 }, (_, index) => ({ ...record, eventID: `event-${index}` })),
  );
  const receive = vi.spyOn(queue, 'receive');
  const { pass } = poll(queue, {
    open: (alert) => new Promise((resolve) => setTimeout(() => void opening(alert).then(resolve), 1000)),
  });
  await pass(2.5);
  stop.abort();
  await pass(10);
  expect(deleted).toHaveLength(10);
  expect(receive).toHaveBeenCalledOnce();
});
