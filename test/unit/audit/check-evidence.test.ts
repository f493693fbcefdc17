import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkEvidence } from '../../../src/audit/bundle/check-evidence.ts';
import type { HistoryEvent } from '../../../src/audit/bundle/history-events.ts';
import { canonicalJson, digestOf } from '../../../src/domain/digest.ts';
import { sha256Of } from '../../../src/audit/bundle/manifest.ts';

const name = 'observed/VMX-7Q2MZ4K6AB/trail-1.json';
const seen = '{"calls":1}\n';
const answer = (value: unknown): HistoryEvent[] => [
  {
    id: 7,
    time: '2027-01-01T00:00:00Z',
    kind: 'activityTaskCompleted',
    type: 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED',
    attributes: {
      scheduledEventId: '5',
      result: { payloads: [{ data: Buffer.from(JSON.stringify(value)).toString('base64') }] },
    },
  },
];
const naming = (uri: string) =>
  answer({ events: [], evidence: [{ uri, sha256: sha256Of(Buffer.from(seen)), size: seen.length }] });
const inBucket = naming(`s3://acme-evidence/incidents/${name}`);

const run = { incidentKey: 'VMX-7Q2MZ4K6AB', runId: 'run-1' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-evidence-'));
});
afterEach(() => rm(folder, { recursive: true }));
async function keep(path: string, content: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe('evidence that the history names', () => {
  it('is not looked at without a copy of the store, which the check says', async () => {
    expect(await checkEvidence(inBucket, null, run)).toEqual({
      check: 'evidence',
      ok: true,
      detail: '0 stored reports; 1 documents are named and not looked at: bring them with --evidence',
    });
  });

  it.each([name, `incidents/${name}`, `acme-evidence/incidents/${name}`])(
    'is compared where the copy has it: %s',
    async (path) => {
      await keep(path, seen);
      expect((await checkEvidence(inBucket, folder, run)).detail).toMatch(
        /1 documents in .* are as the history names them/,
      );
      await keep(path, '{"calls":0}\n');
      expect(await checkEvidence(inBucket, folder, run)).toMatchObject({
        ok: false,
        detail: `event 7: s3://acme-evidence/incidents/${name} has another content now`,
      });
    },
  );

  it('shows an answer that was changed although nothing followed from it', async () => {
    const facts = { events: [{ eventName: 'GetObject', mfa: false }], truncated: false };
    const kept = JSON.stringify({ source: 'trail', question: {}, facts: digestOf(facts), answers: [] });
    const evidence = [{ uri: `s3://bucket/${name}`, sha256: sha256Of(Buffer.from(kept)), size: kept.length }];
    await keep(name, kept);
    expect((await checkEvidence(answer({ ...facts, evidence }), folder, run)).ok).toBe(true);
    const changed = { ...facts, events: [{ eventName: 'GetObject', mfa: true }], evidence };
    expect(await checkEvidence(answer(changed), folder, run)).toMatchObject({
      ok: false,
      detail: `event 7: s3://bucket/${name} was kept with other facts than the answer has`,
    });
  });

  it('that does not say what was drawn from it proves no answer, which the check says', async () => {
    await keep(name, seen);
    expect(await checkEvidence(inBucket, folder, run)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/; 1 of them do not say what was drawn from them/) as string,
    });
    const facts = { events: [] };
    const kept = JSON.stringify({ source: 'trail', facts: digestOf(facts) });
    await keep(name, kept);
    const evidence = [{ uri: `s3://bucket/${name}`, sha256: sha256Of(Buffer.from(kept)), size: kept.length }];
    expect((await checkEvidence(answer({ ...facts, evidence }), folder, run)).detail).not.toContain('drawn');
  });

  it('that is not there is missed', async () => {
    expect(await checkEvidence(inBucket, folder, run)).toMatchObject({
      ok: false,
      detail: `event 7: s3://acme-evidence/incidents/${name} is not in ${folder}`,
    });
  });

  it('holds every report of the run: one that was cut short does not know the later ones', async () => {
    const report = { runId: 'run-1', closedAt: null };
    const content = canonicalJson(report);
    const stored = { uri: 's3://b/x', sha256: sha256Of(Buffer.from(content)), size: content.length };
    const payloads = (value: unknown) => ({
      payloads: [{ data: Buffer.from(JSON.stringify(value)).toString('base64') }],
    });
    const event = (id: number, kind: string, attributes: HistoryEvent['attributes']): HistoryEvent => ({
      ...{ id, kind, attributes, time: '2027-01-01T00:00:00Z', type: '' },
    });
    const asked = event(5, 'activityTaskScheduled', {
      activityType: { name: 'storeReport' },
      input: payloads({ report }),
    });
    const whole = [
      asked,
      event(7, 'activityTaskCompleted', { scheduledEventId: '5', result: payloads({ json: stored }) }),
    ];
    const terminated = event(9, 'workflowExecutionTerminated', {});
    await keep('incidents/VMX-7Q2MZ4K6AB/report-0123456789ab.json', content);
    await keep('x', content);
    await keep('VMX-AAAAAAAAAA/report-0123456789ab.json', JSON.stringify({ runId: 'run-1' }));
    await keep('VMX-7Q2MZ4K6AB/report-0123456789ac.json', JSON.stringify({ runId: 'run-2' }));
    expect(await checkEvidence([...whole, terminated], folder, run)).toMatchObject({ ok: true });
    // It was being stored when somebody terminated the incident.
    expect(await checkEvidence([asked, terminated], folder, run)).toMatchObject({ ok: true });
    expect(await checkEvidence([terminated], folder, run)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(
        /report-0123456789ab.json is a report of this run, which the history did not/,
      ) as string,
    });
    expect(await checkEvidence([], folder, run)).toMatchObject({ ok: true });
  });

  it('is found by the address of a folder, too, and never outside of the copy', async () => {
    await keep(name, seen);
    expect((await checkEvidence(naming(`file:///home/soar/evidence/${name}`), folder, run)).ok).toBe(true);
    const outside = naming(`s3://bucket/../../..${join(folder, '..')}/../${name}`);
    expect((await checkEvidence(outside, folder, run)).ok).toBe(true);
    expect((await checkEvidence(naming('s3://../../etc/passwd'), folder, run)).detail).toMatch(/is not in/);
    expect((await checkEvidence(naming('s3:///etc/passwd'), folder, run)).detail).toMatch(/is not in/);
  });
});
