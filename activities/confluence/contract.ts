import type { SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';

export interface ConfluenceNotify {
  /** Pages that name what was exported, and the person's own about exports (S75). */
  searchConfluence(question: SourceQuestion): Promise<SourceAnswer>;
}
