import { setTimeout as after } from 'node:timers/promises';
import { digestOf } from '../../src/domain/digest.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { execution } from '../aws/activity-context.ts';
import { witnessed } from '../aws/witness.ts';
import type { DataEventsDetect } from '../data-events/contract.ts';
import type { TrailSearchDetect } from '../trail-search/contract.ts';
import type { ObserveActivities } from '../observe.ts';
import { documentOf } from './document.ts';
import { evidenceStore, storeDocument, type EvidenceSettings } from './store.ts';
import type { Kept } from '../../src/domain/findings/kept.ts';

/** Stores a document among what was observed; null: the configuration gives no role to do it under. */
export type KeepObserved = ((document: { incidentKey: string; name: string; content: Buffer }) => Promise<Kept>) | null;

/** Nothing waits longer for a store that hangs: the answer is worth more than its evidence. */
const patience = 10_000;

/** Appends below `observed/`, where the role for it may write and nobody looks anything up. */
export function keepObserved(
  settings: EvidenceSettings | null,
  { waiting = patience, as = 'soar-observe' } = {},
): KeepObserved {
  if (settings === null) return null;
  const store = evidenceStore(settings, as);
  const place = 'folder' in settings ? `folder ${settings.folder}` : `bucket ${settings.bucket}`;
  return async ({ incidentKey, name, content }) => {
    const ended = new AbortController();
    try {
      return await Promise.race([
        storeDocument(store, { incidentKey, name, content, format: 'json', folder: 'observed' }).then((reference) => ({
          evidence: [reference],
        })),
        after(waiting, { notKept: `${place} did not answer within ${waiting / 1_000} s` }, ended),
      ]);
    } catch (error) {
      return { notKept: `${place}: ${whyNot(error)}` };
    } finally {
      ended.abort();
    }
  };
}

/** Without the key of the document, so that what fails for one reason is said once. */
const whyNot = (error: unknown): string =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : 'it took no document';

const noRole = 'not configured: evidence.observeRole is not set';

/** Does what an activity of an incident does, and keeps what was answered meanwhile; the facts say where. */
const keeper =
  (keep: KeepObserved) =>
  async <T extends Kept | null>(name: string, question: object, ask: () => Promise<T>): Promise<T> => {
    const running = execution();
    if (!running) return ask();
    const { result, ...testimony } = await witnessed(ask);
    if (result === null) return result;
    if (!keep) return { ...result, notKept: noRole };
    // An auditor sees by the digest, in a place where nobody can change it, that the history still has these facts.
    const content = documentOf({ source: name, question, facts: digestOf(asSent(result)) }, testimony);
    return { ...result, ...(await keep({ incidentKey: incidentKey(running.workflowId), name, content })) };
  };

/** As it will stand in the history. */
const asSent = (facts: object): unknown => JSON.parse(JSON.stringify(facts)) as unknown;

/**
 * The same activities, which keep what AWS answered, beyond the facts that travel: each document holds one question with
 * every call, its time and the answer as it came. A store that fails is said with the facts and holds up nothing.
 */
export function keepingEvidence(activities: ObserveActivities, keep: KeepObserved): ObserveActivities {
  const kept = keeper(keep);
  return {
    ...activities,
    describeInstance: (input) => kept('instance', input, () => activities.describeInstance(input)),
    traceImage: (input) => kept('image-source', input, () => activities.traceImage(input)),
    describeSoftware: (input) => kept('software', input, () => activities.describeSoftware(input)),
    describeExportTask: (input) => kept('export-task', input, () => activities.describeExportTask(input)),
    awaitExportTask: (input) => kept('export-task', input, () => activities.awaitExportTask(input)),
    describeCopies: (input) => kept('copies', input, () => activities.describeCopies(input)),
    describeBucket: (input) => kept('bucket', input, () => activities.describeBucket(input)),
    describeExportObject: (input) => kept('export-object', input, () => activities.describeExportObject(input)),
    readAccessLogs: (input) => kept('access-logs', input, () => activities.readAccessLogs(input)),
    readRequestMetrics: (input) => kept('request-metrics', input, () => activities.readRequestMetrics(input)),
    describePrincipal: (input) => kept('principal', input, () => activities.describePrincipal(input)),
    findUser: (input) => kept('principal', input, () => activities.findUser(input)),
    policyUsers: (input) => kept('policy-users', input, () => activities.policyUsers(input)),
    lookupTrail: (input) => kept('trail', input, () => activities.lookupTrail(input)),
    lookupCalls: (input) => kept('trail', input, () => activities.lookupCalls(input)),
    locate: (input) => kept('places', input, () => activities.locate(input)),
    describeAccountScps: (input) => kept('account-scps', input, () => activities.describeAccountScps(input)),
    describeConfig: (input) => kept('config', input, () => activities.describeConfig(input)),
    checkAct: (input) => kept('recheck', input, () => activities.checkAct(input)),
  };
}

/** The same for what the search engine answered the detect worker: of trails with the part that it vouches for. */
export function keepingSearched(
  activities: DataEventsDetect & TrailSearchDetect,
  keep: KeepObserved,
): DataEventsDetect & TrailSearchDetect {
  const kept = keeper(keep);
  return {
    searchObjectReads: (input) => kept('data-events', input, () => activities.searchObjectReads(input)),
    searchTrail: (input) => kept('trail-search', input, () => activities.searchTrail(input)),
  };
}
