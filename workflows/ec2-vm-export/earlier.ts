import { earlierExportsOf, type EarlierEnds } from '../../src/domain/findings/earlier-incidents.ts';
import { earlierIncidents } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import type { Case } from './case.ts';

/** How the incidents about earlier exports ended (S92); null: there were no such exports, or the policy asks for none. */
export async function readEarlierEnds(incident: IncidentRun, validated: Case): Promise<EarlierEnds | null> {
  const { key, playbook, policy, record } = incident;
  if (!policy.earlierIncidents) return null;
  const { exports, more } = earlierExportsOf(validated, { playbookId: playbook.id, eventIds: record.eventIds });
  if (exports.length === 0) return null;
  const question = earlierIncidents({ incidentKey: key, exports });
  return { exports, more, known: await observed(record, 'how earlier exports ended', question) };
}
