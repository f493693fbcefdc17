import type { Environment, Fact } from './assessment.ts';
import { withinHours } from '../approval/hours.ts';
import { inNetwork, isPrivate } from '../policy/network.ts';
import type { Alert } from '../alert/alert.ts';
import { arnMatches, policyArn } from '../alert/principal.ts';
import type { AllowListEntry } from '../response-policy.ts';
import { environmentFact } from './severity-facts.ts';
import type { AllowListMatch, CaseFile, NearMiss } from '../findings/case-file.ts';

export interface AllowListAnswer {
  match: AllowListMatch | null;
  /**
   * Entries whose role is the actor's but which do not hold for another reason. It is a signal of its own: this is how
   * a stolen backup role looks.
   */
  rejected: NearMiss[];
}

/** One condition of an entry: undefined when it is not set, null when it holds, else why it does not. */
type Check = string | null | undefined;

const oneOf = (what: string, value: string | undefined, patterns: string[] | undefined): Check => {
  if (!patterns) return undefined;
  if (value === undefined) return `the alert names no ${what}`;
  return patterns.some((pattern) => arnMatches(value, pattern)) ? null : `${what} ${value} is not in the entry`;
};

/**
 * Behind a VPC endpoint, whoever owns the network gives out its addresses, public ones included: a stolen key is used from an
 * account of the thief, with the address that the entry asks for. AWS alone gives out the endpoint's id.
 */
function networkCheck(
  { sourceAddress: address, vpcEndpointId }: Pick<Alert, 'sourceAddress' | 'vpcEndpointId'>,
  { networks, vpcEndpoints = [] }: AllowListEntry,
): Check {
  if (!networks) return undefined;
  if (address === undefined) return 'the alert names no source address';
  if (vpcEndpointId === undefined ? isPrivate(address) : !vpcEndpoints.includes(vpcEndpointId)) {
    return `${address} is behind VPC endpoint ${vpcEndpointId ?? 'unknown'}, which is none of its vpcEndpoints`;
  }
  return networks.some((network) => inNetwork(address, network)) ? null : `${address} is in none of its networks`;
}

function scheduleCheck(time: string, schedule: AllowListEntry['schedule']): Check {
  if (!schedule) return undefined;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return `${time} is not a time`;
  return withinHours(schedule, at) ? null : `${time} is outside its schedule`;
}

function environmentCheck({ value, evidence }: Fact<Environment>, environments: string[] | undefined): Check {
  if (!environments) return undefined;
  if (value === 'unknown') return `the environment is not known (${evidence})`;
  return environments.includes(value) ? null : `environment ${value} is not in the entry`;
}

function expiry(entry: AllowListEntry, now: string): string | null {
  const expires = Date.parse(entry.expires);
  // `>` on purpose: an expiry that is not a date has passed.
  return expires > Date.parse(now) ? null : `expired ${entry.expires}`;
}

/**
 * Whether the call is a known, legitimate export (S25–S28). An entry matches by role and by every other condition that
 * it sets. A role alone matches nothing, and neither does a role with nothing but an environment: that comes from tags,
 * which the holder of a stolen role can write.
 */
export function matchAllowList(file: CaseFile & { contradiction?: string | null }): AllowListAnswer {
  const { alert, policy, now, contradiction = null } = file;
  // CloudTrail knows what an alert leaves out, or has from whoever shipped it.
  const recorded = file.exportTrail?.events.find(({ eventId }) => eventId === alert.eventId);
  const environment = environmentFact(file);
  const arn = policyArn(alert.principal);
  const rejected: NearMiss[] = [];
  let match: AllowListMatch | null = null;
  for (const entry of policy.allowList) {
    if (arn === undefined || !arnMatches(arn, entry.role)) continue;
    const circumstances: [string, Check][] = [
      ['bucket', oneOf('bucket', alert.bucket, entry.buckets)],
      ['instance', oneOf('instance', alert.instanceId, entry.instances)],
      ['network', networkCheck({ ...recorded?.export, ...alert }, entry)],
      ['schedule', scheduleCheck(recorded?.time ?? alert.time, entry.schedule)],
    ];
    const bound = circumstances.some(([, check]) => check !== undefined);
    const checks: [string, Check][] = [
      ...circumstances,
      ['environment', environmentCheck(environment, entry.environments)],
    ];
    const why = [
      expiry(entry, now),
      contradiction,
      bound ? null : 'it is bound to no bucket, instance, network or schedule',
      ...checks.map(([, check]) => check),
    ].filter((reason) => typeof reason === 'string');
    if (why.length > 0) rejected.push({ id: entry.id, why: why.join('; ') });
    else
      match ??= {
        id: entry.id,
        owner: entry.owner,
        reason: entry.reason,
        expires: entry.expires,
        conditions: ['role', ...checks.filter(([, check]) => check === null).map(([name]) => name)],
      };
  }
  return { match, rejected };
}
