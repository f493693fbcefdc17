import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { dataKeys } from '../../../src/encryption/data-keys.ts';
import { dataConverterFor } from '../../../src/encryption/encryption.ts';
import { keyFolder } from '../../../src/encryption/key-store.ts';
import { alertRoutes, type AlertDoor } from '../../../src/intake/alert-routes.ts';
import { deadLetterFolder, keepDeadLetters } from '../../../src/intake/dead-letters.ts';
import { rateLimit } from '../../../src/intake/rate-limit.ts';
import { createServer, type ServerOptions } from '../../../src/intake/server.ts';
import type { TemporalConnection } from '../../../src/temporal/connect.ts';
import { ableToOpen } from '../../../src/temporal/health.ts';
import { masterKey } from '../encryption/keys.ts';
import { fixture } from '../../support/fixtures.ts';

const token = 'a-token-of-these-tests';
const record = fixture('cloudtrail/create-instance-export-task-failure');
const other = { ...record, eventName: 'RunInstances' };
const open = (alert: Alert) =>
  Promise.resolve({
    incidentKey: 'VMX-ABCDEFGHIJ',
    workflowId: `ec2-vm-export/${alert.eventId}`,
    result: 'opened' as const,
  });

function intake(door: Partial<AlertDoor> = {}, options: Partial<ServerOptions> = {}) {
  const opened = vi.fn(door.open ?? open);
  const server = createServer({ maxBodyBytes: 100_000, requestsPerMinute: 1000, log: () => {}, ...options });
  alertRoutes(server, { tokens: [token], now: () => new Date('2026-03-02T10:06:00Z'), ...door, open: opened });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/alerts',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { server, opened, post };
}
const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;

describe('an alert', () => {
  test('is taken in: 202 with what became of it', async () => {
    const { post, opened } = intake();
    const response = await post(record);
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({
      requestId,
      results: [
        {
          eventId: record.eventID,
          incidentKey: 'VMX-ABCDEFGHIJ',
          workflowId: `ec2-vm-export/${String(record.eventID)}`,
          result: 'opened',
        },
      ],
    });
    expect(opened.mock.calls[0]?.[0].arrival).toEqual({ door: 'http', receivedAt: '2026-03-02T10:06:00.000Z' });
  });

  test('may come with either of two tokens, while one is being replaced', async () => {
    const { post } = intake({ tokens: ['the-old-token-of-tests', token] });
    expect((await post(record)).statusCode).toBe(202);
    expect((await post(record, { authorization: 'Bearer the-old-token-of-tests' })).statusCode).toBe(202);
  });
});

describe('a batch', () => {
  test('has a result for each alert', async () => {
    const { post } = intake();
    const response = await post([record, other, { nonsense: true }]);
    expect(response.statusCode).toBe(202);
    expect(response.json<{ results: unknown[] }>().results).toMatchObject([
      { result: 'opened' },
      { result: 'refused', status: 422 },
      { result: 'refused', status: 400 },
    ]);
  });

  test('of which a part failed for a passing reason is to be sent again', async () => {
    const { post } = intake({
      open: (alert) => (alert.eventId === 'lost' ? Promise.reject(new Error('unavailable: 10.0.0.1')) : open(alert)),
    });
    const response = await post([record, { ...record, eventID: 'lost' }]);
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json<{ results: unknown[] }>().results).toMatchObject([
      { result: 'opened' },
      { result: 'failed', eventId: 'lost' },
    ]);
    expect(response.body).not.toContain('10.0.0.1');
  });
});

describe('bad input starts nothing and is answered in one line with a request id:', () => {
  test.each<[string, unknown, Record<string, string>, number, RegExp]>([
    ['no token', record, { authorization: '' }, 401, /bearer token/],
    ['another token', record, { authorization: 'Bearer a-token-of-these-testz' }, 401, /bearer token/],
    ['another scheme', record, { authorization: `Basic ${token}` }, 401, /bearer token/],
    ['no JSON', '{"eventName":', {}, 400, /not JSON/],
    ['an empty body', '', {}, 400, /not JSON/],
    ['an empty list', [], {}, 400, /no alert/],
    ['no alert', { nonsense: true }, {}, 400, /neither a CloudTrail record/],
    ['no event id', { ...record, eventID: null }, {}, 400, /no event id/],
    ['another type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /application\/json/],
    ['too large a body', `"${'x'.repeat(100_001)}"`, {}, 413, /too large/],
    ['too many alerts', Array(501).fill(record.eventID), {}, 413, /more than 500/],
    ['an event that nobody handles', other, {}, 422, /handled are CreateInstanceExportTask, ExportImage/],
    ['only events that nobody handles', [other, other], {}, 422, /no playbook handles/],
    ['a part malformed, the rest of another kind', [other, {}], {}, 400, /neither/],
  ])('%s', async (_, body, headers, status, reason) => {
    const { post, opened } = intake();
    const response = await post(body, headers);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ error: expect.stringMatching(reason) as string, requestId });
    expect(response.json<{ error: string }>().error).not.toContain('\n');
    expect(response.headers['x-request-id']).toBe(response.json<{ requestId: string }>().requestId);
    expect(opened).not.toHaveBeenCalled();
  });

  test('a stranger is refused before the body is read', async () => {
    const { post } = intake();
    expect((await post('x'.repeat(200_000), { authorization: 'Bearer stranger' })).statusCode).toBe(401);
  });

  test('nothing of the request is repeated in the answer', async () => {
    const { post } = intake();
    const response = await post({ ...other, eventName: '<script>' });
    expect(response.body).not.toContain('script');
  });

  test('too many requests of one source, which only a trusted proxy may name', async () => {
    const from = (source: string) => ({ 'x-forwarded-for': source });
    const behind = intake({}, { requestsPerMinute: 1, trustedProxies: ['127.0.0.0/8'] });
    expect((await behind.post(record, from('198.51.100.7'))).statusCode).toBe(202);
    expect((await behind.post(record, from('198.51.100.8'))).statusCode).toBe(202);
    expect((await behind.post(record, from('198.51.100.7'))).statusCode).toBe(429);
    const direct = intake({}, { requestsPerMinute: 1 });
    expect((await direct.post(record, from('198.51.100.7'))).statusCode).toBe(202);
    expect((await direct.post(record, from('198.51.100.8'))).statusCode).toBe(429);
  });

  test('too many requests, with when to come again', async () => {
    const { post, opened } = intake({}, { requestsPerMinute: 2 });
    await post(record);
    await post(record);
    const response = await post(record);
    expect(response.statusCode).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(opened).toHaveBeenCalledTimes(2);
  });

  test('an unknown address, an unknown method', async () => {
    const { server } = intake();
    expect((await server.inject({ method: 'GET', url: '/alerts' })).statusCode).toBe(404);
    expect((await server.inject({ method: 'GET', url: '/%00' })).json()).toMatchObject({ requestId });
  });

  test('our own mistake says nothing about itself, except in the log', async () => {
    const lines: string[] = [];
    const { post } = intake({ now: () => new Date(Number.NaN) }, { log: (line) => lines.push(line) });
    const response = await post(record);
    expect(response.json()).toEqual({ error: 'internal error', requestId });
    expect(lines.join('\n')).toContain('Invalid time value');
  });
});

describe('what cannot be decoded', () => {
  test('is kept as it came, without what could be, and only from those who may send', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-letters-'));
    try {
      const letters = deadLetterFolder({ deadLetters: folder, deadLetterBytes: 10_000, deadLetterAge: 1000 });
      const { post } = intake({ keepDeadLetter: keepDeadLetters(letters, () => {}) });
      await post('{"broken":');
      await post([record, { nonsense: 1 }]);
      await post({ nonsense: 2 }, { authorization: 'Bearer stranger' });
      const kept = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
      expect(kept.sort().reverse()).toEqual(['{"broken":', '[{"nonsense":1}]']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('health', () => {
  test('is good while Temporal answers', async () => {
    const { server } = intake({}, { healthy: () => Promise.resolve() });
    expect((await server.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });

  test('is bad while it does not', async () => {
    const { server } = intake({}, { healthy: () => Promise.reject(new Error('refused')) });
    const response = await server.inject('/healthz');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json<{ error: string }>().error).toBe('Temporal does not answer');
  });

  test('is bad while nothing can be encrypted, and says that it is this', async () => {
    const keys = dataKeys(keyFolder('/nowhere/is/such/a/folder'), [masterKey('2027')]);
    const temporal = {
      client: {
        withDeadline: (_: number, ask: () => unknown) => ask(),
        workflowService: { describeNamespace: () => {} },
      },
      namespace: 'default',
      dataConverter: dataConverterFor({ keys }),
    } as unknown as TemporalConnection;
    const { server } = intake({}, { healthy: ableToOpen(temporal) });
    const response = await server.inject('/healthz');
    expect(response.statusCode).toBe(503);
    expect(response.json<{ error: string }>().error).toBe('the keys that encrypt incidents cannot be used now');
    expect(response.body).not.toContain('nowhere');
  });
});

test('the rate limit counts per source, and begins anew after a minute', () => {
  let time = 0;
  const limit = rateLimit(1, () => time);
  expect(limit('one')).toBeNull();
  expect(limit('other')).toBeNull();
  time = 45_000;
  expect(limit('one')).toBe(15);
  time = 60_000;
  expect(limit('one')).toBeNull();
});
