import type {
  CorrelatedIncident,
  CorrelationKind,
  RelatedIncident,
  CorrelationHashes,
} from '../../src/domain/alert/correlation.ts';
import type { EarlierExport, EarlierIncidentsFacts } from '../../src/domain/findings/earlier-incidents.ts';
import type { PlannedAction } from '../../src/domain/plan/plan.ts';
import type { Neighbours } from '../../src/domain/plan/shared-state.ts';

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
  /** Which open incidents of the same accounts count on what these undos would take back; `except`: ids of workflows. */
  countingOn(input: { actions: Pick<PlannedAction, 'id' | 'input'>[]; except: string[] }): Promise<Neighbours>;
  /** How incidents about earlier exports ended: of Temporal while it has them, and of the archive's index. */
  earlierIncidents(input: { incidentKey: string; exports: EarlierExport[] }): Promise<EarlierIncidentsFacts>;
}
