import type { Json } from '../json.ts';
import { isInside, type Perimeter } from './perimeter.ts';
import type { BucketFacts, ReplicationDestination, ReplicationRule } from '../findings/bucket-facts.ts';

const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** Where a rule copies to; the account is what whoever wrote the rule says, and proves nothing. */
export function destinationOf({ Destination }: ReplicationRule): { bucket: string; account?: string } {
  const arn = textOf(memberOf(Destination, 'Bucket')) ?? '';
  const account = textOf(memberOf(Destination, 'Account'));
  return { bucket: arn.split(':::').at(-1) ?? arn, ...(account === undefined ? {} : { account }) };
}

/** In the form of today, in that with tags, and in the one that AWS keeps for old configurations. */
const prefixOf = ({ Filter, Prefix }: ReplicationRule): string =>
  textOf(memberOf(Filter, 'Prefix')) ?? textOf(memberOf(memberOf(Filter, 'And'), 'Prefix')) ?? textOf(Prefix) ?? '';

export interface RuleInForce {
  rule: ReplicationRule;
  id: string;
  prefix: string;
  bucket: string;
  /** Whose the destination is: proved, else as the rule says it. */
  account?: string;
  /** Whether it copies to somebody who is not ours. */
  outside: 'yes' | 'no' | 'unknown';
  whyUnknown?: string;
}

/**
 * The rules that copy now, by where they lead (S86). A rule that names a stranger's account leads outside; one that names
 * an account of ours does only once that account lists the bucket, for anybody can write the number.
 */
export function rulesInForce({ replication }: Pick<BucketFacts, 'replication'>, perimeter: Perimeter): RuleInForce[] {
  if (!replication) return [];
  return replication.configuration.Rules.filter(({ Status }) => Status === 'Enabled').map((rule): RuleInForce => {
    const { bucket, account: stated } = destinationOf(rule);
    const found = replication.destinations.find((destination) => destination.bucket === bucket);
    const account = found?.account ?? stated;
    const id = textOf(rule.ID) ?? 'without id';
    const known = { rule, id, prefix: prefixOf(rule), bucket, ...(account === undefined ? {} : { account }) };
    if (found?.ours === 'yes') return { ...known, outside: 'no' };
    if (found?.ours === 'no' || (stated !== undefined && !isInside(stated, perimeter))) {
      return { ...known, outside: 'yes' };
    }
    return { ...known, outside: 'unknown', whyUnknown: found?.why ?? 'its owner was not looked for' };
  });
}

/** Tags of a filter are left aside: the export has none that we know of, and anybody who may write it may tag it. */
export const coversKey = ({ prefix }: RuleInForce, key: string | undefined): boolean =>
  key === undefined || key.startsWith(prefix);

export const destinationWords = ({ bucket, account }: Pick<ReplicationDestination, 'bucket' | 'account'>): string =>
  account === undefined ? `bucket ${bucket}` : `bucket ${bucket} of account ${account}`;

/** Why the replication is not known, or null. */
export function replicationGap(bucket: BucketFacts | null): string | null {
  if (!bucket) return 'the bucket was not read';
  if (bucket.replication !== undefined) return null;
  const gap = bucket.gaps.find(({ what }) => what === 'bucket replication');
  return gap ? `${gap.what}: ${gap.why}` : 'the replication of the bucket was not read';
}
