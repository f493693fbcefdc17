import type { ApprovalRequest, AskedGroup } from './approval.ts';
import { counts, everybody, type People } from './approval-policy.ts';
import { groupAsked } from './approval-request.ts';
import { personRefusal, type Barred } from './barred.ts';

/**
 * Whoever may decide about a request may put it to somebody else instead: a person or a group of the list. That decides
 * nothing. The request stays as it is, and whoever it is put to is held to the same rules when they decide.
 */
type Asked = Pick<ApprovalRequest, 'needs' | 'askedOf'>;

/** What `to` becomes among those who are asked; without whoever hands over. No group has the id of a person. */
export function handedOver(to: string, by: string, directory: People, barred: Barred, at: string): AskedGroup {
  const person = directory.approvers.some(({ id }) => id === to);
  const people = person ? [to] : groupAsked(to, directory, barred, at).people.filter((id) => id !== by);
  return { group: to, people, at, by };
}

/** Why the request cannot be handed over to `to`; null: nothing against it (P7). */
export function handOverRefusal(
  to: string,
  by: string,
  { needs, askedOf }: Asked,
  directory: People,
  barred: Barred,
): string | null {
  if (to === by) return 'nobody hands over to themselves: name another person, or a group';
  const person = directory.approvers.find(({ id }) => id === to);
  const isGroup = to === everybody || directory.groups?.some(({ id }) => id === to);
  if (!person && !isGroup) return `${to} is neither an approver nor a group of the list`;
  const excluded = person ? personRefusal(person, barred) : null;
  if (excluded !== null) return excluded;
  const { people } = handedOver(to, by, directory, barred, '');
  const counting = people.some((id) => Object.values(needs).some((need) => counts(id, need, directory)));
  if (!counting) {
    const groups = [...new Set(Object.values(needs).flatMap((need) => need.groups))].join(', ');
    const who = person ? `${to} may approve none` : `nobody else of ${to} may approve any`;
    return `${who} of these actions: they are for ${groups}`;
  }
  const earlier = askedOf.find(({ group, by: whom }) => group === to && whom !== undefined);
  return earlier ? `it was handed over to ${to} by ${earlier.by} already` : null;
}

/** Whom this person may hand the request over to: people first. */
export const handOverTargets = (by: string, asked: Asked, directory: People, barred: Barred): string[] =>
  [...directory.approvers.map(({ id }) => id), everybody, ...(directory.groups ?? []).map(({ id }) => id)].filter(
    (to) => handOverRefusal(to, by, asked, directory, barred) === null,
  );
