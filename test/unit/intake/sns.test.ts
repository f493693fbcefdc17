import { describe, expect, test, vi } from 'vitest';
import { createServer } from '../../../src/intake/server.ts';
import { snsAddress, type SnsMessage } from '../../../src/intake/sns-message.ts';
import { snsRoutes, type SnsDoor } from '../../../src/intake/sns-routes.ts';
import { fixture } from '../../support/fixtures.ts';
import { aCertificate, signedBy } from './a-certificate.ts';

const { pem, privateKey } = aCertificate();
const stranger = aCertificate();
const topic = 'arn:aws:sns:eu-west-1:111111111111:export-alerts';
const event = fixture('cloudtrail/eventbridge-create-instance-export-task');
const time = Date.parse('2026-03-02T10:06:00Z');

const notification: SnsMessage = {
  Type: 'Notification',
  MessageId: '605944d3-0000-4000-8000-000000000001',
  TopicArn: topic,
  Message: JSON.stringify(event),
  Timestamp: '2026-03-02T10:05:00.000Z',
  SignatureVersion: '2',
  Signature: '',
  SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem',
};
const subscribeUrl = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=t`;
const confirmation: SnsMessage = {
  ...notification,
  Type: 'SubscriptionConfirmation',
  Message: 'You have chosen to subscribe',
  Token: 't',
  SubscribeURL: subscribeUrl,
};

function intake(door: Partial<SnsDoor> = {}) {
  const visited: string[] = [];
  const log: string[] = [];
  const opened = vi.fn(
    door.open ??
      (({ eventId }) =>
        Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: eventId, result: 'opened' as const })),
  );
  const requests: string[] = [];
  const server = createServer({
    maxBodyBytes: 5_000_000,
    requestsPerMinute: 10_000,
    log: (line) => requests.push(line.replace(/ \d+ ms, request [^,]+/, '')),
  });
  snsRoutes(server, {
    topics: [topic],
    log: (line) => log.push(line),
    now: () => new Date(time),
    fetcher: (url) => {
      visited.push(url);
      return Promise.resolve(pem);
    },
    ...door,
    open: opened,
  });
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/alerts/sns',
      headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { visited, opened, log, requests, send, post: (message: SnsMessage) => send(signedBy(privateKey, message)) };
}

describe('a notification', () => {
  test.each(['1', '2'] as const)('signed by version %s opens its incident', async (SignatureVersion) => {
    const { post, opened } = intake();
    const response = await post({ ...notification, SignatureVersion, Subject: 'a subject' });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({ results: [{ result: 'opened' }] });
    expect(opened.mock.calls[0]?.[0].arrival.door).toBe('sns');
  });

  test('may carry records too, and the certificate is fetched once', async () => {
    const { post, visited } = intake();
    const Message = JSON.stringify({ Records: [event.detail] });
    expect((await post({ ...notification, Message })).statusCode).toBe(202);
    expect((await post({ ...notification, Message, MessageId: 'another' })).statusCode).toBe(202);
    expect(visited).toEqual([notification.SigningCertURL]);
  });

  test('that comes again is answered like the first time', async () => {
    const { post, opened } = intake();
    const [first, again] = [await post(notification), await post(notification)];
    expect(again.json()).toEqual(first.json());
    expect(opened).toHaveBeenCalledTimes(1);
  });

  test('is tried anew where Temporal did not answer', async () => {
    let away = true;
    const open = () =>
      away
        ? Promise.reject(new Error('unavailable'))
        : Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: 'w', result: 'opened' as const });
    const { post } = intake({ open });
    const first = await post(notification);
    expect([first.statusCode, first.headers['retry-after']]).toEqual([503, '5']);
    away = false;
    expect((await post(notification)).statusCode).toBe(202);
  });

  test('of another event is 422, and one without an alert a dead letter', async () => {
    const kept: string[] = [];
    const { post } = intake({
      keepDeadLetter: ({ door, body }) => {
        kept.push(`${door} ${body.toString()}`);
        return Promise.resolve();
      },
    });
    const other = JSON.stringify({ ...(event.detail as object), eventName: 'RunInstances' });
    expect((await post({ ...notification, Message: other })).statusCode).toBe(422);
    expect((await post({ ...notification, MessageId: 'b', Message: 'hello' })).statusCode).toBe(400);
    expect(kept).toEqual(['sns hello']);
  });
});

describe('a confirmation', () => {
  test('is visited, where SNS says', async () => {
    const { post, visited, log } = intake();
    const response = await post(confirmation);
    expect(response.json()).toMatchObject({ result: 'confirmed' });
    expect(visited).toEqual([confirmation.SigningCertURL, new URL(subscribeUrl).href]);
    expect(log).toEqual([`subscription to ${topic} confirmed`]);
  });

  test.each([
    'https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://169.254.169.254/latest/meta-data',
    `https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${topic}`,
    `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}2`,
  ])('is not visited at %s, however well it is signed', async (SubscribeURL) => {
    const { post, visited } = intake();
    expect((await post({ ...confirmation, SubscribeURL })).statusCode).toBe(400);
    expect(visited).toEqual([confirmation.SigningCertURL]);
  });

  test('of an end is noted, not undone', async () => {
    const { post, visited } = intake();
    const response = await post({ ...confirmation, Type: 'UnsubscribeConfirmation' });
    expect(response.json()).toMatchObject({ result: 'noted' });
    expect(visited).toHaveLength(1);
  });
});

describe('refused before anything is visited:', () => {
  test.each<[string, Partial<SnsMessage>, number, RegExp]>([
    ['another topic', { TopicArn: `${topic}-of-another` }, 401, /not in intake.sns.topics/],
    ['an old message', { Timestamp: '2026-03-02T09:05:59.000Z' }, 401, /too old/],
    ['one from the future', { Timestamp: '2026-03-02T10:12:00.000Z' }, 401, /future/],
    ['no time', { Timestamp: 'soon' }, 401, /too old/],
    ['a certificate from elsewhere', { SigningCertURL: 'https://evil.example/a.pem' }, 401, /not one of SNS/],
    ['one of another Region', { SigningCertURL: 'https://sns.us-east-1.amazonaws.com/a.pem' }, 401, /not one of SNS/],
    ['one over http', { SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/a.pem' }, 401, /not one of SNS/],
    ['something that is no certificate', { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/?a.pem' }, 401, /SNS/],
    ['an unknown version', { SignatureVersion: '3' as '2' }, 401, /no known version/],
    ['no message', { Message: '' }, 400, /no Message/],
    ['another type', { Type: 'Other' as 'Notification' }, 400, /not a message of SNS/],
  ])('%s', async (_, change, status, reason) => {
    const { send, visited, opened } = intake();
    const response = await send({ ...notification, Signature: 'AAAA', ...change });
    expect(response.json<{ error: string }>().error).toMatch(reason);
    expect(response.statusCode).toBe(status);
    expect(visited).toEqual([]);
    expect(opened).not.toHaveBeenCalled();
  });

  test('raw delivery, which has no signature', async () => {
    expect((await intake().send(event)).json()).toMatchObject({
      error: expect.stringMatching(/raw delivery/) as string,
    });
  });

  test('all of it with the reason in the log, for SNS shows nobody what it was answered', async () => {
    const { send, post, requests } = intake();
    await send({ ...notification, Signature: 'AAAA', TopicArn: `${topic}-of-another` });
    await send(event);
    await post(notification);
    expect(requests).toEqual([
      'POST /alerts/sns 401, the topic is not in intake.sns.topics, refused here since the start: 1',
      expect.stringMatching(/^POST \/alerts\/sns 400, the body is not a message of SNS; raw delivery.* has to be off/),
      'POST /alerts/sns 202',
    ]);
  });

  test('a body that is too long, and one of another type', async () => {
    expect((await intake().send('x'.repeat(1_000_001))).statusCode).toBe(413);
    expect((await intake().send('x', { 'content-type': 'text/html' })).statusCode).toBe(415);
  });
});

describe('a signature', () => {
  test('for another body is refused, and so is that of another key', async () => {
    const { send, opened } = intake();
    const signed = signedBy(privateKey, notification);
    expect((await send({ ...signed, Message: `${signed.Message} ` })).statusCode).toBe(401);
    expect((await send({ ...signed, Subject: 'added' })).statusCode).toBe(401);
    expect((await send(signedBy(stranger.privateKey, notification))).statusCode).toBe(401);
    expect((await send({ ...signed, Signature: 'no base64 !' })).statusCode).toBe(401);
    expect(opened).not.toHaveBeenCalled();
  });

  test('counts only with a certificate that is valid now', async () => {
    const expired = aCertificate('20210101000000Z');
    const { send } = intake({ fetcher: () => Promise.resolve(expired.pem) });
    const response = await send(signedBy(expired.privateKey, notification));
    expect(response.json()).toMatchObject({ error: "SNS's certificate is not valid now" });
  });

  test('whose certificate cannot be fetched is to be sent again', async () => {
    const { post } = intake({ fetcher: () => Promise.reject(new Error('timeout')) });
    expect((await post(notification)).statusCode).toBe(503);
  });
});

test.each([
  ['https://sns.eu-west-1.amazonaws.com/a.pem', true],
  ['https://user@sns.eu-west-1.amazonaws.com/a.pem', false],
  ['https://sns.eu-west-1.amazonaws.com:8443/a.pem', false],
  ['https://sns.eu-west-1.amazonaws.com\\@evil.example/', true],
  ['https://sns.eu-west-1.amazonaws.com@evil.example/', false],
  ['https://xsns.eu-west-1.amazonaws.com/', false],
  ['nonsense', false],
])('whether %s is an address of SNS: %j', (address, expected) => {
  expect(snsAddress(address, topic)?.hostname).toBe(expected ? 'sns.eu-west-1.amazonaws.com' : undefined);
});

test.each([
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn', true],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu', true],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.com', false],
  ['aws', 'eusc-de-east-1', 'amazonaws.eu', false],
])('in partition %s and Region %s, an address under %s is of SNS: %j', (partition, region, suffix, expected) => {
  const found = snsAddress(
    `https://sns.${region}.${suffix}/a.pem`,
    `arn:${partition}:sns:${region}:111111111111:alerts`,
  );
  expect(found !== undefined).toBe(expected);
});
