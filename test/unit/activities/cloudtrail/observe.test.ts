import { describe, expect, it } from 'vitest';
import { cloudTrailObserve } from '../../../../activities/cloudtrail/observe.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const event = (id: number, name = 'DescribeInstances') => ({
  EventId: `e${id}`,
  EventName: name,
  EventSource: 'ec2.amazonaws.com',
  EventTime: new Date(Date.UTC(2026, 1, 6, 0, id)),
  ReadOnly: 'true',
  AccessKeyId: 'AKIA1',
  Resources: [{ ResourceName: 'i-1' }],
  CloudTrailEvent: JSON.stringify({
    awsRegion: 'eu-west-1',
    errorCode: 'Client.UnauthorizedOperation',
    sourceIPAddress: '192.0.2.3',
    userAgent: 'aws-cli',
    userIdentity: { arn: 'arn:aws:iam::111111111111:user/mallory' },
  }),
});
const pages: Record<string, unknown> = {
  first: { Events: [event(1), event(2, 'RunInstances')], NextToken: 'second' },
  second: { Events: [event(2, 'RunInstances'), event(3)], NextToken: 'third' },
  third: { Events: [event(4)] },
};
const turns: string[] = [];
const limiter = {
  turn: (key: string) => {
    turns.push(key);
    return Promise.resolve();
  },
};
const lookup = {
  ...place,
  attribute: { name: 'AccessKeyId' as const, value: 'AKIA1' },
  from: '2026-02-05T00:00:00.000Z',
  to: '2026-02-07T00:00:00.000Z',
  keep: 2,
};
const LookupEvents = ({ NextToken = 'first' }: Record<string, unknown>) => pages[NextToken as string];

describe('looking up the trail', () => {
  it('asks both Regions, counts every event once and keeps the newest', async () => {
    const facts = await cloudTrailObserve(awsDouble({ LookupEvents }).clients, 40, limiter).lookupTrail(lookup);
    expect(facts).toMatchObject({
      regions: ['eu-west-1', 'us-east-1'],
      total: 4,
      truncated: false,
      countByName: { DescribeInstances: 3, RunInstances: 1 },
      gaps: [],
    });
    expect(facts.events.map(({ eventId }) => eventId)).toEqual(['e4', 'e3']);
    expect(facts.events[0]).toEqual({
      eventId: 'e4',
      time: '2026-02-06T00:04:00.000Z',
      eventName: 'DescribeInstances',
      eventSource: 'ec2.amazonaws.com',
      region: 'eu-west-1',
      readOnly: true,
      errorCode: 'Client.UnauthorizedOperation',
      sourceAddress: '192.0.2.3',
      userAgent: 'aws-cli',
      accessKeyId: 'AKIA1',
      principalArn: 'arn:aws:iam::111111111111:user/mallory',
      resources: ['i-1'],
    });
    expect(turns.filter((turn) => turn === '111111111111/us-east-1')).toHaveLength(3);
  });

  it('says when its budget ended before the events did', async () => {
    const facts = await cloudTrailObserve(awsDouble({ LookupEvents }).clients, 2, limiter).lookupTrail(lookup);
    expect(facts).toMatchObject({ truncated: true, total: 3 });
  });

  it('asks only for the stretches that another source cannot vouch for', async () => {
    const asked: unknown[] = [];
    const { clients } = awsDouble({
      LookupEvents: (query: Record<string, unknown>) => {
        asked.push([query.StartTime, query.EndTime]);
        return { Events: [event(1)] };
      },
    });
    const spans = [
      { region: 'eu-west-1', from: '2026-02-05T03:00:00.000Z', to: '2026-02-05T04:59:59.000Z' },
      { region: 'eu-west-1', from: '2026-02-06T23:45:00.000Z', to: '2026-02-07T00:00:00.000Z' },
    ];
    const facts = await cloudTrailObserve(clients, 40, limiter).lookupTrail({ ...lookup, spans });
    expect(asked).toEqual(spans.map(({ from, to }) => [new Date(from), new Date(to)]));
    expect(facts).toMatchObject({ regions: ['eu-west-1'], from: lookup.from, to: lookup.to, total: 1 });
  });

  it('asks once where the Region is that of the global events', async () => {
    const facts = await cloudTrailObserve(awsDouble({ LookupEvents }).clients, 40, limiter).lookupTrail({
      ...lookup,
      region: 'us-east-1',
    });
    expect(facts.regions).toEqual(['us-east-1']);
  });

  it('reads in the record what the listing does not say', async () => {
    const record = {
      eventID: 'e1',
      eventName: 'PutBucketPolicy',
      eventSource: 's3.amazonaws.com',
      eventTime: '2026-02-06T00:01:00Z',
      awsRegion: 'eu-central-1',
      userIdentity: { arn: 'arn:aws:iam::111111111111:user/mallory', accessKeyId: 'AKIA2' },
    };
    const Events = [{ CloudTrailEvent: JSON.stringify(record) }];
    const { clients } = awsDouble({ LookupEvents: () => ({ Events }) });
    expect((await cloudTrailObserve(clients, 40, limiter).lookupTrail(lookup)).events).toEqual([
      {
        eventId: 'e1',
        time: '2026-02-06T00:01:00.000Z',
        eventName: 'PutBucketPolicy',
        eventSource: 's3.amazonaws.com',
        region: 'eu-central-1',
        readOnly: false,
        accessKeyId: 'AKIA2',
        principalArn: 'arn:aws:iam::111111111111:user/mallory',
        recording: { effect: 'unknown', what: 'the record does not tell which policy' },
        resources: [],
      },
    ]);
  });

  it.each([
    ['Failure', 'Failure'],
    ['Success', undefined],
  ])('does not take a sign-in for one that passed: %s', async (ConsoleLogin, errorCode) => {
    const record = {
      eventName: 'ConsoleLogin',
      eventSource: 'signin.amazonaws.com',
      responseElements: { ConsoleLogin },
    };
    const Events = [{ EventId: 'e1', CloudTrailEvent: JSON.stringify(record) }];
    const { clients } = awsDouble({ LookupEvents: () => ({ Events }) });
    const { events } = await cloudTrailObserve(clients, 40, limiter).lookupTrail(lookup);
    expect(events[0]?.errorCode).toBe(errorCode);
  });

  it('makes a gap of a refusal, and takes an event whose record cannot be read', async () => {
    const denied = awsDouble({ LookupEvents: throwing('AccessDeniedException', 400) }).clients;
    expect((await cloudTrailObserve(denied, 40, limiter).lookupTrail(lookup)).gaps).toHaveLength(2);
    const broken = awsDouble({ LookupEvents: () => ({ Events: [{ EventId: 'e', CloudTrailEvent: 'null' }] }) }).clients;
    const facts = await cloudTrailObserve(broken, 40, limiter).lookupTrail(lookup);
    expect(facts.events).toMatchObject([{ eventId: 'e', eventName: '', resources: [] }]);
  });
});
