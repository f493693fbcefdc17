import type { Answer } from '../src/domain/findings/evidence.ts';

/**
 * Which answer to which finding changes what people do: trouble, or what takes its place. What fires in a scene and is not
 * in its expected file was invented. Findings that only describe (who, which task, which calls) stand here not at all.
 */
export const signals: Readonly<Record<string, readonly Answer[]>> = {
  account: ['no'],
  // Where the image went, and who can reach it.
  'bucket-owner': ['no'],
  'bucket-access': ['yes'],
  'bucket-changes': ['yes'],
  replicated: ['yes'],
  downloaded: ['yes'],
  'encrypted-data': ['yes'],
  'other-copies': ['yes'],
  'copies-shared': ['yes'],
  // Who made the call, and whether that is like them.
  'other-callers': ['yes'],
  'alert-contradicted': ['yes'],
  'session-origin': ['yes'],
  'sessions-taken': ['yes'],
  'ways-in-made': ['yes'],
  'machines-entered': ['yes'],
  // Do the addresses fit the person?
  geography: ['no'],
  'new-for-actor': ['yes'],
  // What was done before and beside it.
  'privilege-gained': ['yes'],
  'access-changes': ['yes'],
  'actor-changes': ['yes'],
  'tags-changed': ['yes'],
  'disks-attached': ['yes'],
  concealment: ['yes'],
  'denied-run': ['yes'],
  'refused-exports': ['yes'],
  'dry-runs': ['yes'],
  // Whether it is part of something wider.
  'related-incidents': ['yes'],
  campaign: ['yes'],
  // What may explain it.
  'pull-requests': ['yes'],
  tickets: ['yes'],
  pages: ['yes'],
  messages: ['yes'],
  explanation: ['yes'],
};
