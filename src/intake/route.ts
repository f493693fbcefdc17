import { playbooks as catalogue } from '../../workflows/playbooks.ts';
import type { PlaybookDescriptor } from '../../workflows/shared/descriptor.ts';
import { AlertUnsupported } from './refusal.ts';

/** Those that take alerts. */
export type Playbooks = readonly PlaybookDescriptor[];

/** Those that take alerts without being asked for. */
export const usualPlaybooks: Playbooks = catalogue.filter(({ onRequest }) => !onRequest);

/** Those that the configuration names, else the usual ones. */
export const playbooksOf = ({ playbooks }: { playbooks?: string[] | undefined }): Playbooks =>
  playbooks ? catalogue.filter(({ id }) => playbooks.includes(id)) : usualPlaybooks;

/** The playbook that handles an event, if one does; the source decides too where the alert names it. */
export const findPlaybook = (
  eventName: string,
  eventSource?: string,
  playbooks: Playbooks = usualPlaybooks,
): PlaybookDescriptor | undefined =>
  playbooks.find(
    (playbook) =>
      playbook.events.includes(eventName) && (eventSource === undefined || eventSource === playbook.eventSource),
  );

export function playbookFor(eventName: string, eventSource?: string, playbooks?: Playbooks): PlaybookDescriptor {
  const found = findPlaybook(eventName, eventSource, playbooks);
  if (found) return found;
  const handled = (playbooks ?? usualPlaybooks).flatMap(({ events }) => events).join(', ');
  throw new AlertUnsupported(`no playbook handles this event; handled are ${handled}`);
}
