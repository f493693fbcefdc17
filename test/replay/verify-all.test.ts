import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleOf } from '../../src/audit/bundle/contents.ts';
import { newSigningKey, signingKeyOf } from '../../src/audit/bundle/keys.ts';
import { sha256Of, type EarlierRecord } from '../../src/audit/bundle/manifest.ts';
import { filesOf } from '../../src/audit/bundle/tar.ts';
import { trusted } from '../../src/audit/bundle/verify.ts';
import { missingAmong, verifyMany, type CheckedBundle } from '../../src/audit/bundle/verify-many.ts';
import { type HistoryFile, historyContent } from '../../src/audit/history-file.ts';
import { auditCode, renderers } from '../../src/audit/workflow-code.ts';
import { soar } from '../unit/cli/a-terminal.ts';

/** Many bundles at once, as an auditor has them: a folder of what the evidence store holds. */
const histories = new URL('./histories/', import.meta.url);
const stored = (await readdir(histories)).filter((name) => name.endsWith('.json'));
const historyOf = async (name: string) => JSON.parse(await readFile(new URL(name, histories), 'utf8')) as HistoryFile;

const { secretPem, publicPem } = newSigningKey();
const key = signingKeyOf(secretPem);
const bundles = new Map<string, Buffer>();
beforeAll(async () => {
  for (const name of stored) {
    const sealing = {
      history: await historyOf(name),
      code: await auditCode(),
      renderers: await renderers(),
      earlier: [],
    };
    bundles.set(name, bundleOf(sealing, key));
  }
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-verify-'));
  await writeFile(join(folder, 'key.pem'), publicPem);
  for (const [name, bundle] of bundles) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, `bundle-${name}.tar`), bundle);
  }
});
afterEach(() => rm(folder, { recursive: true }));

interface Result {
  verified: number;
  failed: number;
  outside: number;
  missing: number;
  bundles: CheckedBundle[];
  contradictions: unknown[];
}
async function verifyAll(...options: string[]): Promise<{ code: number; err: string; result: Result }> {
  const { code, out, err } = await soar([
    ...['audit', 'verify', '--all', folder, '--key', join(folder, 'key.pem'), '--json', '--jobs', '2'],
    ...options,
  ]);
  return { code, err, result: JSON.parse(out) as Result };
}

describe('all bundles of a folder', () => {
  it('are verified, each with every check, in processes of their own', async () => {
    const { code, result } = await verifyAll();
    expect(result).toMatchObject({ verified: stored.length, failed: 0, missing: 0, outside: 0 });
    expect(code).toBe(0);
    for (const { checks } of result.bundles) expect(checks.map(({ check }) => check)).toContain('replay');
  });

  it('fail when one was changed, is cut short, or is none at all, and each of these is named', async () => {
    const [first = ''] = stored;
    const changed = Buffer.from(bundles.get(first)!);
    changed[2000] = (changed[2000] ?? 0) ^ 1;
    await writeFile(join(folder, 'changed.tar'), changed);
    await writeFile(join(folder, 'short.tar'), changed.subarray(0, 5000));
    await writeFile(join(folder, 'none.tar'), 'nothing');
    const { code, result, err } = await verifyAll();
    expect(code).toBe(1);
    expect(result).toMatchObject({ verified: stored.length + 3, failed: 3 });
    for (const name of ['changed.tar', 'short.tar', 'none.tar']) expect(err).toMatch(new RegExp(`FAILED .*${name}`));
  });

  it('of which one came to no report say so of it', async () => {
    const [first = ''] = stored;
    const { history, ...about } = await historyOf(first);
    const begun = (history as { events: Record<string, unknown>[] }).events.slice(0, 2);
    const open = { ...about, closed: false, history: { events: begun } };
    const sealing = { history: open, code: await auditCode(), renderers: await renderers(), earlier: [] };
    const alone = join(folder, 'alone');
    await mkdir(alone);
    await writeFile(join(alone, 'open.tar'), bundleOf(sealing, key));
    const { code, out } = await soar([
      ...['audit', 'verify', '--all', alone, '--key', join(folder, 'key.pem'), '--jobs', '2'],
    ]);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.includes('no report'))).toEqual([
      expect.stringMatching(/^ok .*open\.tar: no report, the incident is still open$/),
    ]);
  });

  it('fail when two of them tell different things of one run, each of which holds for itself', async () => {
    const [first = ''] = stored;
    const { history, ...about } = await historyOf(first);
    const events = (history as { events: Record<string, unknown>[] }).events.slice(0, 2);
    const { eventTime, taskId } = events[1]!;
    const cut = { eventId: '3', eventTime, taskId, eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED' };
    events.push({
      ...cut,
      workflowExecutionTerminatedEventAttributes: { reason: 'nothing to see', identity: 'somebody' },
    });
    const sealing = { code: await auditCode(), renderers: await renderers(), earlier: [] };
    const forged = bundleOf({ ...sealing, history: { ...about, history: { events } } }, key);
    await writeFile(join(folder, first, 'beside.tar'), forged);
    // The same once more is no contradiction.
    await writeFile(join(folder, first, 'again.tar'), bundles.get(first)!);
    const { code, err, result } = await verifyAll();
    expect(result).toMatchObject({ verified: stored.length + 2, failed: 0, missing: 0 });
    const files = ['again.tar', 'beside.tar', `bundle-${first}.tar`].map((name) => join(folder, first, name));
    expect(result.contradictions).toEqual([{ workflowId: about.workflowId, runId: about.runId, files }]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('1 runs have bundles') as string });
  });

  it('of a period are those whose incident began in it', async () => {
    const days = await Promise.all(
      stored.map(async (name) => {
        const { history } = await historyOf(name);
        return (history as { events: { eventTime: string }[] }).events[0]!.eventTime.slice(0, 10);
      }),
    );
    const [day = ''] = days.toSorted();
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    const inside = days.filter((one) => one === day).length;
    expect((await verifyAll('--from', day, '--to', next)).result).toMatchObject({
      verified: inside,
      outside: stored.length - inside,
    });
    expect((await verifyAll('--to', day)).result).toMatchObject({ verified: 0, outside: stored.length });
  });

  it('go on after one that ends its process, which is one that cannot be relied on', async () => {
    const [first = ''] = stored;
    const there = join(folder, first, `bundle-${first}.tar`);
    const checked: CheckedBundle[] = [];
    const by = await trusted(key.publicKey);
    const always = { from: null, to: null };
    await verifyMany([join(folder, 'gone.tar'), there], by, always, 1, (one) => checked.push(one));
    expect(checked.map(({ file }) => file)).toEqual([join(folder, 'gone.tar'), there]);
    expect(checked[0]).toMatchObject({ ok: false, workflowId: null });
    expect(checked[0]?.checks[0]?.detail).toMatch(/did not end: Error: ENOENT: .*gone\.tar/);
    expect(checked[1]?.checks.map(({ check }) => check)).toContain('replay');
  });

  it('say so when there is none', async () => {
    await Promise.all(stored.map((name) => rm(join(folder, name), { recursive: true })));
    const { code, err } = await verifyAll();
    expect(code).toBe(1);
    expect(err).toContain('nothing was verified');
  });
});

describe('a record that a bundle names', () => {
  it('is missing when no bundle has that history, and is not when Temporal no longer had it to seal', async () => {
    const [first = ''] = stored;
    const history = await historyOf(first);
    const { workflowId, runId } = history;
    const digest = sha256Of(historyContent(history));
    const about = (earlier: EarlierRecord[]) =>
      ({ file: 'x', workflowId: `${workflowId}/2`, runId: 'r', history: 'h', earlier }) as unknown as CheckedBundle;
    const present = { file: 'y', workflowId, runId, history: digest, earlier: [] } as unknown as CheckedBundle;
    const names: EarlierRecord = { relation: 'continues', workflowId, runId, history: digest };
    expect(missingAmong([about([names]), present])).toEqual([]);
    expect(missingAmong([about([names])])).toEqual([{ file: 'x', names }]);
    expect(missingAmong([about([{ ...names, history: '0'.repeat(64) }]), present])).toHaveLength(1);
    expect(missingAmong([about([{ ...names, runId: null, history: null }])])).toEqual([]);
    expect(filesOf(bundles.get(first)!).find(({ path }) => path === 'history.json')).toMatchObject({
      content: historyContent(history),
    });
  });
});
