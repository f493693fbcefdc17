import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/audit/bundle/checks.ts';
import { checkSeal } from '../../../src/audit/bundle/check-seal.ts';
import { bundleOf, sealed } from '../../../src/audit/bundle/contents.ts';
import { payloadWrong } from '../../../src/audit/bundle/payload-form.ts';
import { newSigningKey } from '../../../src/audit/bundle/keys.ts';
import { jsonFile, listed, names, type Manifest } from '../../../src/audit/bundle/manifest.ts';
import { redacted } from '../../../src/audit/bundle/redact.ts';
import { filesOf } from '../../../src/audit/bundle/tar.ts';
import { verifySealed } from '../../../src/audit/bundle/verify.ts';
import { auditCodeOf } from '../../../src/audit/workflow-code.ts';
import type { HistoryFile } from '../../../src/audit/history-file.ts';

const recorded = new URL('../../replay/histories/denied-attempt.json', import.meta.url);
const history = JSON.parse(await readFile(recorded, 'utf8')) as HistoryFile;
const { key } = newSigningKey();
const renderers = 'r'.repeat(64);
const code = auditCodeOf('none');
const honest = bundleOf({ history, code, renderers, earlier: [] }, key);

type Fields = Record<string, unknown>;
interface Lie {
  manifest?: (manifest: Manifest & Fields) => void;
  file?: (file: HistoryFile & Fields) => void;
  event?: (events: Fields[]) => void;
  text?: (content: string) => string;
}

/** Sealed by whoever has the key, with a lie that no replay can see. */
function forged({ manifest: change, file: edit, event, text = (same) => same }: Lie, tar = honest): Buffer {
  const files = filesOf(tar).filter(({ path }) => path !== names.manifest && path !== names.signature);
  const told = structuredClone(history) as HistoryFile & Fields;
  edit?.(told);
  event?.((told.history as { events: Fields[] }).events);
  const content = Buffer.from(text(jsonFile(names.history, told).content.toString()));
  const changed = files.map((one) => (one.path === names.history ? { path: one.path, content } : one));
  const original = filesOf(tar)
    .find(({ path }) => path === names.manifest)!
    .content.toString();
  const manifest = { ...(JSON.parse(original) as Manifest & Fields), files: listed(changed) };
  change?.(manifest);
  return sealed(changed, manifest, key);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (text: string): string => Buffer.from(text, 'base64').toString();

/** The first that an activity gave. */
function answerIn(events: Fields[]): { metadata: Fields; data: string } {
  for (const { activityTaskCompletedEventAttributes: completed } of events) {
    const [answer] =
      (completed as { result?: { payloads?: { metadata: Fields; data: string }[] } } | undefined)?.result?.payloads ??
      [];
    if (answer?.data) return answer;
  }
  throw new Error('the history holds no answer');
}

/** What is wrong before the replay, which is told that all is well. */
async function wrongWith(tar: Buffer): Promise<string | null> {
  const wrong = (await checksOf(tar)).find(({ ok }) => !ok);
  return wrong ? `${wrong.check}: ${wrong.detail}` : null;
}

async function checksOf(tar: Buffer): Promise<Check[]> {
  const { checks, sealed: open } = checkSeal(tar, key.publicKey);
  const by = { publicKey: key.publicKey, releases: [code.release], renderers, gatewayKeys: null, evidence: null };
  const result = { matches: true, workflowId: '', compared: 0, differences: [] };
  return (await verifySealed(checks, open, by, () => Promise.resolve({ result, problem: '' }))).checks;
}
const told = (checks: Check[], of: string) => checks.find(({ check }) => check === of)?.detail;

describe('a bundle', () => {
  it('that is honest has the form of one', async () => {
    expect(await wrongWith(forged({}))).toBeNull();
  });

  it.each<[string, Lie, RegExp]>([
    [
      'names the key of another incident',
      { manifest: (told) => (told.incidentKey = 'VMX-AAAAAAAAAA') },
      /^manifest: .*the key of ec2-vm-export.* is not VMX-AAAAAAAAAA/,
    ],
    [
      'names another run',
      { manifest: (told) => (told.runId = 'other'), file: (told) => (told.runId = 'other') },
      /^history: it is of run .*, and not of other/,
    ],
    [
      'calls an incident open that has ended',
      { manifest: (told) => (told.closed = false), file: (told) => (told.closed = false) },
      /^history: it ends with event \d+, and manifest.json says that the incident is still open/,
    ],
    [
      'says something beside it',
      { manifest: (told) => (told.approvedBy = 'carol') },
      /^manifest: .*it has "approvedBy", which no manifest has/,
    ],
    [
      'says something of a file',
      { manifest: ({ files }) => Object.assign(files[0]!, { checkedBy: 'carol' }) },
      /^files: the manifest lists them otherwise/,
    ],
    [
      'names an original without being redacted',
      { manifest: (told) => (told.original = { manifest: 'x', files: [] }) },
      /^manifest: .*it has "original"/,
    ],
    [
      'says something in an event',
      { event: (events) => (events[5]!.approvedBy = 'carol') },
      /^history: event 6 holds what no event of its type has/,
    ],
    [
      'says something beside the events',
      { file: (told) => (told.note = 'carol approved') },
      /^history: history.json is not written as histories are/,
    ],
    [
      'has an event of two kinds',
      { event: (events) => (events[10]!.workflowExecutionSignaledEventAttributes = { signalName: 'decide' }) },
      /^history: event 11 says that it is \w+, and holds \w+ and \w+/,
    ],
    [
      'says a thing twice, of which one is read',
      { text: (content) => content.replace('"eventId":"7"', '"eventId":"6","eventId":"7"') },
      /^history: history.json is not written as histories are/,
    ],
    [
      'notes something at an answer',
      { event: (events) => Object.assign(answerIn(events).metadata, { approvedBy: base64('carol') }) },
      /^history: event \d+ has a value with a note of its own/,
    ],
    [
      'says in what form an answer is, and it is none',
      { event: (events) => Object.assign(answerIn(events).metadata, { encoding: base64('carol approved') }) },
      /^history: event \d+ has a value with a note of its own/,
    ],
    [
      'spells an answer in its own way',
      { event: (events) => Object.assign(answerIn(events), { data: base64(`${plain(answerIn(events).data)} `) }) },
      /^history: event \d+ has a value that is not written as workers write it/,
    ],
  ])('that %s is found out', async (_, lie, wrong) => {
    expect(await wrongWith(forged(lie))).toMatch(wrong);
  });

  it('holds what came in from elsewhere as its sender spelled it', () => {
    const signal = {
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED',
      input: {
        payloads: [{ metadata: { encoding: base64('json/plain'), note: base64('x') }, data: base64('{ "a": 1 }') }],
      },
    };
    expect(payloadWrong(signal)).toBeNull();
    expect(payloadWrong({ ...signal, eventType: 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED' })).not.toBeNull();
  });

  it('in the words of another release says what was not compared, by name', async () => {
    const elsewhere = forged({ manifest: (named) => (named.renderers = 'x') });
    expect(told(await checksOf(elsewhere), 'report')).toMatch(
      /not compared: README.txt, report.html, report.md, report.ocsf.json, in the words of another release/,
    );
    expect(told(await checksOf(honest), 'report')).not.toContain('not compared');
  });

  it('of an incident that came to no report says so, and how it ended', async () => {
    const events = (history.history as { events: Fields[] }).events;
    const cut = events.findLastIndex((event) => event.eventType === 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED');
    const last = events[cut]!;
    const end = {
      ...{ eventId: String(cut + 2), eventTime: last.eventTime, taskId: last.taskId },
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED',
      workflowExecutionTerminatedEventAttributes: { reason: 'by hand', identity: 'somebody' },
    };
    const short = { ...history, history: { events: [...events.slice(0, cut + 1), end] } };
    const checks = await checksOf(bundleOf({ history: short, code, renderers, earlier: [] }, key));
    expect(told(checks, 'history')).toMatch(/^\d+ events; terminated$/);
    expect(told(checks, 'report')).toMatch(/there is no report: the incident is terminated/);
    expect(told(await checksOf(honest), 'history')).toMatch(/^\d+ events; completed$/);
  });

  it('that is redacted is of the incident that its report is of', async () => {
    const { bundle } = redacted(honest, key, renderers);
    expect(await wrongWith(bundle)).toBeNull();
    const other = forged({ manifest: (told) => (told.incidentKey = 'VMX-AAAAAAAAAA') }, bundle);
    expect(await wrongWith(other)).toBe('report: report.json is of another incident than the manifest says');
  });
});
