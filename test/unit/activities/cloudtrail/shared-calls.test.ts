import { describe, expect, it } from 'vitest';
import { sharedCalls } from '../../../../activities/cloudtrail/shared-calls.ts';
import { noted, witnessed } from '../../../../activities/aws/witness.ts';
import { aTrail } from '../../../support/builders.ts';
import { place } from '../aws-double.ts';

const question = {
  ...place,
  names: ['StopLogging'],
  from: '2026-03-01T10:12:00.000Z',
  to: '2026-03-02T10:12:00.000Z',
  keep: 10,
  covering: '2026-03-02T10:00:00.000Z',
};

/** Counts what is asked of AWS; the clock stands still until a test moves it. */
function shared(answer = () => Promise.resolve(aTrail())) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const ask = sharedCalls(
    ({ from }) => {
      asked.push(from);
      return answer();
    },
    () => clock.now,
  );
  return { ask, asked, clock };
}

describe('what incidents of a storm ask of their account', () => {
  it('is asked once, for a window from a full hour on', async () => {
    const { ask, asked } = shared();
    const later = { ...question, from: '2026-03-01T10:40:00.000Z', to: '2026-03-02T10:12:30.000Z' };
    const [first, second] = await Promise.all([ask(question), ask(later)]);
    expect(asked).toEqual(['2026-03-01T10:00:00.000Z']);
    expect(second).toBe(first);
  });

  it.each([
    ['another account', { accountId: '222222222222' }],
    ['other calls', { names: ['DeleteTrail'] }],
    ['an export after the answer', { covering: '2026-03-02T10:12:01.000Z' }],
    ['an hour that is not covered', { from: '2026-03-01T09:59:00.000Z' }],
  ])('is asked again for %s', async (_why, changes) => {
    const { ask, asked } = shared();
    await ask(question);
    await ask({ ...question, ...changes });
    expect(asked).toHaveLength(2);
  });

  it('is asked again after a minute, and each time where nothing says what must be covered', async () => {
    const { ask, asked, clock } = shared();
    await ask(question);
    clock.now = 60_000;
    await ask(question);
    const { covering: _, ...open } = question;
    await ask(open);
    await ask(open);
    expect(asked).toHaveLength(4);
  });

  it('is evidence of each of them, with the time at which AWS said it', async () => {
    const { ask } = shared(() => {
      noted({ call: 'cloudtrail:LookupEvents', query: {}, answer: { Events: [] } });
      return Promise.resolve(aTrail());
    });
    const first = await witnessed(() => ask(question));
    const second = await witnessed(() => ask(question));
    expect(first.statements).toHaveLength(1);
    expect(second.statements).toEqual(first.statements);
  });

  it('is asked again when whoever asked got no answer', async () => {
    let fails = true;
    const { ask, asked } = shared(() => (fails ? Promise.reject(new Error('cancelled')) : Promise.resolve(aTrail())));
    const first = ask(question);
    const second = ask(question);
    fails = false;
    await expect(first).rejects.toThrow('cancelled');
    await expect(second).resolves.toEqual(aTrail());
    expect(asked).toHaveLength(2);
  });
});
