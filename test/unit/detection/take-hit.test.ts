import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hitTaker, meansEvent, unreadKeeper } from '../../../src/detection/take-hit.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { deadLetterFolder } from '../../../src/intake/dead-letters.ts';
import { fixture } from '../../support/fixtures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-unread-'));
});
afterEach(() => rm(folder, { recursive: true }));

const arrival = { door: 'detection', receivedAt: '2026-03-02T10:06:00.000Z', rule: 'a rule' } as const;
const setUp = (deadLetterBytes = 1e6) => {
  const letters = deadLetterFolder({ deadLetters: folder, deadLetterBytes, deadLetterAge: 1e9 });
  const said: string[] = [];
  const opened: Alert[] = [];
  const take = hitTaker({
    open: (alert) => {
      opened.push(alert);
      return Promise.resolve({ incidentKey: 'VMX-AAAAAAAAAA', workflowId: 'w', result: 'opened' });
    },
    keepUnread: unreadKeeper(letters, (line) => said.push(line)),
  });
  return { letters, said, opened, take };
};
const hit = (source: unknown, id = 'the-id') => ({ id, document: { _id: id, _source: source } });

describe('a hit', () => {
  it('opens its incident as an alert that came by detection', async () => {
    const { take, opened, letters } = setUp();
    expect(await take(hit(fixture('ecs/export-failure-flattened')), arrival)).toBe('opened');
    expect(opened[0]).toMatchObject({ outcome: 'failure', arrival: { ...arrival, alertId: 'the-id' } });
    expect(await letters.list()).toEqual([]);
  });

  it('that cannot be read is refused and kept once, however often it comes', async () => {
    const { take, letters, opened } = setUp();
    const unread = hit({ event: { action: 'CreateInstanceExportTask' } });
    expect(await take(unread, arrival)).toBe('refused');
    expect(await take(unread, arrival)).toBe('refused');
    expect(await take({ ...unread, id: 'another' }, arrival)).toBe('refused');
    const kept = await letters.list();
    expect(kept.map(({ door }) => door)).toEqual(['detection', 'detection']);
    expect(JSON.parse((await letters.read(kept[0]!.id)).toString())).toEqual(unread.document);
    expect(opened).toEqual([]);
  });

  it('that no playbook handles is refused and not kept', async () => {
    const { take, letters } = setUp();
    const other = { event: { action: 'RunInstances' } };
    expect(await take(hit(other), arrival)).toBe('refused');
    expect(await letters.list()).toEqual([]);
  });

  it('that cannot be kept is told, and the others go on', async () => {
    const { take, said } = setUp(1);
    expect(await take(hit({ event: { action: 'ExportImage' } }), arrival)).toBe('refused');
    expect(said).toEqual([expect.stringMatching(/^dead letter of hit [0-9a-f]{32} not kept: /)]);
  });
});

describe('an event that was found by its name', () => {
  const condition = { dataset: 'd', provider: 'p', actions: ['CreateInstanceExportTask'] };
  const refused = fixture('cloudtrail/create-instance-export-task-failure');
  const done = fixture('cloudtrail/create-instance-export-task-success');

  it('is meant by the rule of its outcome, or of any', () => {
    expect(meansEvent({ ...condition, outcome: 'failure' }, refused)).toBe(true);
    expect(meansEvent({ ...condition, outcome: 'failure' }, done)).toBe(false);
    expect(meansEvent(condition, done)).toBe(true);
  });

  it('is meant when it cannot be read, and not when another service has a call of that name', () => {
    expect(meansEvent({ ...condition, outcome: 'success' }, { CloudTrailEvent: '{' })).toBe(true);
    expect(meansEvent({ ...condition, outcome: 'success' }, { ...done, eventSource: 'x.amazonaws.com' })).toBe(false);
  });
});
