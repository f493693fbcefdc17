import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { deadLetterFolder, type DeadLetterFolder } from '../../../src/intake/dead-letters.ts';
import { redrive } from '../../../src/intake/redrive.ts';
import { fixture } from '../../support/fixtures.ts';
import { leastConfig } from '../config/configuration.ts';
import { soar } from './a-terminal.ts';

const record = fixture('cloudtrail/create-instance-export-task-failure');
const day = 86_400_000;
let folder: string;
let config: string;
let time: Date;
let letters: DeadLetterFolder;
const limits = () => ({ deadLetters: join(folder, 'letters'), deadLetterBytes: 2000, deadLetterAge: 30 * day });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-dead-'));
  config = join(folder, 'soar.yaml');
  await writeFile(
    config,
    stringify({ ...leastConfig(), intake: { ...leastConfig().intake, deadLetters: './letters' } }),
  );
  time = new Date('2026-03-02T10:06:00Z');
  letters = deadLetterFolder(limits(), () => time);
});
afterEach(() => rm(folder, { recursive: true }));

const keep = (body: string, requestId = '0b5c') =>
  letters.keep({ requestId, door: 'elastic', body: Buffer.from(body) });
const open = ({ eventId }: Alert) =>
  Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: eventId, result: 'opened' as const });

describe('dead letters', () => {
  test('are listed and shown by another process, and dropped', async () => {
    expect(await soar(['dead-letter', 'list', '-c', config])).toMatchObject({ code: 0, out: 'no dead letters\n' });
    const id = await keep('{"broken":\u001b[31m');
    const { out } = await soar(['dead-letter', 'list', '-c', config, '--json']);
    expect(JSON.parse(out)).toEqual([{ id, receivedAt: '2026-03-02T10:06:00.000Z', door: 'elastic', bytes: 15 }]);
    const shown = await soar(['dead-letter', 'show', id, '-c', config]);
    expect(shown).toEqual({ code: 0, out: '{"broken":[31m\n', err: 'it is not JSON\n' });
    expect((await soar(['dead-letter', 'drop', id, '-c', config])).code).toBe(0);
    expect(await letters.list()).toEqual([]);
    expect((await soar(['dead-letter', 'drop', id, '-c', config])).code).toBe(1);
  });

  test.each(['../soar', '../../etc/passwd', '2026', ''])('no other file can be named: %j', async (id) => {
    expect(await soar(['dead-letter', 'show', id, '-c', config])).toMatchObject({ code: 1, out: '' });
    expect((await soar(['dead-letter', 'drop', id, '-c', config])).code).toBe(1);
    expect(await readdir(folder)).toContain('soar.yaml');
  });

  test('are bounded in size, number and age, and no stranger among the files disturbs', async () => {
    await keep('x'.repeat(1500));
    await expect(keep('x'.repeat(600), '0b5d')).rejects.toThrow(/deadLetterBytes/);
    await writeFile(join(folder, 'letters', 'notes.txt'), 'mine');
    time = new Date(time.getTime() + 31 * day);
    await keep('x'.repeat(600), '0b5e');
    expect((await letters.list()).map(({ bytes }) => bytes)).toEqual([600]);
    expect(await readdir(join(folder, 'letters'))).toContain('notes.txt');
  });
});

describe('redrive', () => {
  const first = async () => (await letters.list())[0]!;

  test('opens what a better decoder reads now, with the door and the time that it had, and deletes the letter', async () => {
    await keep(JSON.stringify([record, { ...record, eventName: 'RunInstances' }]));
    const seen: Alert[] = [];
    const redriven = await redrive(letters, await first(), (alert) => {
      seen.push(alert);
      return open(alert);
    });
    expect(redriven).toMatchObject({ opened: [{ incidentKey: 'VMX-ABCDEFGHIJ' }], others: 1, reasons: [] });
    expect(seen[0]?.arrival).toEqual({ door: 'elastic', receivedAt: '2026-03-02T10:06:00.000Z' });
    expect(await letters.list()).toEqual([]);
  });

  test.each([
    ['[{"nonsense":1}]', 'the alert is neither a CloudTrail record, nor an EventBridge event, nor an ECS document'],
    ['', 'it is empty'],
  ])('keeps what still cannot be read: %j', async (body, reason) => {
    await keep(body);
    expect((await redrive(letters, await first(), open)).reasons).toEqual([reason]);
    expect(await letters.list()).toHaveLength(1);
  });

  test('keeps the letter when Temporal is away', async () => {
    await keep(JSON.stringify(record));
    const away = () => Promise.reject(new Error('unavailable'));
    await expect(redrive(letters, await first(), away)).rejects.toThrow('unavailable');
    expect(await letters.list()).toHaveLength(1);
  });

  test('needs a letter or all of them', async () => {
    expect((await soar(['dead-letter', 'redrive', '-c', config])).code).toBe(2);
    expect((await soar(['dead-letter', 'redrive', 'x', '--all', '-c', config])).code).toBe(2);
    expect((await soar(['dead-letter', 'redrive', 'x', '-c', config])).code).toBe(1);
  });
});
