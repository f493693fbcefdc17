import type { EvidenceRef } from './findings/evidence.ts';

/** What the workflow that seals a closed run is given. */
export interface ArchiveInput {
  workflowId: string;
  runId: string;
}

/** One run, sealed in one file in the evidence store. */
export interface ArchivedBundle extends EvidenceRef {
  runId: string;
  /** SHA-256 of the code that replays it. */
  release: string;
}

/** The workflow that seals a run: it outlives the incident, whose history is whole only when it has closed. */
export const archiveWorkflowId = ({ workflowId, runId }: ArchiveInput): string => `archive/${workflowId}/${runId}`;

/** The name of a run's bundle in the folder of its incident; what follows says what is in it. */
export const bundleName = (runId: string): string => `bundle-${runId}`;
