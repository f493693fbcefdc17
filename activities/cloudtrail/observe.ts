import { DescribeTrailsCommand, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Gap, TrailFacts } from '../../src/domain/findings/facts.ts';
import { globalEventsRegion } from '../../src/domain/cloudtrail/event-history.ts';
import type { Span } from '../../src/domain/findings/search-coverage.ts';
import type { TrailSummary } from '../../src/domain/findings/trail-summary.ts';
import { heartbeat, withHeartbeats } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap } from '../aws/failures.ts';
import type { CloudTrailObserve, TrailAttribute } from './contract.ts';
import { GatheredEvents } from './gathered.ts';
import { twoPerSecond } from './lookup-limit.ts';
import { sharedCalls } from './shared-calls.ts';
import { listedEvent } from './trail-event.ts';

type Lookup = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** How a trail is looked through: `names` one after the other, where there are several. */
type Search = Omit<Lookup, 'attribute' | 'keep'> & { attributes: TrailAttribute[] };

/** `pages` of 50 events per Region: at two a second, what is waited for at most unless a question asks for more. */
export function cloudTrailObserve(clients: AwsClients, pages = 40, limiter = twoPerSecond): CloudTrailObserve {
  /** True when the budget of pages ended before the events did. */
  async function lookupSpan(search: Search, { region, from, to }: Span, gathered: GatheredEvents): Promise<boolean> {
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
              StartTime: new Date(from),
              EndTime: new Date(to),
              MaxResults: 50,
              NextToken: token,
            }),
          ),
        );
        for (const event of answer.Events ?? []) gathered.add(listedEvent(event, region));
        heartbeat({ region, left });
        token = answer.NextToken;
      } while (token !== undefined);
    }
    return false;
  }

  async function look(search: Search, keep: number): Promise<TrailFacts & { summary: TrailSummary }> {
    const gaps: Gap[] = [];
    const gathered = new GatheredEvents(keep);
    const { from, to } = search;
    const spans =
      search.spans ?? [...new Set([search.region, globalEventsRegion])].map((region) => ({ region, from, to }));
    const regions = [...new Set(spans.map(({ region }) => region))];
    const ended = await Promise.all(
      spans.map((span) => orGap(gaps, `CloudTrail of ${span.region}`, false, lookupSpan(search, span, gathered))),
    );
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
