import type { IndexedEvent } from '../../src/domain/alert/event-index.ts';
import type { EvidenceRef } from '../../src/domain/findings/evidence.ts';
import type { Json } from '../../src/domain/json.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';

/** Appends to the evidence store under a role that can do nothing else. */
export interface EvidenceNotify {
  /** Stores a document under the incident; the same content gives the same object. */
  storeEvidence(input: { incidentKey: string; name: string; content: Json }): Promise<EvidenceRef>;
  /**
   * Adds the events of an incident that ends to the archive's index, where the intake finds them when Temporal no longer
   * has the incident. An event that is in it stays as it is.
   */
  indexEvents(input: IndexedEvent & { eventIds: string[] }): Promise<{ indexed: number }>;
  /**
   * Renders the report as a page, as Markdown, as JSON and as an OCSF event, and stores all of them. With the last one of a
   * run it adds the figures to the archive's index, and has the run sealed, where that is configured.
   */
  storeReport(input: { report: IncidentReport }): Promise<Record<string, EvidenceRef>>;
}
