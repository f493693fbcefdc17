import { isUndo } from '../acts/action-id.ts';
import { actionKinds } from '../acts/action-kinds.ts';

/** Something that a plan leaves out, and why. */
export interface Left {
  what: string;
  why: string;
}

/** By which plans name what follows: it is a remark, and no action that was left out. */
export const permissionOriginWords = 'where the permission came from (S105)';

/** What it means for a reader: an action of the playbook by its kind, what no action reaches, or a mere remark. */
export function classOf(what: string): 'remark' | 'by-hand' | { kind: string; rest: string } {
  if (what === permissionOriginWords) return 'remark';
  if (isUndo(what)) return { kind: what, rest: '' };
  const [, kind = '', rest = ''] = /^([a-z-]+)(?:: (.*))?$/s.exec(what) ?? [];
  return Object.hasOwn(actionKinds, kind) ? { kind, rest } : 'by-hand';
}

/** With those before that a message tells which has room for so many: what only people can do, and remarks at the end. */
export function leftOutFirst(notPlanned: Left[], room: number): Left[] {
  const told = new Set(notPlanned.toSorted((one, other) => placeOf(one) - placeOf(other)).slice(0, room));
  return notPlanned.toSorted((one, other) => Number(told.has(other)) - Number(told.has(one)));
}

function placeOf({ what }: Left): number {
  const found = classOf(what);
  return found === 'by-hand' ? 0 : found === 'remark' ? 2 : 1;
}
