import { bucketArn } from '../policy/arns.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import { actBase, changeableBucket, suspectedKeys, type PlanInput, type Proposal } from './planning.ts';
import { destinationWords, replicationGap, rulesInForce, type RuleInForce } from '../policy/replication.ts';
import { asJson } from '../json.ts';
import type { TrailEvent } from '../findings/trail-facts.ts';
import type { ReplicationConfiguration } from '../findings/bucket-facts.ts';

const what = 'stop-replication';

/**
 * Rules that carry objects of the bucket out of the organisation are switched off, and those that the actor wrote (S95,
 * S101). Off and not deleted: the rule stays as evidence, one word undoes it, and rules of others stay as they are.
 */
export function stopReplication(input: PlanInput): Proposal[] {
  const found = changeableBucket(input);
  if ('why' in found) return [{ what, why: found.why }];
  const { bucket } = found;
  const gap = replicationGap(bucket);
  if (gap !== null) return [{ what, why: `whether the bucket replicates is not known: ${gap}` }];
  const rules = rulesInForce(bucket, perimeterOf(input.alert, input.policy));
  const { replication } = bucket;
  if (!replication || rules.length === 0) return [{ what, why: 'no rule of the bucket replicates anything' }];

  const written = writtenByActor(input);
  const stopped = rules.filter(({ outside }) => outside === 'yes' || written !== null);
  const beyond = rules.filter(({ outside }) => outside === 'yes').map(beyondControl);
  const unclear = rules.filter((rule) => rule.outside === 'unknown' && !stopped.includes(rule)).map(unclearRule);
  if (stopped.length === 0) {
    const none = { what, why: 'every rule leads to a bucket of ours, and nothing shows that the actor wrote it' };
    return unclear.length > 0 ? unclear : [none];
  }
  const before = replication.configuration;
  const after = withRulesOff(before, stopped);
  return [
    {
      id: what,
      title: `Stop replicating from bucket ${bucket.bucket} to ${[...new Set(stopped.map(destinationWords))].join(', ')}`,
      sources: ['S86', 'S95', 'S101'],
      target: bucketArn(input.alert.region, bucket.bucket),
      calls: ['s3:PutBucketReplication'],
      before: asJson(before),
      after: asJson(after),
      reversible: true,
      undo:
        'switches these rules on again, as long as nobody else changed the replication; objects that were written meanwhile ' +
        'are not copied afterwards, and nothing brings back what was copied before',
      mayBreak: [
        ...(written === null
          ? []
          : [`the actor wrote this configuration at ${written.time}: rules of before are in it`]),
        ...stopped.map(lost),
      ],
      input: { act: 'setBucketReplication', ...actBase(input), bucket: bucket.bucket, before, after },
    },
    ...beyond,
    ...unclear,
  ];
}

const withRulesOff = ({ Role, Rules }: ReplicationConfiguration, stopped: RuleInForce[]): ReplicationConfiguration => ({
  Role,
  Rules: Rules.map((rule) => (stopped.some((one) => one.rule === rule) ? { ...rule, Status: 'Disabled' } : rule)),
});

/**
 * The actor's own call, where it is the last that wrote the configuration: a call writes all of it, so nothing tells which
 * rules were there before.
 */
function writtenByActor(input: PlanInput): TrailEvent | null {
  const calls = (input.bucketTrail?.events ?? [])
    .filter(({ eventName, errorCode }) => eventName === 'PutBucketReplication' && errorCode === undefined)
    .toSorted((a, b) => b.time.localeCompare(a.time));
  const [last] = calls;
  if (!last) return null;
  const { arn } = input.alert.principal;
  const byKey = last.accessKeyId !== undefined && suspectedKeys(input).has(last.accessKeyId);
  return byKey || (arn !== undefined && last.principalArn === arn) ? last : null;
}

const lost = (rule: RuleInForce): string =>
  `rule ${rule.id}: ${rule.prefix === '' ? 'everything in the bucket' : `what begins with ${rule.prefix}`} is copied to ` +
  `${destinationWords(rule)} no longer`;

const beyondControl = (rule: RuleInForce): { what: string; why: string } => ({
  what: `copies in ${destinationWords(rule)}`,
  why: `what rule ${rule.id} has copied already is beyond our control: ask ${rule.account === undefined ? 'AWS Support' : `account ${rule.account}, or AWS Support`}`,
});

const unclearRule = (rule: RuleInForce): { what: string; why: string } => ({
  what: `${what}: rule ${rule.id}`,
  why: `whose ${destinationWords(rule)} is could not be found out (${rule.whyUnknown ?? ''}): find out, and switch the rule off by hand if it is nobody's of yours`,
});
