import type { SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';

export interface SlackSearchNotify {
  /** Messages that name what was exported, and the person's own about exports (S76). Reads what the token's user can read. */
  searchSlack(question: SourceQuestion): Promise<SourceAnswer>;
}
