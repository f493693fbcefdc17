import { identityOf, type Identity } from '../../src/domain/alert/identity.ts';
import type { Principal } from '../../src/domain/alert/principal.ts';
import type { KeepEvidence } from './gather.ts';

/** What every source is given beside its own settings. */
export interface SourceContext {
  /** As the configuration stands now. */
  readIdentities: () => Promise<Identity[]>;
  keep: KeepEvidence;
}

/** The actor in one of the sources; null: the identity map does not say. */
export interface ActorThere {
  handle: string;
  /** With the name, as people are told. */
  person: string;
}
export async function actorIn(
  { readIdentities }: SourceContext,
  principal: Principal,
  source: 'github' | 'slack' | 'jira',
): Promise<ActorThere | null> {
  const identity = identityOf(await readIdentities(), principal);
  const handle = identity?.[source];
  return identity && handle !== undefined ? { handle, person: `${identity.name} (${handle})` } : null;
}

/** Results of one search; the best come first, and what is beyond is said. */
export const perSearch = 20;
