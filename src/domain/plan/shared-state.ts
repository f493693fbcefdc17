import type { ActInput } from '../acts/acts.ts';
import { sameJson } from '../digest.ts';
import type { IncidentView } from '../incident.ts';
import { type Json, asJson } from '../json.ts';
import type { Plan, PlannedAction } from './plan.ts';
import type { PlanInput } from './planning.ts';
import { standingActions } from './undo-plan.ts';

/**
 * States that carry no incident's name: a key that is off, a block that is on. Statements and policies are each incident's
 * own, so that one's undo leaves the other's; of these there is one, and whoever takes it back takes it from all.
 */

/** An open incident as another one sees it. */
export type Neighbour = Pick<IncidentView, 'incidentKey' | 'actions' | 'foundOff'>;

/** What an undo would take from whom. */
export interface KeptState {
  /** Of the action that is not done. */
  id: string;
  incidentKey: string;
  /** In words that follow "counts on". */
  what: string;
}
/** What the open incidents of the account answered; `unasked`: keys of those that did not. */
export interface Neighbours {
  kept: KeptState[];
  unasked: string[];
}

/** Keys and credentials of the actor and its suspects that were off when containment was planned, so that no act is. */
export function foundOff({ principal, suspects = [] }: Pick<PlanInput, 'principal' | 'suspects'>): string[] {
  const off = [
    ...keysOff(principal),
    ...suspects.flatMap(({ extent, keys, credentials, facts, serviceCredentials }) => [
      ...keysOff(facts).filter((id) => extent !== 'keys' || keys.includes(id)),
      ...(serviceCredentials ?? []).flatMap(({ credentialId, status }) =>
        credentials.includes(credentialId) && status !== 'Active' ? [credentialId] : [],
      ),
    ]),
  ];
  return [...new Set(off)];
}

const keysOff = (principal: PlanInput['principal']): string[] =>
  (principal?.accessKeys ?? []).flatMap(({ accessKeyId, status }) => (status === 'Inactive' ? [accessKeyId] : []));

/** Whether it concerns a state that others may count on, too. */
export const isShared = ({ input }: Pick<PlannedAction, 'input'>): boolean =>
  switched(input, 'Active').length > 0 || goalOf(input, 'before') !== null;

/** What of these undos the other incident counts on. */
export const countedOn = (actions: Pick<PlannedAction, 'id' | 'input'>[], other: Neighbour): KeptState[] =>
  actions.flatMap(({ id, input }) => {
    const what = countsOn(other, input);
    return what === null ? [] : [{ id, incidentKey: other.incidentKey, what }];
  });

function countsOn({ actions, foundOff = [] }: Neighbour, undo: ActInput): string | null {
  const standing = standingActions(actions);
  const off = new Set([...foundOff, ...standing.flatMap(({ input }) => switched(input, 'Inactive'))]);
  const needed = switched(undo, 'Active').filter((id) => off.has(id));
  if (needed.length > 0) return `${needed.join(', ')} being off`;
  const taken = goalOf(undo, 'before');
  const found = taken && standing.find(({ input }) => sameJson(goalOf(input, 'after'), taken));
  return found ? `what its ${found.id} found or left` : null;
}

/** Ids of the keys and credentials that the act brings to this status. */
function switched(input: ActInput, status: 'Active' | 'Inactive'): string[] {
  if (input.act === 'setAccessKeyStatus') {
    return input.keys.flatMap(({ accessKeyId, after }) => (after === status ? [accessKeyId] : []));
  }
  return input.act === 'setServiceCredentialStatus' && input.after === status ? [input.credentialId] : [];
}

/** A target with the state of it that the act begins or ends with; null: its states are told apart by name, or are keys. */
function goalOf(input: ActInput, end: 'before' | 'after'): Json {
  switch (input.act) {
    case 'setPublicAccessBlock':
    case 'setBucketOwnership':
    case 'setBucketReplication':
    case 'replaceBucketAcl':
      return asJson([input.act, input.bucket, input[end]]);
    case 'setAccessPointPolicy':
      return asJson([input.act, input.accountId, input.accessPoint, input[end]]);
    case 'setSharing':
      return asJson([input.act, input.resource.id, input[end]]);
    case 'setTrustPolicy':
      return asJson([input.act, input.accountId, input.roleName, input[end]]);
    case 'setManagedPolicy':
      return asJson([input.act, input.policyArn, input[end]]);
    case 'setEbsEncryptionDefault':
      return asJson([input.act, input.accountId, input.region, input[end]]);
    default:
      return null;
  }
}

/** Why these undos are not done, with what a person does. */
export function keptForOthers(undos: PlannedAction[], { kept, unasked }: Neighbours): Plan['notPlanned'] {
  return undos.filter(isShared).flatMap(({ id }) => {
    const of = kept.filter((state) => state.id === id);
    const reasons = [
      ...of.map(({ incidentKey, what }) => `incident ${incidentKey}, which is open, counts on ${what}`),
      ...(unasked.length === 0
        ? []
        : [`nobody could say whether incident ${unasked.join(', ')}, which is open, counts on it`]),
    ];
    return reasons.length === 0 ? [] : [{ what: id, why: `${reasons.join('; ')}: ask again once that is closed` }];
  });
}
