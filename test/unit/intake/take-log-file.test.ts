import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { HttpRefusal } from '../../../src/intake/server.ts';
import { takeLogFile } from '../../../src/intake/take-log-file.ts';
import { fixture } from '../../support/fixtures.ts';

const record = fixture('cloudtrail/create-instance-export-task-failure');
const arrival = { door: 'sqs', receivedAt: '2026-03-02T10:06:00.000Z' } as const;
const open = ({ eventId }: Alert) =>
  Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: eventId, result: 'opened' as const });
const logOf = (...records: unknown[]) => JSON.stringify({ Records: records });
const unpacking = (packed: Buffer) => Readable.from([packed]).pipe(createGunzip());

test('a whole file: its own events are opened, the others counted', async () => {
  const content = unpacking(gzipSync(logOf(record, { ...record, eventName: 'RunInstances' })));
  const taken = await takeLogFile(content, arrival, open);
  expect(taken).toMatchObject({ opened: [{ workflowId: record['eventID'] }], others: 1, unreadable: 0 });
});

test('a damaged file: what could be read is opened, and the damage counted', async () => {
  const packed = gzipSync(logOf(record, ...Array<unknown>(2000).fill({ ...record, eventName: 'RunInstances' })));
  const taken = await takeLogFile(unpacking(packed.subarray(0, packed.length - 20)), arrival, open);
  expect(taken.opened).toHaveLength(1);
  expect(taken.unreadable).toBeGreaterThan(0);
});

test('a file that unpacks without end is left where it is too long', async () => {
  let given = 0;
  const endless = Readable.from(
    (function* () {
      yield Buffer.from(`{"Records":[${JSON.stringify(record)},`);
      for (; ; given++) yield Buffer.alloc(1000, ' ');
    })(),
  );
  const taken = await takeLogFile(endless, arrival, open, { longest: 50_000 });
  expect(taken.opened).toHaveLength(1);
  expect(taken.unreadable).toBeGreaterThan(0);
  expect(given).toBeLessThan(100);
  expect(endless.destroyed).toBe(true);
});

test('Temporal that does not take one: nothing more is read, and whoever asked hears of it', async () => {
  const opening = vi.fn(() => Promise.reject(new Error('no connection')));
  const content = Readable.from([Buffer.from(logOf(record, { ...record, eventID: 'another' }))]);
  await expect(takeLogFile(content, arrival, opening)).rejects.toBeInstanceOf(HttpRefusal);
  expect(opening).toHaveBeenCalledOnce();
  expect(content.destroyed).toBe(true);
});
