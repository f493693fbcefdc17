import type { ActInput } from '../acts/acts.ts';
import { callsOf } from '../acts/calls-of-act.ts';
import type { Alert } from '../alert/alert.ts';
import type { Assessment, Verdict } from '../severity/assessment.ts';
import { namesEverybody } from '../policy/bucket-access.ts';
import { isOwnPolicy, monitoringRuleName, sidPrefix } from '../acts/created-names.ts';
import { sameJson } from '../digest.ts';
import { invert, type InverseInput } from '../acts/invert.ts';
import { type Json, asJson } from '../json.ts';
import { isInPlace, type ActionRecord, type Plan } from './plan.ts';
import { planOf, type Proposal } from './planning.ts';
import { strings } from '../policy/policy-document.ts';
import { reopened } from './reopened.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { isUndo, undoOf } from '../acts/action-id.ts';

/** Somebody asks for an undo: it is planned and put to the approvers. Nobody checks who asks; asking decides nothing. */
export interface UndoRequest {
  /** Ids of actions; absent: everything that the incident has done and that still stands. */
  actions?: string[];
  reason: string;
  by: string;
}

/** A request for an undo on record, and what it came to. */
export interface UndoRecord extends UndoRequest {
  at: string;
  /** Ids of the undos that were planned; what became of each is among the actions. */
  planned: string[];
  /** In a few words. */
  outcome: string;
}

export type UndoAnswer =
  | {
      result: 'asked';
      /** Under which the approvers decide. */
      incidentKey: string;
      /** Ids of what is undone if they approve. */
      planned: string[];
      notPlanned: Plan['notPlanned'];
      /** The request that has to be settled before this is asked. */
      after: string | null;
    }
  | { result: 'refused'; reason: string };

/** Why an undo is refused that would undo nothing. */
export const nothingToUndo = (notPlanned: Plan['notPlanned']): string =>
  `nothing can be undone: ${notPlanned.map(({ what, why }) => `${what}: ${why}`).join('; ') || 'nothing was changed'}`;

/** What an undo has to know of an incident that has closed. */
export interface ClosedIncident {
  workflowId: string;
  playbook: string;
  alert: Alert;
  assessment: Assessment | null;
  verdict: Verdict | null;
  /** As in `IncidentView`. */
  behindActor?: readonly string[];
  /** Everything that it did, and what earlier undos did, in the order of acting. */
  actions: ActionRecord[];
}

/** The input of the workflow that undoes what a closed incident did; which one, its id says. */
export interface UndoOpening {
  request: UndoRequest;
  /** As it stands when the undo is asked for. */
  policy: ResponsePolicy;
  policyDigest: string;
}

/** An action that took effect, under a name that is its own in the incident; see `doneActions`. */
interface DoneAction {
  name: string;
  record: ActionRecord;
  /** Its place in the order of acting. */
  position: number;
  /** Whether the state that it stands for was made by this incident. */
  ours: boolean;
}

/**
 * The opposite of what was done, the latest first (P5): one action for each that stands, with the inverse act and its own
 * precondition. It refuses where somebody else changed the target since; another incident is somebody else.
 */
export function undoPlan(records: ActionRecord[], selected?: readonly string[]): Plan {
  const done = doneActions(records);
  const wanted = done.filter(({ record: { id } }) => selected?.includes(id) ?? !isUndo(id));
  const never = (selected ?? []).filter((id) => wanted.every(({ record }) => record.id !== id));
  return planOf('recovery', [
    ...wanted.toReversed().map((action) => undoAction(action, done)),
    ...never.map((id) => ({ what: undoOf(id), why: whyNothing(records, id) })),
  ]);
}

/** The last record of each action that took effect last time and is not undone. */
export function standingActions(records: ActionRecord[]): ActionRecord[] {
  const done = doneActions(records);
  const latest = new Map(records.map((record) => [record.id, record]));
  return [...latest.values()].filter(
    (record) => !isUndo(record.id) && done.some((action) => action.record === record && !isUndone(action, done)),
  );
}

/** Whether the action was undone after it had acted last. */
export function wasUndone(id: string, records: ActionRecord[]): boolean {
  const done = doneActions(records);
  const last = done.findLast(({ record }) => record.id === id);
  return last !== undefined && isUndone(last, done);
}

const tookEffect = (record: ActionRecord): boolean => isInPlace(record) || record.partly === true;

/**
 * What took effect, in the order of acting. An action that was mended after drift may have acted more than once, each time
 * from another before-state: those are told apart by a number, which no id has (IAM allows no `#` in names).
 */
function doneActions(records: ActionRecord[]): DoneAction[] {
  const done = new Map<string, DoneAction>();
  const inputs = new Map<string, ActInput[]>();
  for (const [position, record] of records.entries()) {
    if (!tookEffect(record)) continue;
    const known = inputs.get(record.id) ?? [];
    const number = numberOf(record.input, known);
    inputs.set(record.id, known);
    const name = number === 1 ? record.id : `${record.id}:#${number}`;
    const ours = (done.get(name)?.ours ?? false) || isOurs(record);
    done.delete(name);
    done.set(name, { name, record, position, ours });
  }
  return [...done.values()];
}

/** Which of those an action acted with this one is, from 1; it is added where it is none of them. */
function numberOf(input: ActInput, known: ActInput[]): number {
  const at = known.findIndex((other) => other === input || sameJson(other, input));
  return at === -1 ? known.push(input) : at + 1;
}

/** By a later undo that is not undone itself. */
const isUndone = ({ name, position }: DoneAction, done: DoneAction[]): boolean =>
  done.some((other) => other.record.id === undoOf(name) && other.position > position && !isUndone(other, done));

/**
 * `already` says that the state was there when the act looked: by an earlier attempt of ours that was killed, or by
 * somebody else. Only names that carry the incident's key tell which.
 */
const isOurs = ({ status, partly, input }: ActionRecord): boolean =>
  status === 'applied' || partly === true || carriesKey(input);

function carriesKey(input: ActInput): boolean {
  const { incidentKey } = input;
  switch (input.act) {
    case 'editBucketPolicy':
      return input.add.some(({ Sid }) => strings(Sid).some((sid) => sid.startsWith(sidPrefix(incidentKey))));
    case 'putInlinePolicy':
      return isOwnPolicy(incidentKey, input.policyName);
    case 'putEventRule':
      return input.ruleName === monitoringRuleName(incidentKey);
    case 'setAccountScp':
      return isOwnPolicy(incidentKey, input.policyName);
    case 'putConfigRule':
      return input.ruleName.endsWith(`-${incidentKey}`);
    case 'revokeRoleSessions':
      return true;
    default:
      return false;
  }
}

function undoAction(action: DoneAction, done: DoneAction[]): Proposal {
  const { record, name, ours } = action;
  const what = undoOf(name);
  if (isUndone(action, done)) return { what, why: 'it is undone already' };
  if (!ours) {
    return { what, why: `it was so before it was done: ${record.detail}; what this incident has not made stays` };
  }
  const inverse = invert(record.input, record.observed);
  if (!inverse) return { what, why: record.undo };
  return {
    id: what,
    title: `Undo: ${record.title}`,
    sources: [],
    target: record.target,
    calls: callsOf(inverse),
    ...changeOf(inverse),
    reversible: true,
    undo: 'does it once more, as long as nobody else changed it',
    mayBreak: [...reopened(inverse), ...stoppedByBlock(inverse, done)],
    input: inverse,
  };
}

/** S3 takes no policy back that is public while the block stands that this incident has put there. */
function stoppedByBlock(inverse: InverseInput, done: DoneAction[]): string[] {
  if (inverse.act !== 'editBucketPolicy') return [];
  const { bucket } = inverse;
  const lets = inverse.add.some((statement) => statement.Effect === 'Allow' && namesEverybody(statement));
  const block = done.find(
    ({ record }) => record.input.act === 'setPublicAccessBlock' && record.input.bucket === bucket,
  );
  if (!lets || !block || isUndone(block, done)) return [];
  return [`S3 refuses it while the public access block of bucket ${bucket} stands: undo ${block.record.id} first`];
}

const whyNothing = (records: ActionRecord[], id: string): string => {
  const record = records.findLast((candidate) => candidate.id === id);
  return record ? `it was not done (${record.status})` : 'this incident has no action of that id';
};

/** Of a bucket policy only the statements that come and go: the others may have changed since, and stay as they are. */
function changeOf(inverse: InverseInput): { before: Json; after: Json } {
  switch (inverse.act) {
    case 'editBucketPolicy':
      return { before: { Statement: inverse.remove }, after: { Statement: inverse.add } };
    case 'setAccessKeyStatus':
      return {
        before: inverse.keys.map(({ accessKeyId, before }) => ({ accessKeyId, status: before })),
        after: inverse.keys.map(({ accessKeyId, after }) => ({ accessKeyId, status: after })),
      };
    default:
      return { before: asJson(inverse.before), after: asJson(inverse.after) };
  }
}
