import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { PlaybookDescriptor } from './descriptor.ts';
import { IncidentRun } from './incident-run.ts';
import { listen } from './listen.ts';

/** To be called before the first await of a workflow: until handlers are set, what is asked of the incident fails. */
export function beginIncident(opening: IncidentOpening, playbook: PlaybookDescriptor): IncidentRun {
  const incident = new IncidentRun(opening, playbook);
  listen(incident);
  // Whoever was told of an incident is not told of its undo.
  if (opening.undoes === undefined) incident.announce();
  return incident;
}
