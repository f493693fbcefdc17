import { DescribeTrailsCommand, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { globalEventsRegion } from '../../src/domain/cloudtrail/event-history.ts';
import type { Span } from '../../src/domain/findings/search-coverage.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isInvalidNextToken, orGap } from '../aws/failures.ts';
import type { TrailParts } from '../evidence/trail-parts.ts';
import type { CloudTrailObserve, TrailAttribute } from './contract.ts';
import { GatheredEvents } from './gathered.ts';
import { twoPerSecond } from './lookup-limit.ts';
import { sharedCalls } from './shared-calls.ts';
import { lastParts, notBegun, Stretch, type Begun, type LastParts } from './stretch.ts';
import { listedEvent } from './trail-event.ts';
import type { TrailFacts, TrailSummary } from '../../src/domain/findings/trail-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

type Lookup = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** How a trail is looked through: `names` one after the other, where there are several. */
type Search = Omit<Lookup, 'attribute' | 'keep'> & { attributes: TrailAttribute[] };

/**
 * `pages` of 50 events per Region: at two a second, what is waited for at most unless a question asks for more. `parts`
 * keeps the pages of a long lookup, so that a worker that dies in it costs some of them and not all.
 */
export function cloudTrailObserve(
  clients: AwsClients,
  pages = 40,
  limiter = twoPerSecond,
  parts: TrailParts | null = null,
): CloudTrailObserve {
  /** True when the budget of pages ended before the events did. */
  async function lookupSpan(
    search: Search,
    span: Span,
    gathered: GatheredEvents,
    last: LastParts | null,
  ): Promise<boolean> {
    let left = search.pages ?? pages;
    for (const attribute of search.attributes) {
      const rest = await lookupAttribute(search, attribute, span, gathered, { last, left });
      if (rest === null) return true;
      left = rest;
    }
    return false;
  }

  /** How much of the budget is left; null: it ended before the events did. */
  async function lookupAttribute(
    { accountId }: Search,
    attribute: TrailAttribute,
    span: Span,
    gathered: GatheredEvents,
    { last, left: budget }: { last: LastParts | null; left: number },
  ): Promise<number | null> {
    const { region, from, to } = span;
    const { name, value } = attribute;
    const client = clients.cloudtrail({ accountId, region });
    const stretch = new Stretch(last && parts, last ?? {}, { accountId, attribute, region, from, to });

    async function goOn({ events, pages: asked, token }: Begun): Promise<number | null> {
      for (const event of events) gathered.add(listedEvent(event, region));
      let left = budget - asked;
      do {
        if (left-- <= 0) return null;
        await stretch.waiting({ region, waiting: left }, () => limiter.turn(`${accountId}/${region}`));
        const answer = await stretch.page({ region, left }, () =>
          aws(`looking up ${name} ${value} in CloudTrail of ${region}`, () =>
            client.send(
              new LookupEventsCommand({
                LookupAttributes: [{ AttributeKey: name, AttributeValue: value }],
                StartTime: new Date(from),
                EndTime: new Date(to),
                MaxResults: 50,
                NextToken: token,
              }),
            ),
          ),
        );
        for (const event of answer.Events ?? []) gathered.add(listedEvent(event, region));
        token = answer.NextToken;
      } while (token !== undefined);
      return left;
    }

    const begun = await stretch.begun();
    try {
      return await goOn(begun);
    } catch (error) {
      // CloudTrail keeps a token for a while only; what was read with it counts once, however often it is listed.
      if (begun.token === undefined || !isInvalidNextToken(error)) throw error;
      stretch.beginAnew();
      return goOn(notBegun);
    }
  }

  /** `last`: how far an earlier attempt came; null: every attempt begins anew. */
  async function look(
    search: Search,
    keep: number,
    last: LastParts | null,
  ): Promise<TrailFacts & { summary: TrailSummary }> {
    const gaps: Gap[] = [];
    const gathered = new GatheredEvents(keep);
    const { from, to } = search;
    const spans =
      search.spans ?? [...new Set([search.region, globalEventsRegion])].map((region) => ({ region, from, to }));
    const regions = [...new Set(spans.map(({ region }) => region))];
    const ended = await Promise.all(
      spans.map((span) => orGap(gaps, `CloudTrail of ${span.region}`, false, lookupSpan(search, span, gathered, last))),
    );
    return { from, to, regions, ...gathered.facts(), truncated: ended.includes(true), gaps };
  }

  return {
    async lookupTrail({ attribute, keep, summarise, ...search }) {
      const { summary, ...facts } = await look({ ...search, attributes: [attribute] }, keep, lastParts());
      return summarise === true ? { ...facts, summary } : facts;
    },

    lookupCalls: sharedCalls(async ({ names, keep, ...search }) => {
      const attributes = names.map((value) => ({ name: 'EventName' as const, value }));
      // Incidents share the answer for what it reaches to: pages of an earlier attempt would be older than it says.
      const { summary: _, ...facts } = await look({ ...search, attributes }, keep, null);
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
