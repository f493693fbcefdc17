import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createServer } from '../../../src/intake/server.ts';
import type { InteractionAnswer } from '../../../src/slack/interactions.ts';
import { slackRoutes } from '../../../src/slack/routes.ts';

const secret = 'the signing secret of these tests';
const now = new Date('2026-03-02T10:00:00Z');
const seconds = now.getTime() / 1000;
const bodyOf = (payload: unknown): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const press = bodyOf({ type: 'block_actions', text: 'a+b%20&ü' });

const signed = (body: string, { at = seconds, key = secret, version = 'v0' } = {}) => ({
  'x-slack-request-timestamp': String(at),
  'x-slack-signature': `${version}=${createHmac('sha256', key).update(`${version}:${at}:${body}`).digest('hex')}`,
});

function slack(answer: () => Promise<InteractionAnswer> = () => Promise.resolve({ result: 'ok' })) {
  const handle = vi.fn((_payload: unknown) => answer());
  const server = createServer({ maxBodyBytes: 1000, requestsPerMinute: 1000, log: () => {} });
  slackRoutes(server, { signingSecret: secret, handle, now: () => now });
  const post = (payload: string, headers: Record<string, string>, type = 'application/x-www-form-urlencoded') =>
    server.inject({
      method: 'POST',
      url: '/slack/interactions',
      payload,
      headers: { ...headers, 'content-type': type },
    });
  return { handle, post, server };
}

describe('an interaction over HTTP', () => {
  it('that Slack has signed is handled, byte by byte as it was sent', async () => {
    const { handle, post } = slack();
    const response = await post(press, signed(press));
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe('');
    expect(handle).toHaveBeenCalledExactlyOnceWith({ type: 'block_actions', text: 'a+b%20&ü' });
  });

  it('is answered with what the handler says, and with an error when nothing came of it', async () => {
    const body = { response_action: 'errors', errors: { a: 'b' } };
    expect((await slack(() => Promise.resolve({ result: 'ok', body })).post(press, signed(press))).json()).toEqual(
      body,
    );
    const failing = slack(() => Promise.resolve({ result: 'failed' }));
    expect((await failing.post(press, signed(press))).statusCode).toBe(503);
  });

  it.each<[string, Record<string, string>]>([
    ['without a signature', {}],
    ['with half of one', { 'x-slack-signature': signed(press)['x-slack-signature'] }],
    ['with a stale timestamp', signed(press, { at: seconds - 301 })],
    ['with a timestamp from the future', signed(press, { at: seconds + 301 })],
    ['with another secret', signed(press, { key: 'a secret of nobody' })],
    ['with the signature of another body', signed(bodyOf({}))],
    ['with another version', signed(press, { version: 'v1' })],
    ['with a later timestamp than was signed', { ...signed(press), 'x-slack-request-timestamp': String(seconds + 1) }],
    ['with a signature that is not one', { ...signed(press), 'x-slack-signature': 'v0=00' }],
  ])('%s is refused', async (_, headers) => {
    const { handle, post } = slack();
    expect((await post(press, headers)).statusCode).toBe(401);
    expect(handle).not.toHaveBeenCalled();
  });

  it('at the edges of the window is taken', async () => {
    const { post } = slack();
    for (const at of [seconds - 300, seconds + 300]) {
      expect((await post(press, signed(press, { at }))).statusCode).toBe(200);
    }
  });

  it('that was sent before is refused', async () => {
    const { handle, post } = slack();
    await post(press, signed(press));
    expect((await post(press, signed(press))).statusCode).toBe(401);
    expect(handle).toHaveBeenCalledOnce();
  });

  it('that is not a form with JSON in it, or not a POST, is refused', async () => {
    const { handle, post, server } = slack();
    expect((await post('payload=x', signed('payload=x'))).statusCode).toBe(400);
    expect((await post('{}', signed('{}'), 'text/plain')).statusCode).toBe(415);
    expect((await server.inject({ method: 'GET', url: '/slack/interactions' })).statusCode).toBe(404);
    expect(handle).not.toHaveBeenCalled();
  });

  it('is the only request that comes as a form', async () => {
    const { server } = slack();
    server.post('/elsewhere', () => 'taken');
    const response = await server.inject({
      method: 'POST',
      url: '/elsewhere',
      payload: press,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.statusCode).toBe(415);
  });
});
