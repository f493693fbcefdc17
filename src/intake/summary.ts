import { subjectNamed } from '../domain/alert/alert-words.ts';
import type { Alert } from '../domain/alert/alert.ts';

/**
 * What happened, where, and by whom, in a line that Temporal UI shows in its list. It is rendered as Markdown and not
 * encrypted: no people, and of texts from outside only harmless characters.
 */
export function incidentSummary(alert: Alert): string {
  const outcome = alert.outcome === 'success' ? 'succeeded' : 'was refused';
  const machine = subjectNamed(alert);
  const what = machine === undefined ? 'an unknown machine' : harmless(machine);
  return (
    `${harmless(alert.eventName)} ${outcome}: ${what} to ${where(alert)}, ` +
    `account ${alert.recipientAccount} ${alert.region}, by ${who(alert)}`
  );
}

function where({ bucket, sharedWith = [] }: Alert): string {
  if (bucket !== undefined) return `bucket ${harmless(bucket)}`;
  return sharedWith.length === 0 ? 'an unknown bucket' : harmless(sharedWith.join(':'));
}

function who({ principal: { kind, name } }: Alert): string {
  if (kind === 'assumed-role' && name !== undefined) return `role ${harmless(name)}`;
  return kind === 'unknown'
    ? 'an unknown principal'
    : `${kind.startsWith('i') ? 'an' : 'a'} ${kind.replaceAll('-', ' ')}`;
}

const harmless = (text: string): string => text.slice(0, 64).replace(/[^A-Za-z0-9._:/-]/g, '?');
