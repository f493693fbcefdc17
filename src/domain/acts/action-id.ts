/** The kind of an action: its id without the target. */
export const actionKind = (id: string): string => id.split(':')[0] ?? id;

/** An undo is named after what it undoes; an undo of an undo has the prefix twice. */
const undoPrefix = 'undo/';

export const undoOf = (name: string): string => `${undoPrefix}${name}`;

export const isUndo = (id: string): boolean => id.startsWith(undoPrefix);

/** The kind that the policy's rules name: an undo takes the people that its action takes. */
export const ruledKind = (id: string): string => (isUndo(id) ? ruledKind(id.slice(undoPrefix.length)) : actionKind(id));
