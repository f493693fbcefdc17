import type { SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';

export interface GithubNotify {
  /** Pull requests of the person (S74), and pull requests and code that name what was exported. */
  searchGithub(question: SourceQuestion): Promise<SourceAnswer>;
}
