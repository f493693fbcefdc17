import { subjectNamed } from '../domain/alert/alert-words.ts';
import type { Alert } from '../domain/alert/alert.ts';

/**
 * What happened, where, and by whom, in a line that Temporal UI shows in its list. It is rendered as Markdown and not
 * encrypted: no people, and of texts from outside only harmless characters.
 */
export function incidentSummary(alert: Alert): string {
  const outcome = alert.outcome === 'success' ? 'succeeded' : 'was refused';
  return (
    `${harmless(alert.eventName)} ${outcome}: ${whatAndWhere(alert)}, ` +
    `account ${alert.recipientAccount} ${alert.region}, by ${who(alert)}`
  );
}

function whatAndWhere(alert: Alert): string {
  const named = subjectNamed(alert);
  if (alert.about) return named === undefined ? 'nothing that is named' : harmless(named);
  return `${named === undefined ? 'an unknown machine' : harmless(named)} to ${where(alert)}`;
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
