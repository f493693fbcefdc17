import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/lab/clients.ts';
import { startProbes, type Probe } from '../../../src/lab/probes.ts';

const refusal = (name: string) => Object.assign(new Error(name), { name });

/** A call that comes to these ends, one after the other. */
const coming = (...ends: (string | null)[]) => {
  let calls = 0;
  return () => {
    const end = ends[calls++] ?? null;
    return end === null ? Promise.resolve() : Promise.reject(refusal(end));
  };
};
const prove = async (probe: Probe) => (await (await startProbes([probe]))())[0];

describe('a probe', () => {
  it('holds when the call worked before and is refused with the expected code after', async () => {
    const proof = await prove({
      name: 'p',
      call: coming(null, 'AccessDenied'),
      before: 'works',
      after: ['AccessDenied'],
    });
    expect(proof).toEqual({ name: 'p', ok: true, detail: 'before: worked; after: AccessDenied' });
  });

  it('does not hold when the call is refused with another code', async () => {
    const proof = await prove({
      name: 'p',
      call: coming(null, 'AccessDenied'),
      before: 'works',
      after: ['AuthFailure'],
    });
    expect(proof?.ok).toBe(false);
    expect(proof?.detail).toContain('expected: works, then AuthFailure');
  });

  it('does not hold when the call did not work before: its refusal after proves nothing', async () => {
    const call = coming('AccessDenied', 'AccessDenied');
    expect((await prove({ name: 'p', call, before: 'works', after: ['AccessDenied'] }))?.ok).toBe(false);
  });

  it('does not repeat before the alert what the story has done', async () => {
    const call = coming('AccessDenied');
    const proof = await prove({ name: 'p', call, before: 'works', made: 'worked (task 1)', after: ['AccessDenied'] });
    expect(proof).toMatchObject({ ok: true, detail: 'before: worked (task 1); after: AccessDenied' });
  });
});

describe('the code of a refusal', () => {
  it("is the error's name, or the status of an answer without a body", () => {
    expect(codeOf(refusal('NoSuchBucketPolicy'))).toBe('NoSuchBucketPolicy');
    expect(codeOf(Object.assign(refusal('Unknown'), { $metadata: { httpStatusCode: 403 } }))).toBe('HTTP 403');
    expect(codeOf(Object.assign(refusal('NotFound'), { $metadata: { httpStatusCode: 404 } }))).toBe('HTTP 404');
  });
});
