import { shortened } from '../approval/request-message.ts';
import type { Finding } from '../findings/evidence.ts';
import { finding, some } from '../findings/finding.ts';
import type { Alert } from './alert.ts';
import { iamIdentity, policyArn, stableId } from './principal.ts';

/** Nobody reads of more; their alerts are on record. */
export const mostOtherCallers = 10;

/**
 * An image can be stored over itself, and a snapshot shared again, by somebody else than the first time: one incident has
 * both calls, and contains the caller of the first. Alerts of a refused call come from one user or role as it is.
 */
export const isOfAnother = (alert: Alert, other: Alert): boolean =>
  other.outcome === 'success' && other.eventId !== alert.eventId && callerOf(other) !== callerOf(alert);

/** Whose permissions it had: a role has as many sessions as its taker likes to name, and is told of once. */
export const holderOf = ({ principal }: Alert): string => policyArn(principal) ?? stableId(principal) ?? 'nobody named';

/** Of a role session with the session's name: of a role that many people take, another one of them is another caller. */
const callerOf = ({ principal: { arn, id } }: Alert): string => arn ?? id ?? 'nobody named';

/** Characters: who sends alerts chooses what they say. */
const longest = 500;

export const calledBy = (alert: Alert): string => {
  const { eventName, time, principal, sourceAddress } = alert;
  const key = principal.accessKeyId === undefined ? '' : ` with key ${principal.accessKeyId}`;
  const from = sourceAddress === undefined ? '' : ` from ${sourceAddress}`;
  return shortened(`${eventName} at ${time} by ${callerOf(alert)}${key}${from}`, longest);
};

export const otherCallersFinding = (others: Alert[]): Finding =>
  finding(
    'other-callers',
    ['S54', 'S56', 'S98'],
    'Did somebody else make the same call, too?',
    'yes',
    some(others.map(calledBy)),
  );

/** What a plan says of them: it is made for the caller of the alert. Whoever it contains anyway is left out. */
export function otherCallersBeyond(others: Alert[], contained: ReturnType<typeof iamIdentity>[]): Beyond[] {
  const known = new Set(contained.map((identity) => nameOf(identity)));
  return others.flatMap((other) => {
    const name = nameOf(iamIdentity(other.principal));
    if (name !== null && isOfTheAccount(other) && known.has(name)) return [];
    const why = `it made the same call (${calledBy(other)}), which only an alert says: look it up in CloudTrail, and contain it by hand if it was not meant`;
    return [{ what: `contain ${name ?? callerOf(other)}`, why }];
  });
}

const nameOf = (identity: ReturnType<typeof iamIdentity>): string | null =>
  identity && `${identity.type} ${identity.name}`;
const isOfTheAccount = ({ principal: { accountId }, recipientAccount }: Alert): boolean =>
  accountId === undefined || accountId === recipientAccount;

/** What cannot be contained by an act of this account, with the way out. */
export interface Beyond {
  what: string;
  why: string;
}
