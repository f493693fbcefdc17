import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, sealed } from '../../src/audit/bundle/contents.ts';
import { newSigningKey, signingKeyOf } from '../../src/audit/bundle/keys.ts';
import { jsonFile, listed, names, type EarlierRecord, type Manifest } from '../../src/audit/bundle/manifest.ts';
import { replayedApart, type Replay } from '../../src/audit/bundle/check-replay.ts';
import { checkSeal } from '../../src/audit/bundle/check-seal.ts';
import { filesOf, tarOf, type BundleFile } from '../../src/audit/bundle/tar.ts';
import { trusted, verifyBundle, verifySealed, type Brought, type Verification } from '../../src/audit/bundle/verify.ts';
import type { HistoryFile } from '../../src/audit/history-file.ts';
import { Replayer } from '../../src/audit/replay.ts';
import { signDecision, type Decision } from '../../src/domain/approval/approval.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { digestOf } from '../../src/domain/digest.ts';
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

/** Lies are replayed one after the other in one worker, as many bundles are. */
let replayer: Replayer;
beforeAll(async () => {
  replayer = new Replayer((await auditCode()).code);
});
afterAll(() => replayer.close());
const replay: Replay = async (history) => ({ result: await replayer.replay(history), problem: '' });
const verifiedBy = async (tar: Buffer, brought: Brought, by = key) => {
  const { checks, sealed: open } = checkSeal(tar, by.publicKey);
  return verifySealed(checks, open, await trusted(by.publicKey, brought), replay);
};
const verify = (tar: Buffer, by = key) => verifiedBy(tar, {}, by);
const failed = ({ checks }: Verification) =>
  checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);

describe('a bundle', () => {
  it.each(stored)('of %s is sealed, replays, and each change had its approval', async (name) => {
    const result = await verifyBundle(await bundled(await historyOf(name)), key.publicKey);
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

  it.each([1, 2])('of an incident that was terminated before its first turn holds, after event %i', async (begun) => {
    const { history, ...about } = await historyOf('denied-attempt.json');
    const events = (history as { events: Record<string, unknown>[] }).events.slice(0, begun);
    const { eventTime, taskId } = events.at(-1)!;
    const end = { eventTime, taskId, eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED' };
    const workflowExecutionTerminatedEventAttributes = { reason: 'a test of the alerts', identity: 'somebody' };
    events.push({ ...end, eventId: String(begun + 1), workflowExecutionTerminatedEventAttributes });
    const result = await verify(await bundled({ ...about, history: { events } }));
    expect(failed(result)).toEqual([]);
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

  it('whose approvals were signed at a gateway that the auditor knows holds, at another it does not', async () => {
    const [known = ''] = gatewayKeysIn(await eventsOf('compromised-key.json'));
    const { ok, checks } = await verifiedBy(honest, { gatewayKeys: [known] });
    expect(ok).toBe(true);
    expect(checks.find(({ check }) => check === 'approvals')?.detail).toMatch(/gateway keys \(lab\) are those named/);
    const other = await verifiedBy(honest, { gatewayKeys: ['0'.repeat(64)] });
    expect(failed(other)).toEqual([
      expect.stringMatching(/^approvals: event \d+: \w+ names an approval signed with gateway key lab, which is not/),
    ]);
  });
});

describe('a replay', () => {
  /** No server writes an event of a kind that there is not; the SDK panics, and its caller would wait for ever. */
  async function impossible(): Promise<HistoryFile> {
    const history = await historyOf('denied-attempt.json');
    (history.history as { events: { eventType: string }[] }).events[3]!.eventType += '_OF_NO_KIND';
    return history;
  }

  it('in which the SDK gives up ends, and says so', async () => {
    const { result, problem } = await replayedApart(await impossible(), (await auditCode()).code);
    expect(result).toBeNull();
    expect(problem).toMatch(/^the SDK gave up: /);
  });

  it('that takes too long is ended', async () => {
    const { result, problem } = await replayedApart(
      await historyOf('denied-attempt.json'),
      (await auditCode()).code,
      1,
    );
    expect(result).toBeNull();
    expect(problem).toBe('no answer within 0.001 s');
  });

  it('is not begun with a history that no server can have written', async () => {
    expect(failed(await verify(await bundled(await impossible())))).toEqual([
      'history: event 4 says that it is EVENT_TYPE_WORKFLOW_TASK_COMPLETED_OF_NO_KIND, and holds workflowTaskCompleted',
      'replay: not run: the history is not whole',
    ]);
  });
});

interface Payload {
  data: string;
}
interface Payloads {
  payloads: Payload[];
}
/** The attributes of the event kinds that are forged here. */
interface Attributes {
  activityType?: { name: string };
  startToFireTimeout?: string;
  scheduleToStartTimeout?: string;
  retryPolicy?: { maximumAttempts?: number };
  scheduledEventId?: string;
  input?: Payloads;
  result?: Payloads;
  acceptedRequest?: { input: { args: Payloads } };
}
interface Event {
  eventId: string;
  eventTime: string;
  userMetadata?: { summary: Payload };
  workflowExecutionStartedEventAttributes?: Attributes & { workflowId: string };
  workflowExecutionSignaledEventAttributes?: Attributes;
  timerFiredEventAttributes?: Attributes & { startedEventId: string };
  activityTaskScheduledEventAttributes?: Attributes;
  activityTaskCompletedEventAttributes?: Attributes;
  workflowExecutionUpdateAcceptedEventAttributes?: Attributes;
  workflowExecutionCompletedEventAttributes?: Attributes;
}

const eventsOf = async (name: string) => ((await historyOf(name)).history as { events: Event[] }).events;
const valueOf = (payloads: Payloads | undefined): unknown =>
  JSON.parse(Buffer.from(payloads!.payloads[0]!.data, 'base64').toString());

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
const gatewayKeysIn = (events: Event[]) =>
  Object.values((valueOf(answer(events, 'readApprovers')) as { gatewayKeys: Record<string, string> }).gatewayKeys);
const at = (event: Event, milliseconds: number) =>
  (event.eventTime = new Date(Date.parse(event.eventTime) + milliseconds).toISOString());
/** Replaces texts wherever they stand in a payload. */
function rewrite(value: unknown, texts: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return;
  const payload = value as { data?: unknown; metadata?: unknown };
  if (typeof payload.data === 'string' && payload.metadata !== undefined) {
    let text = Buffer.from(payload.data, 'base64').toString();
    for (const [from, to] of texts) text = text.replaceAll(from, to);
    payload.data = Buffer.from(text).toString('base64');
  } else Object.values(value).forEach((member) => rewrite(member, texts));
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
      'about how often an act was tried',
      (events) => {
        const { retryPolicy } = scheduled(events, 'editBucketPolicy')[0]!.activityTaskScheduledEventAttributes!;
        retryPolicy!.maximumAttempts = 1;
      },
      /^replay: activity \d+ \(editBucketPolicy\) .*: retry$/,
    ],
    [
      'about how long an act could wait',
      (events) => {
        const [act] = scheduled(events, 'editBucketPolicy');
        act!.activityTaskScheduledEventAttributes!.scheduleToStartTimeout = '1s';
      },
      /^replay: activity \d+ \(editBucketPolicy\) .*: scheduleToStart$/,
    ],
    [
      'by words beside a step that the code does not say',
      (events) => {
        const [act] = scheduled(events, 'editBucketPolicy');
        const [summary] = act!.activityTaskScheduledEventAttributes!.input!.payloads;
        act!.userMetadata = { summary: summary! };
      },
      /^replay: activity \d+ \(editBucketPolicy\) .*: summary$/,
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
        at(event, -3_600_000);
      },
      /^(history: event \d+ is earlier|approvals: event \d+: the decision of .* says)/,
    ],
    [
      'with two decisions in each other’s place',
      (events) => {
        const [one, two] = events.flatMap((event) => event.workflowExecutionUpdateAcceptedEventAttributes ?? []);
        const { acceptedRequest } = one!;
        one!.acceptedRequest = two!.acceptedRequest!;
        two!.acceptedRequest = acceptedRequest!;
      },
      /^approvals: event \d+: .* (names an approval of \w+ that had not arrived|says .*, and arrived at)/,
    ],
    [
      'with a signal of other contents',
      (events) => {
        const signal = events.find((event) => event.workflowExecutionSignaledEventAttributes)!;
        edit(signal.workflowExecutionSignaledEventAttributes!.input, (alert) => (alert.eventId = 'another'));
      },
      /^replay: /,
    ],
    ['with all times five minutes later', (events) => events.forEach((event) => at(event, 300_000)), /^replay: /],
    [
      'with an answer from before it was asked for',
      (events) => at(completed(events, 'editBucketPolicy')[0]!, -3_600_000),
      /^history: event \d+ is earlier than what it answers/,
    ],
    [
      'with a week that took no time',
      (events) => {
        const fired = events.find((event) => event.timerFiredEventAttributes)!;
        const started = events[Number(fired.timerFiredEventAttributes!.startedEventId) - 1]!;
        (started as Record<string, unknown> & Event)['timerStartedEventAttributes'] = {
          ...(started as unknown as { timerStartedEventAttributes: Attributes }).timerStartedEventAttributes,
          startToFireTimeout: '604800s',
        };
      },
      /^history: event \d+ ends its timer before that was over/,
    ],
    [
      'about which incident it is',
      (events) => (events[0]!.workflowExecutionStartedEventAttributes!.workflowId += '-2'),
      /^history: event 1 begins .*-2", and not /,
    ],
    [
      'about the policy in force',
      (events) =>
        edit(events[0]!.workflowExecutionStartedEventAttributes!.input, ({ policy }) => {
          (policy as { approvals: { quorum: { irreversible: number } } }).approvals.quorum.irreversible = 1;
        }),
      /^report: the policy in event 1 is not the one that its digest names/,
    ],
    [
      'about the policy in force and its digest',
      (events) =>
        edit(events[0]!.workflowExecutionStartedEventAttributes!.input, (opening) => {
          const policy = opening.policy as { approvals: { quorum: { irreversible: number } } };
          policy.approvals.quorum.irreversible = 1;
          opening.policyDigest = digestOf(policy);
        }),
      /^replay: /,
    ],
    [
      'about where a piece of evidence lies, or what it is,',
      (events) =>
        edit(answer(events, 'describeExportTask'), (result) => {
          const { evidence } = result as { evidence: { sha256: string }[] };
          evidence[0]!.sha256 = '0'.repeat(64);
        }),
      /^replay: /,
    ],
    [
      'by a value that names a member twice',
      (events) => {
        const [payload] = answer(events, 'describeBucket')!.payloads;
        const text = Buffer.from(payload!.data, 'base64').toString();
        payload!.data = Buffer.from(text.replace('{', '{"bucket":"another",')).toString('base64');
      },
      /^history: event \d+ has a value that names a member twice/,
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

  it.each([names.report, names.reportText, names.reportPage, names.reportEvent, names.policy, names.readme])(
    'by another %s is found out',
    async (path) => {
      const tar = resealed(filesOf(honest), (files) =>
        files.map((file) => (file.path === path ? { ...file, content: Buffer.from('nothing happened\n') } : file)),
      );
      expect(failed(await verify(tar))).toEqual([`report: ${path} is not what the history comes to`]);
    },
  );

  it('by an approval of another incident is found out', async () => {
    const other = decision(await eventsOf('insider.json'));
    const keys = gatewayKeysIn(await eventsOf('insider.json'));
    const result = await verify(
      await forged((events) => {
        for (const read of completed(events, 'readApprovers')) {
          edit(
            read.activityTaskCompletedEventAttributes!.result,
            (directory) => (directory.gatewayKeys = { lab: keys[0] }),
          );
        }
        decision(events).payloads = other.payloads;
        at(approval(events), 0);
        for (const type of ['editBucketPolicy', 'setAccessKeyStatus', 'putInlinePolicy']) {
          for (const act of scheduled(events, type)) {
            const [, authorisation] = act.activityTaskScheduledEventAttributes!.input!.payloads;
            edit({ payloads: [authorisation!] }, (given) => (given.decisions = [valueOf(other)]));
          }
        }
      }),
    );
    expect(failed(result).join()).toMatch(/approvals: event \d+: .*(approved another plan|says .* and arrived at)/);
  });

  it('with approvals of a gateway that it made up is found out by whoever brings the gateway’s key', async () => {
    const secret = '7'.repeat(64);
    const publicKey = Buffer.from(ed25519.getPublicKey(Buffer.from(secret, 'hex'))).toString('hex');
    const tar = await forged((events) => {
      const [real = ''] = gatewayKeysIn(events);
      const given = events
        .flatMap((event) => event.workflowExecutionUpdateAcceptedEventAttributes ?? [])
        .map(({ acceptedRequest }) => valueOf(acceptedRequest!.input.args) as Decision);
      const lies = new Map([[real, publicKey]]);
      for (const { proof, ...rest } of given) {
        if (proof.kind !== 'signature') throw new TypeError('no signature');
        const again = signDecision(rest, proof.channel, proof.keyId, secret);
        lies.set(proof.signature, (again.proof as typeof proof).signature);
      }
      rewrite(events, lies);
      // Each report that is stored names the one before it.
      for (const [index, stored] of scheduled(events, 'storeReport').entries()) {
        const { report } = valueOf(stored.activityTaskScheduledEventAttributes!.input) as { report: unknown };
        const told = completed(events, 'storeReport')[index]!.activityTaskCompletedEventAttributes!.result;
        const { json } = valueOf(told) as { json: { sha256: string } };
        rewrite(events, new Map([[json.sha256, digestOf(report)]]));
      }
    });
    const alone = await verify(tar);
    expect(failed(alone)).toEqual([]);
    expect(alone.checks.find(({ check }) => check === 'approvals')?.detail).toMatch(
      /gateway keys \(lab\) are the history’s own: name yours with --gateway-key/,
    );
    const gatewayKeys = gatewayKeysIn(await eventsOf('compromised-key.json'));
    expect(failed(await verifiedBy(tar, { gatewayKeys }))).toEqual([
      expect.stringMatching(/^approvals: event \d+: \w+ names an approval signed with gateway key lab, which is not/),
    ]);
  });

  it('with code of its own is found out, whichever release it names', async () => {
    const strange = 'throw new Error("it ran")';
    const tar = resealed(filesOf(honest), (files) =>
      files.map((file) => (file.path === names.code ? { ...file, content: Buffer.from(strange) } : file)),
    );
    expect(failed(await verify(tar))).toEqual([
      expect.stringMatching(/^release: /),
      'replay: not run: the code is not known',
    ]);
  });

  it.each(['notes.html', 'evidence/export-task.json', names.commitments])(
    'by a file that is none of a bundle’s, %s, is found out',
    async (path) => {
      const tar = resealed(filesOf(honest), (files) => [
        ...files,
        { path, content: Buffer.from('nothing happened\n') },
      ]);
      expect(failed(await verify(tar))).toEqual([
        `report: ${path} is no file of a bundle: nothing here vouches for it`,
      ]);
    },
  );

  it('by a manifest that lists what is not there, or leaves out what is, is found out', async () => {
    const files = filesOf(honest).filter(({ path }) => path !== names.manifest && path !== names.signature);
    const manifest = JSON.parse(
      filesOf(honest)
        .find(({ path }) => path === names.manifest)!
        .content.toString(),
    ) as Manifest;
    const without = files.filter(({ path }) => path !== names.decisions);
    expect(failed(await verify(sealed(without, manifest, key)))).toEqual(['files: decisions.json is missing']);
    const lists = { ...manifest, files: listed(without) };
    expect(failed(await verify(sealed(files, lists, key)))).toEqual(['files: decisions.json is not in the manifest']);
    expect(failed(await verify(sealed(without, lists, key)))).toEqual([
      'report: decisions.json is not what the history comes to',
    ]);
  });

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
