import { accountConcerned } from '../../src/domain/acts/account-concerned.ts';
import type { ActInput, SetAccountScp } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { arnMatches } from '../../src/domain/alert/principal.ts';
import { protectingTag } from '../../src/domain/acts/protected.ts';
import { failure } from './failures.ts';

/**
 * What no act may touch, whatever was approved: ARN patterns of principals, name patterns of buckets, id patterns of images
 * and snapshots, whole accounts, and what has a tag of this name with one of these values (patterns, too).
 */
export interface Protection {
  principals: string[];
  buckets: string[];
  images?: string[];
  accounts?: string[];
  tags?: Record<string, string[]>;
}

function refuse(what: string, name: string, patterns: string[]): void {
  const pattern = patterns.find((candidate) => arnMatches(name, candidate));
  if (pattern === undefined) return;
  const message = `${what} ${name} is protected by ${pattern}; nothing was done: change the list first, if that is meant`;
  throw failure(failureTypes.protected, message);
}

/** No service control policy binds it: an act that seems to would be a false comfort. */
export function refuseManagementAccount({ accountId, targetAccount }: SetAccountScp): void {
  if (targetAccount !== accountId) return;
  const message = `account ${targetAccount} is the management account, which no service control policy binds; nothing was done`;
  throw failure(failureTypes.protected, message);
}

/** Copying an export changes nothing in its account. */
export function refuseProtectedAccount(input: ActInput, { accounts = [] }: Protection): void {
  if (input.act !== 'copyExport') refuse('account', accountConcerned(input), accounts);
}

export function refuseTagged(what: string, tags: Record<string, string>, { tags: protecting }: Protection): void {
  const tag = protectingTag(tags, protecting);
  if (tag === null) return;
  const message = `${what} is protected by its tag ${tag}; nothing was done: change the tag or the list first, if that is meant`;
  throw failure(failureTypes.protected, message);
}

export const refuseProtectedBucket = (bucket: string, { buckets }: Protection): void =>
  refuse('bucket', bucket, buckets);
/** For users, roles, groups and policies. */
export const refuseProtectedArn = (arn: string, { principals }: Protection): void =>
  refuse('principal', arn, principals);
export const refuseProtectedImage = ({ type, id }: { type: string; id: string }, { images = [] }: Protection): void =>
  refuse(type, id, images);
