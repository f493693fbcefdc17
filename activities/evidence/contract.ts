import type { EvidenceRef } from '../../src/domain/evidence.ts';
import type { Json } from '../../src/domain/json.ts';
import type { IncidentReport } from '../../src/domain/report.ts';

/** Appends to the evidence store under a role that can do nothing else. */
export interface EvidenceNotify {
  /** Stores a document under the incident; the same content gives the same object. */
  storeEvidence(input: { incidentKey: string; name: string; content: Json }): Promise<EvidenceRef>;
  /** Renders the report as Markdown and JSON and stores both. */
  storeReport(input: { report: IncidentReport }): Promise<Record<string, EvidenceRef>>;
}
