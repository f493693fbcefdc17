import type { CorrelatedIncident, RelatedIncident } from '../../src/domain/alert/correlation.ts';
import type { CorrelationHashes } from '../../src/domain/incident.ts';

export interface CorrelationNotify {
  /** Makes the incident known to all that share something with it; answers with older ones, of which nobody else tells. */
  correlate(input: { incident: CorrelatedIncident; hashes: CorrelationHashes }): Promise<RelatedIncident[]>;
}
