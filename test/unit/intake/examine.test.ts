import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAlert, documentsIn, readActivity } from '../../../src/intake/decode.ts';
import { examine } from '../../../src/intake/examine.ts';
import { AlertRefused } from '../../../src/intake/refusal.ts';
import { fixture } from '../../support/fixtures.ts';

const arrival = { door: 'file', receivedAt: '2026-03-02T10:06:00.000Z' } as const;
const record = fixture('cloudtrail/create-instance-export-task-failure');
const success = fixture('cloudtrail/create-instance-export-task-success');

describe('what would become of a document:', () => {
  test('an incident, whose id of a refused call needs the key', () => {
    expect(examine(record, arrival)).toMatchObject({ ok: true, handled: true, incident: null });
    expect(examine(record, arrival, { correlationKey: 'key' }).incident).toMatchObject({
      incidentKey: expect.stringMatching(/^VMX-/) as string,
      workflowId: expect.stringMatching(/^ec2-vm-export\/111111111111\/eu-west-1\/denied-/) as string,
    });
    expect(examine(success, arrival).incident?.workflowId).toBe(
      'ec2-vm-export/111111111111/eu-west-1/export-i-0fedcba9876543210',
    );
  });

  test('a refusal', () => {
    expect(examine({ ...record, eventID: undefined }, arrival)).toEqual({
      ok: false,
      handled: true,
      error: 'the alert has no event id',
    });
    expect(examine(42, arrival)).toMatchObject({ ok: false, handled: false });
  });
});

/** Other events are read as far as they go: the investigation reads all that an actor did. */
describe('another event', () => {
  const read = (document: object) => {
    const { ok, handled, alert } = examine(document, arrival);
    expect({ ok, handled }).toEqual({ ok: true, handled: false });
    return alert;
  };
  const other = { ...record, eventName: 'GetObject', eventSource: 's3.amazonaws.com' };
  const signIn = (eventName: string) => ({
    eventName,
    eventSource: 'signin.amazonaws.com',
    errorCode: undefined,
    errorMessage: undefined,
  });

  test('keeps who, what, where and when', () => {
    expect(read({ ...other, requestParameters: { bucketName: 'acme', key: 'k' } })).toMatchObject({
      eventId: record.eventID,
      eventName: 'GetObject',
      time: '2026-03-02T10:00:00.000Z',
      recipientAccount: '111111111111',
      region: 'eu-west-1',
      bucket: 'acme',
      principal: { kind: 'iam-user', name: 'mallory' },
    });
  });

  test.each<[string, object, object]>([
    ['no event id', { eventID: undefined }, { eventName: 'GetObject' }],
    [
      'a masked account and Region',
      { recipientAccountId: '000000000', awsRegion: 'ap-isob-east-1r' },
      { recipientAccount: '000000000', region: 'ap-isob-east-1r' },
    ],
    ['a time in another zone', { eventTime: '2026-03-02T12:00:00+02:00' }, { time: '2026-03-02T10:00:00.000Z' }],
    ['a time in seconds', { eventTime: 1772445600 }, { time: '2026-03-02T10:00:00.000Z' }],
    [
      'a time that was moved',
      { eventTime: undefined, '@timestamp': '2026-03-02T10:00:00Z' },
      { time: '2026-03-02T10:00:00.000Z' },
    ],
    ['parameters as a table keeps them', { requestParameters: '{"bucketName":"acme"}' }, { bucket: 'acme' }],
    [
      'an identity as a table keeps it',
      { userIdentity: '{"type":"Root","accountId":"111111111111"}' },
      { principal: { kind: 'root' } },
    ],
    [
      'an Identity Center user',
      { userIdentity: { type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } } },
      { principal: { kind: 'identity-center-user', id: 'u-1' } },
    ],
    [
      'instances in a list',
      { eventName: 'StopInstances', requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }] } } },
      { instanceId: 'i-1' },
    ],
    [
      'a refused login',
      { ...signIn('ConsoleLogin'), responseElements: { ConsoleLogin: 'Failure' } },
      { outcome: 'failure' },
    ],
    [
      'a password that could not be changed',
      { ...signIn('PasswordUpdated'), responseElements: { PasswordUpdated: 'Failure' } },
      { outcome: 'failure' },
    ],
    [
      'a refused step of an Identity Center login',
      { ...signIn('UserAuthentication'), serviceEventDetails: { UserAuthentication: 'Failure' } },
      { outcome: 'failure' },
    ],
    [
      'a login that passed',
      { ...signIn('ConsoleLogin'), responseElements: { ConsoleLogin: 'Success' } },
      { outcome: 'success' },
    ],
    [
      'an answer that only looks like a refused login',
      { errorCode: undefined, errorMessage: undefined, responseElements: { GetObject: 'Failure' } },
      { outcome: 'success' },
    ],
    [
      'an insight',
      { eventName: undefined, insightDetails: { eventName: 'RunInstances' } },
      { eventName: 'RunInstances' },
    ],
  ])('may have %s', (_, change, expected) => {
    expect(read({ ...other, ...change })).toMatchObject(expected);
  });

  test('is found in what LookupEvents answers', () => {
    const [found] = documentsIn({ Events: [{ EventId: 'x', CloudTrailEvent: JSON.stringify(other) }] });
    expect(readActivity(found).eventName).toBe('GetObject');
  });

  test.each([
    ['objects', { flattened: { insight_details: { eventName: 'RunInstances' } } }],
    ['a list', { flattened: { insight_details: [{ eventName: 'RunInstances' }] } }],
  ])('of ECS may be an insight, in %s', (_, cloudtrail) => {
    const event = { id: 'e', provider: 'ec2.amazonaws.com' };
    expect(read({ event, aws: { cloudtrail } })?.eventName).toBe('RunInstances');
  });

  test('of ECS may be an insight of which only the original tells', () => {
    const original = JSON.stringify({ insightDetails: { eventName: 'RunInstances' } });
    expect(read({ event: { original, id: 'e' }, aws: { cloudtrail: {} } })?.eventName).toBe('RunInstances');
  });

  test('of ECS may be a refused step of an Identity Center login', () => {
    const event = { action: 'UserAuthentication', provider: 'signin.amazonaws.com', outcome: 'success' };
    const flattened = { service_event_details: { UserAuthentication: 'Failure' } };
    expect(read({ event, aws: { cloudtrail: { flattened } } })?.outcome).toBe('failure');
  });

  test('of ECS names a federated user, and no account of a service', () => {
    const document = (user_identity: object, user: object) => ({
      event: { action: 'GetObject', provider: 's3.amazonaws.com', id: 'e' },
      cloud: { account: { id: '111111111111' }, region: 'eu-west-1' },
      aws: { cloudtrail: { user_identity } },
      user,
    });
    const arn = 'arn:aws:sts::111111111111:federated-user/eve';
    expect(read(document({ type: 'FederatedUser', arn }, { name: 'mallory' }))?.principal.name).toBe('eve');
    const service = read(document({ type: 'AWSService', invoked_by: 'ec2.amazonaws.com' }, {}));
    expect(service?.principal).toEqual({ kind: 'aws-service', invokedBy: 'ec2.amazonaws.com' });
  });
});

describe('whatever comes,', () => {
  const keys = [
    'eventName',
    'eventID',
    'eventTime',
    'eventSource',
    'awsRegion',
    'recipientAccountId',
    'userIdentity',
    'requestParameters',
    'responseElements',
    'errorCode',
    'detail',
    'source',
    '_source',
    'fields',
    'event',
    'aws',
    'cloudtrail',
    'flattened',
    'kibana.alert.uuid',
    'CloudTrailEvent',
    '__proto__',
    'constructor',
    'toString',
  ];
  const anything = fc.anything({ key: fc.oneof(fc.constantFrom(...keys), fc.string()), maxDepth: 5 });
  const changed = fc.record(
    Object.fromEntries(Object.keys(record).map((key) => [key, fc.oneof(fc.constant(record[key]), anything)])),
  );

  test('a decoder answers with an alert or a refusal, and never with a half', () => {
    fc.assert(
      fc.property(fc.oneof(anything, changed), (document) => {
        for (const one of documentsIn(document)) {
          const { ok, handled, alert, error } = examine(one, arrival, { correlationKey: 'key' });
          expect(ok).toBe(error === undefined);
          expect(ok).toBe(alert !== undefined);
          try {
            expect(decodeAlert(one, arrival)).toMatchObject({
              recipientAccount: expect.stringMatching(/^\d{12}$/) as string,
              time: expect.stringMatching(/Z$/) as string,
            });
            expect(handled && ok).toBe(true);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AlertRefused);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a text in Java's notation costs time in proportion to its length", () => {
    const hostile = { ...success, responseElements: null, requestParameters: `{${'instanceId=, '.repeat(100_000)}` };
    const started = Date.now();
    expect(examine(hostile, arrival)).toMatchObject({ ok: true });
    expect(Date.now() - started).toBeLessThan(5000);
  });
});
