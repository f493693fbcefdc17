import { ServiceError } from '@temporalio/client';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { EncryptionFailed } from '../../../src/encryption/failures.ts';
import { alertRoutes, type AlertDoor } from '../../../src/intake/alert-routes.ts';
import { createServer, type ServerOptions } from '../../../src/intake/server.ts';
import { fixture } from '../../support/fixtures.ts';

const token = 'a-token-of-these-tests';
const secret = 'a-secret-of-these-tests';
const record = fixture('cloudtrail/create-instance-export-task-failure');
const hit = fixture('ecs/kibana-alert');
const alert = hit._source;
const now = Date.parse('2026-03-02T10:06:00Z');
const opening = ({ eventId }: Alert) =>
  Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: eventId, result: 'opened' as const });

function intake(door: Partial<AlertDoor> = {}, options: Partial<ServerOptions> = {}) {
  const opened = vi.fn(door.open ?? opening);
  const letters: string[] = [];
  const server = createServer({ maxBodyBytes: 5_000_000, requestsPerMinute: 100_000, log: () => {}, ...options });
  alertRoutes(server, {
    tokens: [token],
    hmacSecrets: ['the-secret-before', secret],
    eventbridge: { header: 'X-Api-Key', apiKeys: ['the-key-before-this', 'an-api-key-of-these'] },
    now: () => new Date(now),
    keepDeadLetter: ({ door: name, body }) => {
      letters.push(`${name} ${body.toString('latin1')}`);
      return Promise.resolve();
    },
    ...door,
    open: opened,
  });
  const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return { server, opened, letters, post };
}
const bearer = { authorization: `Bearer ${token}` };
const sign = (body: string, { at = now, key = secret } = {}): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000));
  const digest = createHmac('sha256', key).update(`v1:${timestamp}:${body}`).digest('hex');
  return { 'x-soar-timestamp': timestamp, 'x-soar-signature': `v1=${digest}` };
};

describe("Elastic's door", () => {
  test.each<[string, unknown]>([
    ['one alert', alert],
    ['many', { rule: 'AWS EC2 VM Export Failure', alerts: [alert, alert] }],
    ['a list', [alert]],
    ['a text of many', { alerts: `${JSON.stringify(alert)},${JSON.stringify(alert)}` }],
    ['hits', { hits: { total: 1, hits: [hit] } }],
    ['hits of a search rule', { hits: [hit] }],
    ['hits as a text', { hits: JSON.stringify(hit) }],
    ['the whole context', { context: { alerts: [alert] } }],
    ['a hit', hit],
    ["a hit's fields", fixture('ecs/fields-view')],
    ['the rule of successes', fixture('ecs/export-success-java-map')],
  ])('takes %s', async (_, body) => {
    const { post, opened } = intake();
    const response = await post('/alerts/elastic', body, bearer);
    expect(response.statusCode).toBe(202);
    expect(opened.mock.calls[0]?.[0].arrival.door).toBe('elastic');
  });

  test('takes a hundred in one request, one bad one among them', async () => {
    const { post } = intake();
    const many = Array.from({ length: 100 }, (_, index) => (index === 50 ? { nonsense: true } : alert));
    const response = await post('/alerts/elastic', { alerts: many }, bearer);
    expect(response.statusCode).toBe(202);
    const { results } = response.json<{ results: { result: string }[] }>();
    expect(results.map(({ result }) => result).filter((result) => result === 'opened')).toHaveLength(99);
    expect(results[50]).toMatchObject({ result: 'refused', status: 400 });
  });

  test('takes a signature in place of a token, with either secret', async () => {
    const body = JSON.stringify(alert);
    const { post } = intake();
    expect((await post('/alerts/elastic', body, sign(body))).statusCode).toBe(202);
    expect((await post('/alerts/elastic', body, sign(body, { key: 'the-secret-before' }))).statusCode).toBe(202);
  });

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer stranger' }],
    ['a signature for another body', sign('{}')],
    ['a signature with another secret', sign(JSON.stringify(alert), { key: 'a-secret-of-nobody' })],
    ['an old signature', sign(JSON.stringify(alert), { at: now - 301_000 })],
    ['a signature from the future', sign(JSON.stringify(alert), { at: now + 301_000 })],
    ['a signature without a time', { 'x-soar-signature': `v1=${'0'.repeat(64)}` }],
    ['a signature of another form', { ...sign(JSON.stringify(alert)), 'x-soar-signature': 'v1=00' }],
    ['a bad signature beside a good token', { ...bearer, ...sign('{}') }],
  ])('refuses %s', async (_, headers) => {
    const { post, opened, letters } = intake();
    expect((await post('/alerts/elastic', alert, headers)).statusCode).toBe(401);
    expect(opened).not.toHaveBeenCalled();
    expect(letters).toEqual([]);
  });

  test('tells a sender whose clock counts milliseconds so', async () => {
    const { post } = intake();
    const headers = { ...sign(JSON.stringify(alert)), 'x-soar-timestamp': String(now) };
    expect((await post('/alerts/elastic', alert, headers)).json()).toMatchObject({
      error: 'x-soar-timestamp is missing, or is not a time in seconds since 1970',
    });
  });

  test('refuses a signature that was used, except where it was not answered', async () => {
    const body = JSON.stringify(alert);
    let away = true;
    const { post } = intake({ open: (one) => (away ? Promise.reject(new Error('away')) : opening(one)) });
    expect((await post('/alerts/elastic', body, sign(body))).statusCode).toBe(503);
    away = false;
    expect((await post('/alerts/elastic', body, sign(body))).statusCode).toBe(202);
    const replay = await post('/alerts/elastic', body, sign(body));
    expect(replay.statusCode).toBe(401);
    expect(replay.json()).toMatchObject({ error: expect.stringMatching(/sent before/) as string });
  });

  test('takes no signature where no secret is configured', async () => {
    const { post } = intake({ hmacSecrets: [] });
    expect((await post('/alerts/elastic', alert, sign(JSON.stringify(alert)))).statusCode).toBe(401);
  });
});

describe("EventBridge's door", () => {
  const event = fixture('cloudtrail/eventbridge-create-instance-export-task');

  test('takes an event with either key', async () => {
    const { post, opened } = intake();
    for (const key of ['the-key-before-this', 'an-api-key-of-these']) {
      expect((await post('/alerts/eventbridge', event, { 'x-api-key': key })).statusCode).toBe(202);
    }
    expect(opened.mock.calls[0]?.[0].arrival).toMatchObject({ door: 'eventbridge', alertId: event.id });
  });

  test('refuses others, and is not there without a key', async () => {
    const { post } = intake();
    expect((await post('/alerts/eventbridge', event)).statusCode).toBe(401);
    expect((await post('/alerts/eventbridge', event, { 'x-api-key': token })).statusCode).toBe(401);
    expect((await post('/alerts/eventbridge', event, bearer)).statusCode).toBe(401);
    const server = createServer({ maxBodyBytes: 5_000_000, requestsPerMinute: 100, log: () => {} });
    alertRoutes(server, { tokens: [token], open: opening });
    const headers = { 'x-api-key': 'an-api-key-of-these' };
    const response = await server.inject({ method: 'POST', url: '/alerts/eventbridge', headers, payload: event });
    expect(response.statusCode).toBe(404);
  });
});

describe('bad input is answered, starts nothing, and is kept where it came from somebody known:', () => {
  const text = JSON.stringify(record);
  const deep = `{"requestParameters":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
  test.each<[string, string | Buffer, number, number]>([
    ['empty', '', 400, 0],
    ['truncated', text.slice(0, -10), 400, 1],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 1],
    ['50 MB', Buffer.alloc(50_000_000, '['), 413, 0],
    ['nested a million deep', deep, 400, 1],
    ['only a prototype', '{"__proto__":{"eventName":"ExportImage"},"constructor":{}}', 400, 1],
    ['a number', '42', 400, 1],
  ])('%s', async (_, body, status, kept) => {
    const { post, opened, letters } = intake();
    for (const url of ['/alerts', '/alerts/elastic']) {
      expect((await post(url, body, bearer)).statusCode).toBe(status);
    }
    expect(opened).not.toHaveBeenCalled();
    expect(letters).toHaveLength(2 * kept);
    expect(({} as Record<string, unknown>).eventName).toBeUndefined();
  });

  test('a key that comes twice: the last counts, as everywhere', async () => {
    const { post, opened } = intake();
    await post('/alerts', `${text.slice(0, -1)},"eventName":"RunInstances"}`, bearer);
    expect(opened).not.toHaveBeenCalled();
    await post('/alerts', `{"eventName":"RunInstances",${text.slice(1)}`, bearer);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  test('another content type', async () => {
    const { post } = intake();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      expect((await post('/alerts', text, { ...bearer, 'content-type': type })).statusCode).toBe(415);
    }
  });
});

/** As the client fails when a payload cannot be encrypted. */
const withoutKeys = (): Error =>
  new ServiceError('Unexpected error while making gRPC request', {
    cause: new EncryptionFailed('/mnt/keys holds neither keys nor the mark of soar setup'),
  });
const unreachable = (): Error => new ServiceError('Failed to start Workflow', { cause: new Error('10.0.0.1 refused') });

test.each<[string, Error, RegExp]>([
  ['Temporal', unreachable(), /^Temporal did not take it; send it again$/],
  ['the keys of incidents', withoutKeys(), /^the keys that encrypt incidents cannot be used now; send it again$/],
  ['our own code', new TypeError('x is not a function'), /^it could not be taken; send it again$/],
])('a 503 because of %s says so, and no more than that', async (_, cause, reason) => {
  const { post } = intake({ open: () => Promise.reject(cause) });
  const response = await post('/alerts', [record, record], bearer);
  expect(response.statusCode).toBe(503);
  const { error, results } = response.json<{ error: string; results: { reason: string }[] }>();
  for (const { reason: said } of results) {
    expect(said).toMatch(reason);
    expect(error).toBe(`not every alert was taken: ${said.replace('send it again', 'send all of them again')}`);
  }
  expect(results).toHaveLength(2);
  expect(response.body).not.toMatch(/10\.0\.0\.1|mnt|not a function/);
});

test('Temporal away: 503 with when to come again, and the rest of a batch does not wait for it too', async () => {
  const { post, opened } = intake({ open: () => Promise.reject(new ServiceError('unavailable')) });
  const response = await post('/alerts', Array(100).fill(record), bearer);
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
  expect(opened.mock.calls.length).toBeLessThanOrEqual(10);
});

test('thousands of requests at a time are all answered, and those over the limit told when to come again', async () => {
  const { post, opened } = intake({}, { requestsPerMinute: 1500 });
  const responses = await Promise.all(Array.from({ length: 2000 }, () => post('/alerts', record, bearer)));
  const limited = responses.filter(({ statusCode }) => statusCode === 429);
  expect(responses.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1500);
  expect(limited).toHaveLength(500);
  expect(limited.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
  expect(opened).toHaveBeenCalledTimes(1500);
});

describe('over a socket,', () => {
  /** Writes the head and what is given of the body, and returns the first line of the answer. */
  async function raw(length: number, body: string): Promise<{ answer: string; opened: number }> {
    const { server, opened } = intake({}, { requestTimeout: 300 });
    await server.listen({ host: '127.0.0.1', port: 0 });
    try {
      const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
      const head = [
        'POST /alerts HTTP/1.1',
        'host: x',
        `authorization: Bearer ${token}`,
        'content-type: application/json',
      ];
      socket.write(`${head.join('\r\n')}\r\ncontent-length: ${length}\r\n\r\n${body}`);
      let answer = '';
      for await (const chunk of socket) {
        answer += String(chunk);
        break;
      }
      socket.destroy();
      return { answer: answer.split('\r\n')[0] ?? '', opened: opened.mock.calls.length };
    } finally {
      await server.close();
    }
  }
  const text = JSON.stringify(record);

  test('a body that does not come is not waited for', async () => {
    expect(await raw(text.length, text.slice(0, 20))).toEqual({ answer: 'HTTP/1.1 408 Request Timeout', opened: 0 });
  });

  test('a length that is too large is refused at once', async () => {
    expect(await raw(50_000_000, '{')).toEqual({ answer: 'HTTP/1.1 413 Payload Too Large', opened: 0 });
  });

  test('a length that is too small cuts the alert off', async () => {
    expect(await raw(20, text)).toEqual({ answer: 'HTTP/1.1 400 Bad Request', opened: 0 });
  });
});
