import { LookupEventsCommand, type Event } from '@aws-sdk/client-cloudtrail';
import { ApplicationFailure } from '@temporalio/common';
import type { DetectionGap, DetectionQuestion, DetectionRule } from '../../src/domain/alert/detection.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { attempt } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure } from '../aws/failures.ts';
import { twoPerSecond } from '../cloudtrail/lookup-limit.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import { earliest, type DetectionSource, type Hit } from './source.ts';

export interface TrailSource {
  clients: AwsClients;
  /** Accounts with their Regions. */
  places: AwsPlace[];
  /** Whether a rule means this event; LookupEvents takes one name and knows no outcome. */
  concerns: (rule: DetectionRule, document: unknown) => boolean;
  /** Pages of 50 events for one call in one place; more is no look-back, but a mistake or a flood. */
  mostPages?: number;
  limiter?: typeof twoPerSecond;
}

/** So often is a place that does not answer asked again before the others go on without it. */
const patientAttempts = 3;

/**
 * CloudTrail's event history, where there is no search engine: it is there in every account for 90 days, also when somebody has
 * stopped the trail that feeds everything else. Events show some minutes after the call: the look-back finds them.
 */
export function trailEvents(source: TrailSource): DetectionSource {
  return async (rule, question) => {
    const searched: string[] = [];
    const gaps: DetectionGap[] = [];
    const found = await Promise.all(
      source.places.map(async (place) => {
        const where = `${place.accountId}/${place.region}`;
        const from = question.behind[where] ?? question.from;
        try {
          const hits = await lookUp(source, rule, place, { ...question, from });
          searched.push(where);
          return hits;
        } catch (error) {
          gaps.push({ where, why: reasonOf(error), since: from });
          return [];
        }
      }),
    );
    const { hits, left } = earliest(found, question.limit);
    return { searched: searched.sort(), hits, remaining: left, gaps };
  };
}

/** What another attempt may mend is thrown for some attempts: a busy minute must not be reported as missing evidence. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ApplicationFailure)) throw error;
  if (!error.nonRetryable && attempt() < patientAttempts) throw error;
  return `${error.type ?? 'failure'}: ${error.message}`;
}

async function lookUp(
  { clients, concerns, mostPages = 200, limiter = twoPerSecond }: TrailSource,
  rule: DetectionRule,
  { accountId, region }: AwsPlace,
  { from, to, seen }: DetectionQuestion,
): Promise<Hit[]> {
  const client = await aws(`reaching CloudTrail of ${accountId} in ${region}`, () =>
    Promise.resolve(clients.cloudtrail({ accountId, region })),
  );
  const known = new Set(seen);
  const hits: Hit[] = [];
  for (const action of rule.condition.actions) {
    const what = `looking up ${action} in CloudTrail of ${accountId} in ${region}`;
    let token: string | undefined;
    let pages = 0;
    do {
      if (++pages > mostPages) {
        const message = `${what}: more than ${mostPages} pages; search in parts: soar detection run --from … --to …`;
        throw failure(failureTypes.detectionRefused, message);
      }
      await limiter.turn(`${accountId}/${region}`);
      const answer = await aws(what, () =>
        client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: action }],
            StartTime: new Date(from),
            EndTime: new Date(to),
            MaxResults: 50,
            NextToken: token,
          }),
        ),
      );
      for (const hit of (answer.Events ?? []).flatMap(hitOf)) {
        // The same event can be listed on two pages while new ones arrive.
        if (hit.at < from || hit.at >= to || known.has(hit.id) || !concerns(rule, hit.document)) continue;
        known.add(hit.id);
        hits.push(hit);
      }
      token = answer.NextToken;
    } while (token !== undefined);
  }
  return hits;
}

function hitOf({ EventId, EventTime, CloudTrailEvent }: Event): Hit[] {
  if (EventId === undefined || EventTime === undefined) return [];
  return [{ id: EventId, at: EventTime.toISOString(), document: { EventId, CloudTrailEvent } }];
}
