import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pagerFailures, type PagerSettings } from '../../../../activities/pager/client.ts';
import { pagerNotify } from '../../../../activities/pager/notify.ts';
import { pageKey, pageOf, uncontainedPage, type Page } from '../../../../src/domain/notices/page.ts';
import { times } from '../../../support/builders.ts';
import { startPager, type PagerDouble } from '../../../support/pager.ts';
import { aRequest } from '../../cli/a-plan.ts';

/** The activities against a stand-in that speaks PagerDuty's Events API v2. */
const routingKey = 'the-routing-key-of-these-tests';
const link = 'https://temporal.test/namespaces/soar/workflows/ec2-vm-export%2F1';
let double: PagerDouble;

beforeEach(async () => {
  double = await startPager(routingKey);
});
afterEach(() => double.stop());

const request = aRequest({
  askedOf: [
    { group: 'security', people: ['alice'], at: times.now },
    { group: 'bob', people: ['bob'], at: times.now, by: 'alice' },
  ],
});
const page = (changes: Partial<Page> = {}): Page => ({
  ...pageOf(request, { workflowId: 'ec2-vm-export/1', severity: 'high' }),
  ...changes,
});
const key = pageKey(request);

const settings = (changes: Partial<PagerSettings> = {}): PagerSettings => ({
  url: double.url,
  routingKey,
  linkTo: () => link,
  ...changes,
});
const send = (about: Page, changes?: Partial<PagerSettings>): Promise<void> =>
  new MockActivityEnvironment().run((sent: Page) => pagerNotify(settings(changes)).pageOnCall(sent), about);
const failure = async (sending: Promise<void>): Promise<ApplicationFailure> => {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error('it did not fail as an activity does', { cause: error });
};

describe('a page', () => {
  it('names the request, how urgent it is and where to decide, and no person', async () => {
    await send(page());
    expect(double.events).toEqual([
      {
        event_action: 'trigger',
        routing_key: routingKey,
        dedup_key: key,
        payload: {
          summary:
            `${request.incidentKey}: containment, 2 actions to decide on, nobody has settled it since ` +
            `${request.askedAt}; due ${request.dueAt}; asked security`,
          source: request.incidentKey,
          severity: 'critical',
          timestamp: request.askedAt,
          class: 'approval request',
          custom_details: {
            request: request.requestId,
            phase: 'containment',
            severity: 'high',
            due: request.dueAt,
            'look and decide': `soar incident decide ${request.incidentKey}`,
          },
        },
        client: 'temporal-soar',
        links: [{ href: link, text: 'Temporal UI' }],
      },
    ]);
    expect(JSON.stringify(double.events)).not.toMatch(/alice|bob/);
  });

  it('that nobody was asked about containment says so, and where to look why', async () => {
    const { incidentKey } = request;
    const about = { workflowId: 'ec2-vm-export/1', severity: 'high', since: times.now, notPlanned: 2 } as const;
    await pagerNotify(settings()).pageUncontained(uncontainedPage(incidentKey, about));
    expect(double.events).toEqual([
      {
        event_action: 'trigger',
        routing_key: routingKey,
        dedup_key: `${incidentKey}/uncontained`,
        payload: {
          summary: `${incidentKey}: containment could plan nothing; nobody was asked, nothing is changed, and 2 things are left to people`,
          source: incidentKey,
          severity: 'critical',
          timestamp: times.now,
          class: 'not contained',
          custom_details: {
            phase: 'containment',
            severity: 'high',
            'look why': `soar incident show ${incidentKey}`,
            'once the cause is gone': `soar incident retry ${incidentKey}`,
          },
        },
        client: 'temporal-soar',
        links: [{ href: link, text: 'Temporal UI' }],
      },
    ]);
  });

  it.each([
    ['high', 'critical'],
    ['medium', 'error'],
    ['low', 'warning'],
  ] as const)('of severity %s is %s', async (severity, expected) => {
    await send(page({ severity }));
    expect(double.events).toMatchObject([{ payload: { severity: expected } }]);
  });

  it('has no link where Temporal UI has no address', async () => {
    await send(page(), { linkTo: () => null });
    expect(double.events[0]).not.toHaveProperty('links');
  });

  it('is cut to what the pager takes', async () => {
    await send(page({ asked: Array.from({ length: 100 }, (_, index) => `group-${index}-😀`) }));
    const [sent] = double.events;
    expect(sent?.event_action === 'trigger' && Array.from(sent.payload.summary)).toHaveLength(1024);
  });

  it('that is repeated is one alert, and is resolved by its key', async () => {
    await send(page());
    await send(page());
    expect([...double.open]).toEqual([key]);
    await pagerNotify(settings()).resolvePage({ key, requestId: request.requestId });
    expect([...double.open]).toEqual([]);
    expect(double.events.at(-1)).toEqual({ event_action: 'resolve', routing_key: routingKey, dedup_key: key });
  });
});

describe('a pager that does not take a page', () => {
  it.each([
    ['7', '7 s'],
    ['0', '1 s'],
    ['86400', '300 s'],
    [undefined, '30 s'],
    ['Mon, 02 Mar 2026 10:20:00 GMT', '30 s'],
  ])('with 429 and Retry-After %s is asked again after %s', async (after, expected) => {
    double.answers.push({ status: 429, headers: after === undefined ? {} : { 'retry-after': after } });
    const failed = await failure(send(page()));
    expect(failed).toMatchObject({ type: pagerFailures.throttled, nonRetryable: false, nextRetryDelay: expected });
    await send(page());
    expect([...double.open]).toEqual([key]);
  });

  it.each([500, 503, 408])('with %i is asked again', async (status) => {
    double.answers.push({ status });
    expect(await failure(send(page()))).toMatchObject({ type: pagerFailures.unavailable, nonRetryable: false });
  });

  it('and says what is wrong is not asked again; the key is in no message', async () => {
    const failed = await failure(send(page(), { routingKey: 'the-routing-key-of-nobody' }));
    expect(failed).toMatchObject({ type: pagerFailures.refused, nonRetryable: true });
    expect(failed.message).toContain('the pager answered 400 (Event object is invalid; routing_key is unknown)');
    double.answers.push({ status: 400, body: { message: `no such key: ${routingKey} \u001b[2J` } });
    const echoed = await failure(send(page()));
    expect(echoed.message).toContain('no such key: [redacted]');
    expect(echoed.message).not.toContain('\u001b');
  });

  it('and sends us elsewhere does not get the key there', async () => {
    const other = await startPager(routingKey);
    double.answers.push({ status: 307, headers: { location: `${other.url}/v2/enqueue` } });
    expect(await failure(send(page()))).toMatchObject({ type: pagerFailures.refused });
    expect(other.requests).toBe(0);
    await other.stop();
  });

  it('and is not there is asked again', async () => {
    const gone = await startPager(routingKey);
    await gone.stop();
    const failed = await failure(send(page(), { url: gone.url }));
    expect(failed).toMatchObject({ type: pagerFailures.unavailable, nonRetryable: false });
    expect(failed.message).toContain('ECONNREFUSED');
  });

  it('because there is none is not asked again, and says what is missing', async () => {
    const none = pagerNotify(null);
    const about = { workflowId: 'ec2-vm-export/1', severity: 'high', since: times.now, notPlanned: 1 } as const;
    const uncontained = uncontainedPage(request.incidentKey, about);
    for (const sending of [none.pageOnCall(page()), none.pageUncontained(uncontained), none.resolvePage(page())]) {
      const failed = await failure(sending);
      expect(failed).toMatchObject({ type: pagerFailures.refused, nonRetryable: true });
      expect(failed.message).toContain('no section pager');
    }
  });
});
