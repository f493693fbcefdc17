import { access, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, digestOf } from '../../domain/digest.ts';
import type { EvidenceRef } from '../../domain/findings/evidence.ts';
import { fails, holds, type Check } from './checks.ts';
import { asFields, hasEnded, valuesOf, type HistoryEvent } from './history-events.ts';
import { sha256Of, type Manifest } from './manifest.ts';

/** What the history says of a document in the evidence store, and where it says so. */
interface Named extends EvidenceRef {
  event: number;
  /** What names it. */
  answer: unknown;
  /** It was stored by the activity that stores reports. */
  ofReport: boolean;
}

/**
 * What was stored is what the store said that it stored. With a copy of the store, each document that an answer names is
 * looked at, too: the same bytes as when it was read, also where nothing in the report goes back to it. And each report of
 * the run in it has to be one that the history stored: a history that was cut short would not know the later ones.
 */
export async function checkEvidence(
  events: HistoryEvent[],
  folder: string | null,
  run: Pick<Manifest, 'incidentKey' | 'runId'>,
): Promise<Check> {
  const check = 'evidence';
  const inputs = new Map<number, unknown>();
  const reports = new Set<string>();
  const named: Named[] = [];
  let stored = 0;
  for (const { id, kind, attributes } of events) {
    if (kind === 'activityTaskScheduled' && asFields(attributes.activityType).name === 'storeReport') {
      const [input] = valuesOf(attributes.input);
      inputs.set(id, input);
      reports.add(reportDigest(input));
    }
    if (kind !== 'activityTaskCompleted') continue;
    const [result] = valuesOf(attributes.result);
    const input = inputs.get(Number(attributes.scheduledEventId));
    const ofReport = input !== undefined;
    named.push(...refsIn(result).map((ref) => ({ ...ref, event: id, answer: result, ofReport })));
    if (input === undefined) continue;
    if (asFields(asFields(result).json).sha256 !== reportDigest(input)) {
      return fails(check, `event ${id}: what was stored has another SHA-256`);
    }
    stored += 1;
  }
  const documents = `${stored} stored reports`;
  const others = new Set(named.map(({ uri }) => uri));
  if (folder === null) {
    const hint =
      others.size > 0 ? `; ${others.size} documents are named and not looked at: bring them with --evidence` : '';
    return holds(check, `${documents}${hint}`);
  }
  const silent = new Set<string>();
  for (const one of named) {
    const { wrong, facts } = await compared(one, folder);
    if (wrong !== null) return fails(check, `event ${one.event}: ${one.uri} ${wrong}`);
    // A stored report is itself what the answer is about.
    if (!facts && !one.ofReport) silent.add(one.uri);
  }
  // Of an incident that was still open there may be later ones.
  const unknown = hasEnded(events) ? await reportBeside(reports, folder, run) : null;
  if (unknown !== null) return fails(check, `${unknown} is a report of this run, which the history did not store`);
  const unproved =
    silent.size === 0
      ? ''
      : `; ${silent.size} of them do not say what was drawn from them, so that the answers may be others`;
  return holds(check, `${documents}; ${others.size} documents in ${folder} are as the history names them${unproved}`);
}

const reportDigest = (input: unknown): string => sha256Of(Buffer.from(canonicalJson(asFields(input).report)));

/** As the evidence store names a report's JSON. */
const reportName = /^report-[0-9a-f]{12}\.json$/;
/** Many bundles are compared with one copy of the store, which is listed once. */
const listings = new Map<string, Promise<string[]>>();

async function reportsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && reportName.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A stored report of the run that is none of these, or null. */
async function reportBeside(
  reports: Set<string>,
  folder: string,
  { incidentKey, runId }: Pick<Manifest, 'incidentKey' | 'runId'>,
): Promise<string | null> {
  const listed = listings.get(folder) ?? reportsIn(folder);
  listings.set(folder, listed);
  for (const file of (await listed).filter((path) => basename(join(path, '..')) === incidentKey)) {
    const content = await readFile(file);
    if (!reports.has(sha256Of(content)) && runIn(content) === runId) return file;
  }
  return null;
}

function runIn(content: Buffer): unknown {
  try {
    return asFields(JSON.parse(content.toString())).runId;
  } catch {
    return undefined;
  }
}

/** Every reference to a document, wherever an answer has it. */
function refsIn(value: unknown): EvidenceRef[] {
  if (typeof value !== 'object' || value === null) return [];
  const { uri, sha256, size } = value as Partial<EvidenceRef>;
  if (typeof uri === 'string' && typeof sha256 === 'string' && typeof size === 'number') return [{ uri, sha256, size }];
  return Object.values(value).flatMap(refsIn);
}

/** What is wrong with the document, or null; and whether it tells which facts were drawn from it. */
async function compared(
  { uri, sha256, answer }: Named,
  folder: string,
): Promise<{ wrong: string | null; facts: boolean }> {
  const file = await fileOf(uri, folder);
  if (file === null) return { wrong: `is not in ${folder}`, facts: false };
  const content = await readFile(file);
  if (sha256Of(content) !== sha256) return { wrong: 'has another content now', facts: false };
  const facts = factsOf(content);
  if (facts === undefined) return { wrong: null, facts: false };
  const { evidence: _, notKept: __, ...given } = asFields(answer);
  return { wrong: digestOf(given) === facts ? null : 'was kept with other facts than the answer has', facts: true };
}

/** The digest of the facts that the worker drew when it kept the document; reports and older documents have none. */
function factsOf(content: Buffer): unknown {
  try {
    const { source, facts } = asFields(JSON.parse(content.toString()));
    return typeof source === 'string' ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** The store may have been copied with the names of its folders or without: the longest end of the address that is there. */
async function fileOf(uri: string, folder: string): Promise<string | null> {
  const parts = (uri.startsWith('file:') ? fileURLToPath(uri) : uri.replace(/^s3:/, ''))
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  for (let from = 0; from < parts.length; from++) {
    const file = join(folder, ...parts.slice(from));
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return null;
}
