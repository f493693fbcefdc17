import { createHash, createHmac, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../domain/digest.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { redactedReadme } from '../render/readme.ts';
import { notCompared, ofWords } from './check-record.ts';
import { fails, holds, type Check } from './checks.ts';
import { sealed } from './contents.ts';
import type { SigningKey } from './keys.ts';
import { jsonFile, listed, names, redactedFormat, sha256Of, type Manifest } from './manifest.ts';
import { filesOf, type BundleFile } from './tar.ts';

/** What one commitment stands for; whoever is shown it can check that it is the SHA-256 of nonce and value. */
export interface Opening {
  commitment: string;
  nonce: string;
  value: string;
}

/**
 * What stays readable, by where it stands: times, phases, verdict, criteria, kinds and outcomes, digests. Everything else is
 * a commitment: names of people and resources are anybody's words, and stand where nobody expects them.
 */
const readable = new Set([
  ...['incidentKey', 'playbook', 'runId', 'openedAt', 'closedAt', 'verdict', 'policyDigest'],
  ...['alert.eventName', 'alert.outcome', 'alert.time', 'alert.region', 'alert.principal.kind'],
  ...['arrivals.door', 'arrivals.receivedAt'],
  ...['assessment.severity', 'assessment.met.id', 'assessment.met.level', 'assessment.met.criterion'],
  ...['phases.phase', 'phases.startedAt', 'phases.endedAt'],
  ...['findings.answer', 'findings.sources'],
  ...['requests.requestId', 'requests.phase', 'requests.digest', 'requests.outcome'],
  ...['requests.askedAt', 'requests.dueAt', 'requests.settledAt', 'requests.askedOf.at', 'requests.told.at'],
  ...['decisions.at', 'decisions.decidedAt', 'decisions.decision', 'decisions.requestId', 'decisions.digest'],
  ...['decisions.channel', 'decisions.answer.result'],
  ...['actions.at', 'actions.phase', 'actions.status', 'actions.requestId', 'actions.input.act'],
  ...['timeline.at', 'timeline.phase', 'timeline.kind', 'rechecks.at', 'rechecks.result'],
  ...['metrics.accessedOutsideOrganisation', 'undos.at', 'credentials.status', 'notices.status', 'notes.at'],
]);
const commitmentForm = /^redacted:[0-9a-f]{32}$/;
/** Members of the report's own types; what else is a key is somebody's text. */
const memberForm = /^[a-zA-Z]{1,40}$/;

/** A sealed bundle's report without what is sensitive, sealed anew, and what its commitments stand for. */
export function redacted(tar: Buffer, key: SigningKey, renderers: string): { bundle: Buffer; openings: Opening[] } {
  const files = new Map(filesOf(tar).map(({ path, content }) => [path, content]));
  const [manifestFile, reportFile] = [files.get(names.manifest), files.get(names.report)];
  if (!manifestFile || !reportFile) throw new TypeError('there is no report to redact: the incident came to none');
  const original = JSON.parse(manifestFile.toString()) as Manifest;
  const { report, openings, commit } = redactedReport(JSON.parse(reportFile.toString()) as IncidentReport);
  const commitments = openings.map(({ commitment }) => commitment).sort();
  const content = filesOfRedacted(report, commitments, sha256Of(manifestFile));
  const manifest: Manifest = {
    ...original,
    format: redactedFormat,
    workflowId: commit(original.workflowId),
    renderers,
    earlier: [],
    keyId: key.id,
    files: listed(content),
    original: { manifest: sha256Of(manifestFile), files: original.files },
  };
  return { bundle: sealed(content, manifest, key), openings };
}

const filesOfRedacted = (report: IncidentReport, commitments: string[], original: string): BundleFile[] => [
  jsonFile(names.report, report),
  { path: names.reportText, content: Buffer.from(renderMarkdown(report)) },
  jsonFile(names.commitments, commitments),
  { path: names.readme, content: Buffer.from(redactedReadme(original)) },
];

/** What can be said of a redacted bundle; the rest only of its original. */
export function redactedChecks(files: Map<string, Buffer>, manifest: Manifest, sameWords: boolean): Check[] {
  const { original } = manifest;
  const report = JSON.parse(files.get(names.report)?.toString() ?? 'null') as IncidentReport;
  const open = new Set<string>();
  const used = new Set<string>();
  mapped(report, '', (text) => {
    (commitmentForm.test(text) ? used : open).add(text);
    return text;
  });
  const known = JSON.parse(files.get(names.commitments)?.toString() ?? '[]') as string[];
  const unknown = [...used].filter((commitment) => !known.includes(commitment));
  const told = [...known, manifest.workflowId, ...(manifest.earlier ?? []).map(({ workflowId }) => workflowId)];
  const named = told.filter((text) => !commitmentForm.test(text));
  const ours = filesOfRedacted(report, known, original?.manifest ?? '');
  const wrong = ours
    .filter(({ path }) => sameWords || !ofWords.has(path))
    .find(({ path, content }) => !files.get(path)?.equals(content));
  const paths: string[] = [names.manifest, names.signature, ...ours.map(({ path }) => path)];
  const stranger = [...files.keys()].find((path) => !paths.includes(path));
  return [
    report.incidentKey !== manifest.incidentKey || report.runId !== manifest.runId
      ? fails('report', `${names.report} is of another incident than the manifest says`)
      : wrong
        ? fails('report', `${wrong.path} is not what ${names.report} comes to`)
        : stranger !== undefined
          ? fails('report', `${stranger} is no file of a redacted bundle: it may name anything`)
          : holds('report', `${names.report}${sameWords ? '' : notCompared([...files.keys()])}`),
    open.size + named.length + unknown.length > 0
      ? fails(
          'commitments',
          `${open.size + named.length} values should be commitments and are not, ${unknown.length} are not among those that are listed`,
        )
      : holds('commitments', `${used.size} values are replaced by a salted SHA-256 of each`),
    typeof original?.manifest === 'string'
      ? holds(
          'original',
          `the bundle whose ${names.manifest} has SHA-256 ${original.manifest}; history, approvals, evidence and replay are checked there, not here`,
        )
      : fails('original', 'the manifest names none'),
  ];
}

function redactedReport({ links: _, stored: __, ...report }: IncidentReport) {
  const secret = randomBytes(32);
  const openings = new Map<string, Opening>();
  const commit = (value: string): string => {
    const nonce = createHmac('sha256', secret).update(value).digest('hex');
    const digest = createHash('sha256').update(nonce).update(value).digest('hex');
    const commitment = `redacted:${digest.slice(0, 32)}`;
    openings.set(value, { commitment, nonce, value });
    return commitment;
  };
  const redactedOne = mapped(report, '', commit) as IncidentReport;
  return { report: redactedOne, commit, openings: [...openings.values()] };
}

/** Every text that is not readable by where it stands, replaced; numbers and truth values stay. */
function mapped(value: unknown, path: string, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return readable.has(path) ? value : replace(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, path, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      memberForm.test(key) ? key : replace(key),
      mapped(member, path === '' ? key : `${path}.${key}`, replace),
    ]),
  );
}

/** Openings as they are kept apart from the bundle. */
export const openingsText = (openings: Opening[]): string => `${canonicalJson(openings)}\n`;
