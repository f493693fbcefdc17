import type { SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';

export interface JiraNotify {
  /** Tickets that the instance's tags name, that name what was exported, and the person's own about exports (S75). */
  searchJira(question: SourceQuestion): Promise<SourceAnswer>;
}
