import { DescribeTrailsCommand, LookupEventsCommand, type Event } from '@aws-sdk/client-cloudtrail';
import { copiesMade } from '../../src/domain/cloudtrail/copies.ts';
import { parseJson, present } from '../../src/domain/cloudtrail/fields.ts';
import { passedRole } from '../../src/domain/cloudtrail/passed-role.ts';
import { permissionChange } from '../../src/domain/cloudtrail/permission-changes.ts';
import { recordingChange } from '../../src/domain/cloudtrail/recording-changes.ts';
import { readCloudTrail } from '../../src/domain/cloudtrail/record.ts';
import { secondFactor } from '../../src/domain/cloudtrail/second-factor.ts';
import { tagsChanged } from '../../src/domain/cloudtrail/tags.ts';
import { leftBehind } from '../../src/domain/cloudtrail/ways-in.ts';
import type { Gap, TrailEvent, TrailFacts } from '../../src/domain/findings/facts.ts';
import type { TrailSummary } from '../../src/domain/findings/trail-summary.ts';
import { heartbeat, withHeartbeats } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap } from '../aws/failures.ts';
import type { CloudTrailObserve, TrailAttribute } from './contract.ts';
import { GatheredEvents } from './gathered.ts';
import { twoPerSecond } from './lookup-limit.ts';
import { sharedCalls } from './shared-calls.ts';

type Lookup = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** IAM, STS and sign-in events are recorded here, whatever Region the actor worked in. */
const globalEventsRegion = 'us-east-1';

/** How a trail is looked through: `names` one after the other, where there are several. */
type Search = Omit<Lookup, 'attribute' | 'keep'> & { attributes: TrailAttribute[] };

/** `pages` of 50 events per Region: at two a second, what is waited for at most unless a question asks for more. */
export function cloudTrailObserve(clients: AwsClients, pages = 40, limiter = twoPerSecond): CloudTrailObserve {
  /** True when the budget of pages ended before the events did. */
  async function lookupRegion(search: Search, region: string, gathered: GatheredEvents): Promise<boolean> {
    const { accountId } = search;
    const client = clients.cloudtrail({ accountId, region });
    let left = search.pages ?? pages;
    for (const { name, value } of search.attributes) {
      let token: string | undefined;
      do {
        if (left-- <= 0) return true;
        await withHeartbeats({ region, waiting: left }, () => limiter.turn(`${accountId}/${region}`));
        const answer = await aws(`looking up ${name} ${value} in CloudTrail of ${region}`, () =>
          client.send(
            new LookupEventsCommand({
              LookupAttributes: [{ AttributeKey: name, AttributeValue: value }],
              StartTime: new Date(search.from),
              EndTime: new Date(search.to),
              MaxResults: 50,
              NextToken: token,
            }),
          ),
        );
        for (const event of answer.Events ?? []) gathered.add(trailEvent(event, region));
        heartbeat({ region, left });
        token = answer.NextToken;
      } while (token !== undefined);
    }
    return false;
  }

  async function look(search: Search, keep: number): Promise<TrailFacts & { summary: TrailSummary }> {
    const gaps: Gap[] = [];
    const gathered = new GatheredEvents(keep);
    const regions = [...new Set([search.region, globalEventsRegion])];
    const ended = await Promise.all(
      regions.map((region) => orGap(gaps, `CloudTrail of ${region}`, false, lookupRegion(search, region, gathered))),
    );
    const { from, to } = search;
    return { from, to, regions, ...gathered.facts(), truncated: ended.includes(true), gaps };
  }

  return {
    async lookupTrail({ attribute, keep, summarise, ...search }) {
      const { summary, ...facts } = await look({ ...search, attributes: [attribute] }, keep);
      return summarise === true ? { ...facts, summary } : facts;
    },

    lookupCalls: sharedCalls(async ({ names, keep, ...search }) => {
      const attributes = names.map((value) => ({ name: 'EventName' as const, value }));
      const { summary: _, ...facts } = await look({ ...search, attributes }, keep);
      return facts;
    }),

    async trailBuckets(place) {
      const client = clients.cloudtrail(place);
      const { trailList = [] } = await aws('listing the trails', () =>
        client.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
      );
      return [...new Set(trailList.flatMap(({ S3BucketName }) => S3BucketName ?? []))].sort();
    },
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
      // The caller chooses it, as long as it likes.
      userAgent: record.userAgent?.slice(0, 200),
      accessKeyId: event.AccessKeyId ?? principal.accessKeyId,
      principalArn: principal.arn,
      principalAccount: principal.arn === undefined ? principal.accountId : undefined,
    }),
    ...(succeeded ? { ...leftBehind(told), ...changesOf(told) } : {}),
    ...present({ mfa: secondFactor(told) }),
    ...(copies.length > 0 ? { copies } : {}),
    resources: (event.Resources ?? []).map(({ ResourceName = '' }) => ResourceName).filter((name) => name !== ''),
  };
}

const changesOf = (told: unknown) =>
  present({
    permission: permissionChange(told),
    recording: recordingChange(told),
    passedRole: passedRole(told),
    tags: tagsChanged(told),
  });
