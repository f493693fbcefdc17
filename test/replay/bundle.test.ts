import { readFile, readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, sealed } from '../../src/audit/bundle/contents.ts';
import { newSigningKey, signingKeyOf } from '../../src/audit/bundle/keys.ts';
import { jsonFile, listed, names, type EarlierRecord, type Manifest } from '../../src/audit/bundle/manifest.ts';
import { filesOf, tarOf, type BundleFile } from '../../src/audit/bundle/tar.ts';
import { verifyBundle, type Verification } from '../../src/audit/bundle/verify.ts';
import type { HistoryFile } from '../../src/audit/history-file.ts';
import { auditCode, releaseOf, renderers, type AuditCode } from '../../src/audit/workflow-code.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';

/** Bundles of incidents that ran (histories/), honest and forged. */
const histories = new URL('./histories/', import.meta.url);
const stored = (await readdir(histories)).filter((name) => name.endsWith('.json'));
const historyOf = async (name: string) => JSON.parse(await readFile(new URL(name, histories), 'utf8')) as HistoryFile;

const newKey = () => signingKeyOf(newSigningKey().secretPem);
const key = newKey();
let honest: Buffer;
const bundled = async (history: HistoryFile, code?: AuditCode, earlier: EarlierRecord[] = []) =>
  bundleOf({ history, code: code ?? (await auditCode()), renderers: await renderers(), earlier }, key);
beforeAll(async () => {
  quietTemporal('WARN');
  honest = await bundled(await historyOf('compromised-key.json'));
});

const verify = (tar: Buffer, by = key) => verifyBundle(tar, by.publicKey, []);
const failed = ({ checks }: Verification) =>
  checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);

describe('a bundle', () => {
  it.each(stored)('of %s is sealed, replays, and each change had its approval', async (name) => {
    const result = await verify(await bundled(await historyOf(name)));
    expect(failed(result)).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.checks.map(({ check }) => check)).toEqual([
      'archive',
      'signature',
      'manifest',
      'files',
      'release',
      'history',
      'earlier',
      'report',
      'approvals',
      'evidence',
      'replay',
    ]);
  });

  it('is the same bytes for the same history, code and key', async () => {
    const again = await bundled(await historyOf('compromised-key.json'));
    expect(again.equals(honest)).toBe(true);
  });

  it('of another key is refused before anything of it is read', async () => {
    const { ok, checks } = await verify(honest, newKey());
    expect(ok).toBe(false);
    expect(checks.map(({ check, ok: holds }) => `${check} ${holds}`)).toEqual(['archive true', 'signature false']);
  });

  it('of an unknown release does not run its code', async () => {
    const history = await historyOf('compromised-key.json');
    const strange = 'throw new Error("it ran")';
    const foreign = await bundled(history, { code: strange, release: releaseOf(strange) });
    const result = await verify(foreign);
    expect(failed(result)).toEqual([
      expect.stringMatching(/^release: .* is not among the known releases/),
      'replay: not run: the code is not known',
    ]);
  });

  it('in which one byte is changed is found, wherever the byte is', { timeout: 300_000 }, async () => {
    const mutations = 600;
    let accepted = 0;
    for (let number = 0; number < mutations; number++) {
      // Everywhere in turn, small files too: half of the mutations fall on headers, manifest and signature.
      const at = number % 2 === 0 ? Math.floor((honest.length * number) / mutations) : smallPlace(number);
      const changed = Buffer.from(honest);
      changed[at] = (changed[at] ?? 0) ^ (1 << (number % 8));
      const { ok } = await verify(changed);
      if (ok) accepted += 1;
    }
    expect(accepted).toBe(0);
  });

  it('that is cut short or longer is refused, and nothing crashes', async () => {
    for (const tar of [
      Buffer.alloc(0),
      honest.subarray(0, 700),
      honest.subarray(0, -1),
      Buffer.concat([honest, Buffer.alloc(512)]),
    ]) {
      const { ok, checks } = await verify(tar);
      expect(ok).toBe(false);
      expect(checks.length).toBeGreaterThan(0);
    }
  });
});

/** A byte of manifest, signature, policy, readme or of their headers. */
function smallPlace(number: number): number {
  const small = filesOf(honest).filter(({ content }) => content.length < 20_000);
  const { path } = small[number % small.length]!;
  const start = honest.indexOf(Buffer.from(`${path}\0`));
  const size = 512 + small.find((file) => file.path === path)!.content.length;
  return start + ((number * 7919) % size);
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
  acceptedRequest?: { input: { args: Payloads } };
}
interface Event {
  eventId: string;
  eventTime: string;
  activityTaskScheduledEventAttributes?: Attributes;
  activityTaskCompletedEventAttributes?: Attributes;
  workflowExecutionUpdateAcceptedEventAttributes?: Attributes;
  workflowExecutionCompletedEventAttributes?: Attributes;
}

/** A bundle that lies, sealed with the right key by whoever has it. */
async function forged(lie: (events: Event[]) => void, more: (files: BundleFile[]) => BundleFile[] = (files) => files) {
  const history = await historyOf('compromised-key.json');
  lie((history.history as { events: Event[] }).events);
  return resealed(filesOf(await bundled(history)), more);
}

function resealed(files: BundleFile[], change: (files: BundleFile[]) => BundleFile[]): Buffer {
  const manifest = JSON.parse(files.find(({ path }) => path === names.manifest)!.content.toString()) as Manifest;
  const inner = change(files.filter(({ path }) => path !== names.manifest && path !== names.signature));
  return sealed(inner, { ...manifest, files: listed(inner) }, key);
}

/** Changes the first value of a payload list. */
function edit(payloads: Payloads | undefined, change: (value: Record<string, unknown>) => void): void {
  const [payload] = payloads!.payloads;
  const value = JSON.parse(Buffer.from(payload!.data, 'base64').toString()) as Record<string, unknown>;
  change(value);
  payload!.data = Buffer.from(JSON.stringify(value)).toString('base64');
}
const scheduled = (events: Event[], type: string) =>
  events.filter(({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name === type);
/** What the first activity of this type answered. */
const answer = (events: Event[], type: string) =>
  completed(events, type)[0]!.activityTaskCompletedEventAttributes!.result;
function completed(events: Event[], type: string): Event[] {
  const ids = scheduled(events, type).map(({ eventId }) => eventId);
  return events.filter((event) => ids.includes(event.activityTaskCompletedEventAttributes?.scheduledEventId ?? ''));
}
const approval = (events: Event[]) =>
  events.find((event) => event.workflowExecutionUpdateAcceptedEventAttributes !== undefined)!;
const decision = (events: Event[]) =>
  approval(events).workflowExecutionUpdateAcceptedEventAttributes!.acceptedRequest!.input.args;

describe('a bundle that lies, sealed with the right key,', () => {
  it.each<[string, (events: Event[]) => void, RegExp]>([
    [
      'about what was done',
      (events) => {
        const [act] = scheduled(events, 'editBucketPolicy');
        edit(act!.activityTaskScheduledEventAttributes!.input, (input) => (input.bucket = 'another-bucket'));
      },
      /^approvals: event \d+: editBucketPolicy was not approved/,
    ],
    [
      'about what came of it',
      (events) => edit(answer(events, 'editBucketPolicy'), (result) => (result.status = 'gone')),
      /^replay: /,
    ],
    [
      'about who decided',
      (events) => edit(decision(events), (given) => (given.approver = 'mallory')),
      /^approvals: event \d+: /,
    ],
    [
      'about what was decided',
      (events) => edit(decision(events), (given) => (given.reason = 'other words')),
      /^approvals: event \d+: /,
    ],
    [
      'about who may decide',
      (events) => {
        for (const read of completed(events, 'readApprovers')) {
          edit(read.activityTaskCompletedEventAttributes!.result, (directory) => (directory.approvers = []));
        }
      },
      /^approvals: event \d+: .* is not on the list of approvers/,
    ],
    [
      'about when it was decided',
      (events) => {
        const event = approval(events);
        event.eventTime = new Date(Date.parse(event.eventTime) - 3_600_000).toISOString();
      },
      /^(history: event \d+ is earlier|approvals: event \d+: the decision of .* says)/,
    ],
    ['about its end', (events) => void events.pop(), /^history: it ends with event \d+, which is no end/],
    ['by leaving an event out', (events) => void events.splice(40, 1), /^history: event 41 is missing/],
    [
      'about its result',
      (events) =>
        edit(events.at(-1)!.workflowExecutionCompletedEventAttributes!.result, (report) => {
          report.verdict = 'authorised';
        }),
      /^replay: result 1/,
    ],
    [
      'about what was stored',
      (events) =>
        edit(answer(events, 'storeReport'), (result) => (result.json = { sha256: '0'.repeat(64), size: 1, uri: 'x' })),
      /^evidence: event \d+/,
    ],
  ])('%s is found out', async (_, lie, where) => {
    const result = await verify(await forged(lie));
    expect(result.ok).toBe(false);
    expect(failed(result).filter((line) => where.test(line))).not.toEqual([]);
  });

  it('by an act before its approval is found out', async () => {
    const result = await verify(
      await forged((events) => {
        const act = scheduled(events, 'editBucketPolicy')[0]!;
        const yes = approval(events);
        const [a, b] = [events.indexOf(act), events.indexOf(yes)];
        const [actId, yesId] = [act.eventId, yes.eventId];
        events[a] = { ...yes, eventId: actId, eventTime: act.eventTime };
        events[b] = { ...act, eventId: yesId, eventTime: yes.eventTime };
      }),
    );
    expect(failed(result).join()).toMatch(/approvals: event \d+: .*(had not arrived|not on the list)/);
  });

  it.each([names.report, names.reportText, names.reportPage, names.reportEvent])(
    'by another %s is found out',
    async (path) => {
      const tar = resealed(filesOf(honest), (files) =>
        files.map((file) => (file.path === path ? { ...file, content: Buffer.from('nothing happened\n') } : file)),
      );
      expect(failed(await verify(tar))).toEqual([`report: ${path} is not what the history comes to`]);
    },
  );

  it('by nonsense is refused without a crash', async () => {
    const manifest = jsonFile(names.manifest, { format: 'other' });
    for (const content of ['null', '{}', '[]', 'no json']) {
      const tar = resealed(filesOf(honest), (files) =>
        files.map((file) => (file.path === names.history ? { ...file, content: Buffer.from(content) } : file)),
      );
      expect((await verify(tar)).ok).toBe(false);
    }
    expect((await verify(tarOf([manifest]))).ok).toBe(false);
  });
});
