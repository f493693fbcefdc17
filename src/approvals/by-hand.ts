import { playbooks } from '../../workflows/playbooks.ts';
import type { Procedure } from '../../workflows/shared/descriptor.ts';
import type { Phase } from '../domain/phase.ts';

/**
 * What people do by hand in a phase of an incident, and where that is written: pages of the source tree, which messages
 * do not know the address of. An incident's workflow id begins with the id of its playbook.
 */
export const byHand = (workflowId: string, phase: Phase): Procedure[] =>
  (playbooks.find(({ id }) => workflowId.startsWith(`${id}/`))?.procedures ?? []).filter(
    (procedure) => procedure.phase === phase,
  );
