import { LookupEventsCommand, type Event } from '@aws-sdk/client-cloudtrail';
import { copiesMade } from '../../src/domain/cloudtrail/copies.ts';
import { parseJson, present } from '../../src/domain/cloudtrail/fields.ts';
import { permissionChange } from '../../src/domain/cloudtrail/permission-changes.ts';
import { readCloudTrail } from '../../src/domain/cloudtrail/record.ts';
import { leftBehind } from '../../src/domain/cloudtrail/ways-in.ts';
import type { Gap, TrailEvent, TrailFacts } from '../../src/domain/facts.ts';
import { heartbeat, withHeartbeats } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap } from '../aws/failures.ts';
import type { CloudTrailObserve } from './contract.ts';
import { twoPerSecond } from './lookup-limit.ts';

type Lookup = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** IAM, STS and sign-in events are recorded here, whatever Region the actor worked in. */
const globalEventsRegion = 'us-east-1';

/** `pages` of 50 events per Region: at two a second, what is waited for at most. */
export function cloudTrailObserve(clients: AwsClients, pages = 40, limiter = twoPerSecond): CloudTrailObserve {
  async function lookupRegion(input: Lookup, region: string): Promise<{ events: TrailEvent[]; truncated: boolean }> {
    const { accountId, attribute } = input;
    const client = clients.cloudtrail({ accountId, region });
    const events: TrailEvent[] = [];
    let token: string | undefined;
    for (let page = 0; page < pages; page++) {
      await withHeartbeats({ region, waiting: page }, () => limiter.turn(`${accountId}/${region}`));
      const answer = await aws(`looking up ${attribute.name} ${attribute.value} in CloudTrail of ${region}`, () =>
        client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: attribute.name, AttributeValue: attribute.value }],
            StartTime: new Date(input.from),
            EndTime: new Date(input.to),
            MaxResults: 50,
            NextToken: token,
          }),
        ),
      );
      events.push(...(answer.Events ?? []).map((event) => trailEvent(event, region)));
      heartbeat({ region, events: events.length });
      token = answer.NextToken;
      if (token === undefined) return { events, truncated: false };
    }
    return { events, truncated: true };
  }

  return {
    async lookupTrail(input) {
      const gaps: Gap[] = [];
      const regions = [...new Set([input.region, globalEventsRegion])];
      const lookups = await Promise.all(
        regions.map((region) => orGap(gaps, `CloudTrail of ${region}`, null, lookupRegion(input, region))),
      );
      const found = lookups.filter((lookup) => lookup !== null);
      return trailFacts(input, regions, found, gaps);
    },
  };
}

function trailFacts(
  { from, to, keep }: Lookup,
  regions: string[],
  lookups: { events: TrailEvent[]; truncated: boolean }[],
  gaps: Gap[],
): TrailFacts {
  // The same event can be listed on two pages while new ones arrive.
  const events = [
    ...new Map(lookups.flatMap((lookup) => lookup.events).map((event) => [event.eventId, event])).values(),
  ];
  events.sort((a, b) => b.time.localeCompare(a.time) || a.eventId.localeCompare(b.eventId));
  const countByName: Record<string, number> = {};
  for (const { eventName } of events) countByName[eventName] = (countByName[eventName] ?? 0) + 1;
  return {
    from,
    to,
    regions,
    events: events.slice(0, keep),
    total: events.length,
    truncated: lookups.some(({ truncated }) => truncated),
    countByName,
    gaps,
  };
}

/** LookupEvents' own fields, completed from the record that it carries as JSON text. */
function trailEvent(event: Event, region: string): TrailEvent {
  const told = parseJson(event.CloudTrailEvent ?? '');
  const { principal, ...record } = readCloudTrail(told);
  const succeeded = record.outcome === 'success';
  const copies = succeeded ? copiesMade(told) : [];
  return {
    eventId: event.EventId ?? record.eventId ?? '',
    time: event.EventTime?.toISOString() ?? record.time ?? '',
    eventName: event.EventName ?? record.eventName ?? '',
    eventSource: event.EventSource ?? record.eventSource ?? '',
    region: record.region ?? region,
    readOnly: event.ReadOnly === 'true',
    ...present({
      // A failed sign-in has no code: CloudTrail's word for it.
      errorCode: record.errorCode ?? (record.outcome === 'failure' ? 'Failure' : undefined),
      sourceAddress: record.sourceAddress,
      userAgent: record.userAgent,
      accessKeyId: event.AccessKeyId ?? principal.accessKeyId,
      principalArn: principal.arn,
      principalAccount: principal.arn === undefined ? principal.accountId : undefined,
    }),
    ...(succeeded ? { ...leftBehind(told), ...present({ permission: permissionChange(told) }) } : {}),
    ...(copies.length > 0 ? { copies } : {}),
    resources: (event.Resources ?? []).map(({ ResourceName = '' }) => ResourceName).filter((name) => name !== ''),
  };
}
