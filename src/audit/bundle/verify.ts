import type { KeyObject } from 'node:crypto';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { IncidentOpening } from '../../domain/incident.ts';
import type { HistoryFile } from '../history-file.ts';
import { auditCode, releaseOf, renderers } from '../workflow-code.ts';
import { checkApprovals } from './check-approvals.ts';
import { checkEarlier } from './check-earlier.ts';
import { checkEvidence } from './check-evidence.ts';
import { readAsWritten } from './check-file.ts';
import { checkHistory } from './check-history.ts';
import { checkDerived } from './check-record.ts';
import { checkReplay, replayedApart, type ReadHistory, type Replay } from './check-replay.ts';
import { checkSeal, type Sealed } from './check-seal.ts';
import { fails, holds, type Check } from './checks.ts';
import { decodedEvents, openingOf, type HistoryEvent } from './history-events.ts';
import { names, redactedFormat, type Manifest } from './manifest.ts';
import { redactedChecks } from './redact.ts';

export interface Verification {
  ok: boolean;
  incidentKey: string | null;
  checks: Check[];
}
/** What comes from outside the bundles: the key, and which code and renderings are ours. */
export interface Trusted {
  publicKey: KeyObject;
  /** SHA-256 of code that may run. */
  releases: string[];
  /** SHA-256 of what renders reports here. */
  renderers: string;
  /** Public keys of gateways, in hex; null: those that the history names are taken. */
  gatewayKeys: string[] | null;
  /** A copy of the evidence store; null: documents are not looked at. */
  evidence: string | null;
}
/** What an auditor may bring beside the key of the seal. */
export interface Brought {
  releases?: string[];
  gatewayKeys?: string[] | null;
  evidence?: string | null;
}

/** The code that is here is ours always. */
export const trusted = async (
  publicKey: KeyObject,
  { releases = [], gatewayKeys = null, evidence = null }: Brought = {},
): Promise<Trusted> => ({
  publicKey,
  releases: [(await auditCode()).release, ...releases],
  renderers: await renderers(),
  gatewayKeys,
  evidence,
});

/**
 * Whether a bundle is as it was sealed, and whether what it says holds together. Offline. The key, and which releases are
 * ours, come from outside the bundle; only when both fit does its code run.
 */
export async function verifyBundle(tar: Buffer, publicKey: KeyObject, brought: Brought = {}): Promise<Verification> {
  const { checks, sealed } = checkSeal(tar, publicKey);
  // What is no sealed bundle needs no code of ours beside it, which takes seconds to build.
  if (!sealed) return { ok: false, incidentKey: null, checks };
  return verifySealed(checks, sealed, await trusted(publicKey, brought), replayedApart);
}

/** The rest, for a bundle whose seal has been looked at. */
export async function verifySealed(
  checks: Check[],
  sealed: Sealed | null,
  by: Trusted,
  replay: Replay,
): Promise<Verification> {
  if (sealed) {
    try {
      checks.push(...(await contentChecks(sealed, by, replay)));
    } catch (error) {
      // Whoever holds the key can still seal nonsense.
      checks.push(fails('contents', `they cannot be read: ${(error as Error).message}`));
    }
  }
  const ok = sealed !== null && checks.every((check) => check.ok);
  return { ok, incidentKey: sealed?.manifest.incidentKey ?? null, checks };
}

async function contentChecks({ manifest, files }: Sealed, by: Trusted, replay: Replay): Promise<Check[]> {
  const sameWords = manifest.renderers === by.renderers;
  if (manifest.format === redactedFormat) return redactedChecks(files, manifest, sameWords);
  const code = files.get(names.code)?.toString() ?? '';
  const history = JSON.parse(files.get(names.history)?.toString() ?? 'null') as HistoryFile;
  const events = decodedEvents(history.history);
  const opening = openingOf(events) as IncidentOpening;
  const release = releaseCheck(code, manifest.release, by.releases);
  const about = [history.workflowId === manifest.workflowId, history.runId === manifest.runId];
  const { whole, decoded } =
    about.every(Boolean) && history.closed === manifest.closed
      ? wholeHistory(files, history, events, manifest)
      : { whole: fails('history', `${names.history} is of another run than the manifest says`), decoded: null };
  return [
    release,
    whole,
    checkEarlier(manifest, events),
    checkDerived(files, events, manifest, sameWords),
    checkApprovals(events, opening, by.gatewayKeys),
    await checkEvidence(events, by.evidence, manifest),
    await replayCheck(decoded && { ...history, decoded }, code, release, replay),
  ];
}

function wholeHistory(
  files: Map<string, Buffer>,
  history: HistoryFile,
  events: HistoryEvent[],
  manifest: Manifest,
): { whole: Check; decoded: History | null } {
  const whole = checkHistory(events, manifest.closed, manifest.workflowId);
  // What no server writes, Temporal's own reader is not given either.
  if (!whole.ok) return { whole, decoded: null };
  const read = readAsWritten(files.get(names.history) ?? Buffer.alloc(0), history, events, manifest);
  return 'wrong' in read ? { whole: fails('history', read.wrong), decoded: null } : { whole, decoded: read.decoded };
}

/** Code that nobody knows does not run, and the SDK is not given what no server can have written. */
async function replayCheck(history: ReadHistory | null, code: string, release: Check, replay: Replay): Promise<Check> {
  if (!release.ok) return fails('replay', 'not run: the code is not known');
  if (!history) return fails('replay', 'not run: the history is not whole');
  return checkReplay(history, code, replay);
}

function releaseCheck(code: string, named: string, known: string[]): Check {
  const release = releaseOf(code);
  if (release !== named) return fails('release', `${names.code} is ${release}, not ${named} as the manifest says`);
  return known.includes(release)
    ? holds('release', release)
    : fails('release', `${release} is not among the known releases; name it with --release if it is`);
}
