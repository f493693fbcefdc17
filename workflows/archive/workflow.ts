import type { ArchivedBundle, ArchiveInput } from '../../src/domain/archive.ts';
import { sealRun } from '../activities.ts';

/**
 * Seals an incident, or an undo, once it has closed: a workflow of its own, because nothing can read its own history whole.
 * It is asked for until the store and Temporal answer, for weeks.
 */
export async function archiveIncident(input: ArchiveInput): Promise<ArchivedBundle[]> {
  return sealRun(input);
}
