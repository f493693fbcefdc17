import { playbooks } from '../../workflows/playbooks.ts';
import type { PlaybookDescriptor } from '../../workflows/shared/descriptor.ts';
import { AlertUnsupported } from './refusal.ts';

const handled = playbooks.flatMap(({ events }) => events).join(', ');

/** The playbook that handles an event, if one does; the source decides too where the alert names it. */
export const findPlaybook = (eventName: string, eventSource?: string): PlaybookDescriptor | undefined =>
  playbooks.find(
    (playbook) =>
      playbook.events.includes(eventName) && (eventSource === undefined || eventSource === playbook.eventSource),
  );

export function playbookFor(eventName: string, eventSource?: string): PlaybookDescriptor {
  const found = findPlaybook(eventName, eventSource);
  if (!found) throw new AlertUnsupported(`no playbook handles this event; handled are ${handled}`);
  return found;
}
