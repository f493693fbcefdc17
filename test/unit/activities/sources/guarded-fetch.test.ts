import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceFailures } from '../../../../activities/sources/failures.ts';
import { guardedFetch } from '../../../../activities/sources/guarded-fetch.ts';
import { startSource, type SourceDouble } from '../../../support/sources/server.ts';
import { failureOf } from './asking.ts';

let source: SourceDouble;
beforeEach(async () => {
  source = await startSource(() => ({ status: 200, body: { fine: true } }));
});
afterEach(() => source.stop());

const get = (address = `${source.url}/search`) =>
  guardedFetch({ name: 'Jira', url: source.url, keyAt: 'sources.jira.token' })(address, {
    headers: { authorization: 'Basic c2VjcmV0' },
  });

describe('a request to a source', () => {
  it('brings the answer', async () => {
    expect(await (await get()).json()).toEqual({ fine: true });
  });

  it('goes to the configured address alone', async () => {
    const other = await startSource(() => ({ status: 200 }));
    expect(await failureOf(get(`${other.url}/search`))).toMatchObject({ type: sourceFailures.refused });
    source.answers.push({ status: 302, headers: { location: `${other.url}/login` } });
    expect(await failureOf(get())).toMatchObject({
      type: sourceFailures.refused,
      message: expect.stringContaining('it sends us elsewhere') as unknown,
    });
    expect(other.asked).toEqual([]);
    await other.stop();
  });

  it.each([
    [500, {}, sourceFailures.unavailable],
    [408, {}, sourceFailures.unavailable],
    [429, { 'retry-after': '5' }, sourceFailures.throttled],
    [403, { 'retry-after': '5' }, sourceFailures.throttled],
    [403, {}, sourceFailures.unauthorised],
    [401, {}, sourceFailures.unauthorised],
    [400, {}, sourceFailures.refused],
    [404, {}, sourceFailures.refused],
  ])('that is answered %i with %j fails as what it is', async (status, headers, type) => {
    source.answers.push({ status, headers, body: { message: 'text of the answer' } });
    const failure = await failureOf(get());
    expect(failure.type).toBe(type);
    expect(failure.nonRetryable ?? false).toBe(type === sourceFailures.refused || type === sourceFailures.unauthorised);
    expect(failure.message).not.toContain('text of the answer');
  });

  it('obeys Retry-After, within reason', async () => {
    for (const [asked, waited] of [
      ['7', '7 s'],
      ['0', '1 s'],
      ['86400', '600 s'],
      ['Wed, 21 Oct 2026 07:28:00 GMT', '30 s'],
    ] as const) {
      source.answers.push({ status: 429, headers: { 'retry-after': asked } });
      expect((await failureOf(get())).nextRetryDelay).toBe(waited);
    }
  });

  it('reads no more than an answer can be long', async () => {
    source.answers.push({ status: 200, body: 'x'.repeat(8_000_001) });
    expect(await failureOf(get())).toMatchObject({
      type: sourceFailures.refused,
      message: expect.stringContaining('more than 8000000 bytes') as unknown,
    });
  });

  it('that nobody answers is tried again', async () => {
    await source.stop();
    expect(await failureOf(get())).toMatchObject({
      type: sourceFailures.unavailable,
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });
});
