import type { ArchivedBundle } from '../../src/domain/archive.ts';

export interface ArchiveNotify {
  /**
   * Seals a run that has closed, and those that it was reset from, and adds the bundles to the evidence store. Fails, to be
   * asked again, while the run is still open.
   */
  sealRun(input: { workflowId: string; runId: string }): Promise<ArchivedBundle[]>;
}
