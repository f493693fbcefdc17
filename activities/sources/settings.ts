import type { Identity } from '../../src/domain/identity.ts';
import type { KeepEvidence } from './gather.ts';

/** What every source is given beside its own settings. */
export interface SourceContext {
  /** As the configuration stands now. */
  readIdentities: () => Promise<Identity[]>;
  keep: KeepEvidence;
}

/** Results of one search; the best come first, and what is beyond is said. */
export const perSearch = 20;
