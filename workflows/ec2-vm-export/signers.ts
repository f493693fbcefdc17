import { signersOf } from '../../src/domain/plan/signers.ts';
import { suspectsOf } from '../../src/domain/plan/suspects.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import type { Case } from './case.ts';
import { readSuspects } from './targets.ts';

/** Access logs come late: whoever signed an address that they tell of now is a suspect like those of the trail. */
export async function readNewSigners(
  incident: IncidentRun,
  { alert, lineage, reads, suspects, beyond }: Case,
): Promise<Pick<Case, 'suspects' | 'beyond'>> {
  if (!lineage) return { suspects, beyond };
  const named = suspectsOf(lineage, alert, signersOf(reads, alert, incident.policy.responders));
  const isKnown = (why: string) => suspects.some((suspect) => suspect.why.includes(why));
  const isNew = named.suspects.some(({ why }) => !why.every(isKnown));
  const newlyBeyond = named.beyond.filter(({ what }) => !beyond.some((known) => known.what === what));
  return {
    suspects: isNew ? await readSuspects(incident, alert, named.suspects) : suspects,
    beyond: [...beyond, ...newlyBeyond],
  };
}
