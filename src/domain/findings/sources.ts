import type { EvidenceRef } from './evidence.ts';
import type { Principal } from '../alert/principal.ts';
import type { Gap } from './kept.ts';

/** Where people leave traces of what they are about: did somebody plan the export (S72, S74–S76, S92)? */
export const sourceNames = { github: 'GitHub', jira: 'Jira', confluence: 'Confluence', slack: 'Slack' } as const;
export type Source = keyof typeof sourceNames;
export const sources = Object.keys(sourceNames) as Source[];

/** Of the policy: which sources are connected, and how an incident asks them. Durations are milliseconds. */
export interface SourcePolicy {
  connected: Source[];
  /** How long investigation waits for them; later answers are appended. */
  budget: number;
  /** How long before the export a mention still counts. */
  window: number;
  /** Words that a person who plans an export would write. */
  words: string[];
  /** Names of states and resolutions of a ticket that mean no. */
  declined: string[];
}

/** What every source is asked about one incident. Names and tickets have the form that AWS and Jira give them. */
export interface SourceQuestion {
  incidentKey: string;
  principal: Principal;
  /** Of instance, image, export task and bucket. */
  names: string[];
  /** Keys of tickets that stand in the instance's tags. */
  tickets: string[];
  words: string[];
  eventTime: string;
  /** Where the window begins; it ends when the source is asked. */
  from: string;
}

/** Something that somebody wrote: data, escaped wherever it is shown. */
export interface Mention {
  source: Source;
  title: string;
  url: string;
  author?: string;
  /** The author is the actor, as far as the identity map knows. */
  byActor: boolean;
  /** When it was written, ISO 8601 UTC; absent: the source does not say. */
  time?: string;
  /** When it was last changed: what it says now, it may not have said before. */
  changed?: string;
  /** Such as `merged`, or status and resolution of a ticket. */
  states: string[];
  /** Which names, tickets and words it holds. */
  matched: string[];
  /** The source found it by a name that stands in none of what it showed, perhaps in a comment. */
  unseen?: true;
  excerpt: string;
}

export interface SourceAnswer {
  source: Source;
  /** Who the actor is there; null: the identity map does not say. */
  person: string | null;
  /** The best of them; all that was answered lies in the evidence. */
  mentions: Mention[];
  /** More was found than was read. */
  truncated: boolean;
  /** Parts of the question that were refused. */
  gaps: Gap[];
  evidence: EvidenceRef | null;
}

/** What became of asking one source. */
export type SourceReply =
  { state: 'asked' } | { state: 'failed'; why: string } | ({ state: 'answered' } & SourceAnswer);
export type SourceReplies = Partial<Record<Source, SourceReply>>;
