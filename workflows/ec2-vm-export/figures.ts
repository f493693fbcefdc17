import { improvements } from '../../src/domain/report/improvements.ts';
import { metricsOf } from '../../src/domain/report/metrics.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import type { Figures } from '../shared/post-incident.ts';
import type { Case } from './case.ts';

/** The figures of an export and what would have prevented it (S120–S126), as far as it is known; undefined: nothing is. */
export function figuresOf(incident: IncidentRun, known: Case | undefined): Figures {
  const facts = {
    alert: incident.opening.alert,
    policy: incident.policy,
    bucket: known?.bucket ?? null,
    object: known?.object ?? null,
    reads: known?.reads ?? null,
    principal: known?.principal ?? null,
    actions: incident.record.actions,
  };
  return { metrics: metricsOf(facts), improvements: improvements(facts) };
}
