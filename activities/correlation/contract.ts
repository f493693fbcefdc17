import type { CorrelatedIncident, CorrelationKind, RelatedIncident } from '../../src/domain/alert/correlation.ts';
import type { CorrelationHashes } from '../../src/domain/incident.ts';

export interface CorrelationNotify {
  /**
   * Makes the incident known to all that share something with it; answers with older ones, of which nobody else tells.
   * `waitsFor`: by which value it waits to hear whether it is one of many.
   */
  correlate(input: {
    incident: CorrelatedIncident;
    hashes: CorrelationHashes;
    waitsFor?: CorrelationKind;
  }): Promise<RelatedIncident[]>;
}
