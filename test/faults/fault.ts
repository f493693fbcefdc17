import type { Cell } from './cell.ts';

/** What goes wrong, and what the right end of that is. */
export interface Fault {
  name: string;
  /** Tried at each of the act's calls; otherwise at the first. */
  atEachCall: boolean;
  /** Every contain worker is killed once all cells are where they should be killed. */
  kills: boolean;
  /** Why it cannot happen to this act; null: it can. */
  notApplicable?: (cell: Cell) => string | null;
  /** Answers with what happened; throws what was not right, also when the fault did not happen at all. */
  run: (cell: Cell, killTogether: () => Promise<void>) => Promise<string>;
}
