import { defaultPayloadConverter } from '@temporalio/common';
import { payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecServer } from '../../../src/encryption/codec-server.ts';
import { dataKeys } from '../../../src/encryption/data-keys.ts';
import { payloadCodec } from '../../../src/encryption/payload-codec.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { keysInMemory, masterKey } from './keys.ts';

const ui = 'https://temporal.acme.example';
const token = 'soar_the-token-of-alice-0000000000000';
const codec = payloadCodec(dataKeys(keysInMemory(), [masterKey('2027')]));
const context = { type: 'workflow', namespace: 'default', workflowId: 'incident/1' } as const;

let server: FastifyInstance;
let lines: string[];
let now: number;
beforeEach(() => {
  lines = [];
  now = 0;
  server = codecServer({
    codec,
    approvers: [{ id: 'alice', tokenHash: sha256OfToken(token) }],
    uiOrigins: [ui],
    requestsPerMinute: 20,
    log: (line) => void lines.push(line),
    now: () => now,
  });
});
afterEach(() => server.close());

const encrypted = async (): Promise<JSONPayload> => {
  const [payload] = await codec.encode([defaultPayloadConverter.toPayload('secret of incident 1')], context);
  return payloadToJSON(payload!);
};
const post = async (way: 'encode' | 'decode', payloads: unknown, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: `/${way}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ payloads }),
  });
const bearer = { authorization: `Bearer ${token}` };
const dataOf = (body: string) =>
  Buffer.from((JSON.parse(body) as { payloads: { data: string }[] }).payloads[0]!.data, 'base64').toString();
const logIn = (said: string) =>
  server.inject({
    method: 'POST',
    url: '/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token: said }).toString(),
  });

describe('the codec server', () => {
  it('decrypts for an approver, and logs who asked for which key, without the content', async () => {
    const payload = await encrypted();
    const answer = await post('decode', [payload], { ...bearer, origin: ui });
    expect(answer.statusCode).toBe(200);
    expect(dataOf(answer.body)).toBe('"secret of incident 1"');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ui,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
    });
    expect(lines.join('\n')).toMatch(/alice: decode 1 payload\(s\) of [0-9a-f]{32}-1/);
    expect(lines.join('\n')).not.toContain('secret of incident');
  });

  it('encrypts what somebody writes in Temporal UI, and leaves plain payloads plain', async () => {
    const plain = payloadToJSON(defaultPayloadConverter.toPayload('typed by hand'));
    const answer = await post('encode', [plain], bearer);
    expect(answer.body).not.toContain(plain.data);
    const back = await post('decode', (JSON.parse(answer.body) as { payloads: unknown[] }).payloads, bearer);
    expect(dataOf(back.body)).toBe('"typed by hand"');
    expect(dataOf((await post('decode', [plain], bearer)).body)).toBe('"typed by hand"');
  });

  it('refuses strangers, whatever they send', async () => {
    const payload = await encrypted();
    for (const headers of [
      {},
      { authorization: 'Bearer soar_somebody-else' },
      { cookie: `soar_codec=${'a'.repeat(43)}` },
    ]) {
      const answer = await post('decode', [payload], headers);
      expect(answer.statusCode).toBe(401);
      expect(answer.body).not.toContain('secret');
    }
  });

  it('lets a browser log in for eight hours, by a cookie that scripts and other sites do not get', async () => {
    const payload = await encrypted();
    expect((await logIn('wrong')).statusCode).toBe(401);
    const answer = await logIn(token);
    const [, cookie = '', attributes] =
      /^(soar_codec=[\w-]{43})(;.*)$/.exec(String(answer.headers['set-cookie'])) ?? [];
    expect(attributes).toBe('; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure');
    expect((await post('decode', [payload], { cookie, origin: ui })).statusCode).toBe(200);
    now += 8 * 60 * 60_000;
    expect((await post('decode', [payload], { cookie, origin: ui })).statusCode).toBe(401);
    expect((await server.inject('/login')).headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('asks again on its page after a wrong token, on a phone and in dark, too', async () => {
    const { statusCode, headers, body } = await logIn('wrong');
    expect({ statusCode, type: headers['content-type'] }).toEqual({
      statusCode: 401,
      type: 'text/html; charset=utf-8',
    });
    expect(body).toContain('Refused: the personal token is missing or not known.');
    expect(body).toContain('<form method="post" action="/login">');
    expect(body).toContain('<meta name="viewport"');
    expect(body).toContain('content="light dark"');
    expect(lines.join()).toMatch(/POST \/login 401/);
  });

  it('answers no page of another origin, logged in or not', async () => {
    const payload = await encrypted();
    const [cookie = ''] = String((await logIn(token)).headers['set-cookie']).split(';');
    expect((await post('decode', [payload], { cookie, origin: ui })).statusCode).toBe(200);
    for (const headers of [{}, bearer, { cookie }]) {
      const answer = await post('decode', [payload], { ...headers, origin: 'https://evil.example' });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const preflight = (origin: string) => server.inject({ method: 'OPTIONS', url: '/decode', headers: { origin } });
    expect((await preflight('https://evil.example')).statusCode).toBe(403);
    const allowed = await preflight(ui);
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers['access-control-allow-headers']).toContain('authorization');
  });

  it('takes none for an empty list, as the command asks it about a query without arguments', async () => {
    const answer = await post('encode', undefined, bearer);
    expect({ status: answer.statusCode, said: answer.json<unknown>() }).toEqual({
      status: 200,
      said: { payloads: [] },
    });
  });

  it('says what is wrong with a body, a payload or too many requests', async () => {
    expect((await post('decode', 'no list', bearer)).statusCode).toBe(400);
    expect((await post('decode', [{ data: 'not base64!' }], bearer)).statusCode).toBe(400);
    const payload = await encrypted();
    const changed = await post('decode', [{ ...payload, data: Buffer.alloc(64).toString('base64') }], bearer);
    expect(changed.statusCode).toBe(422);
    expect(changed.json()).toMatchObject({ error: expect.stringMatching(/it was changed/) as string });
    for (let count = 0; count < 20; count++) await post('decode', [], bearer);
    expect((await post('decode', [], bearer)).statusCode).toBe(429);
  });
});
