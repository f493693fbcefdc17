import { afterEach, describe, expect, it, vi } from 'vitest';
import { slackGroups } from '../../../../activities/directory/slack-groups.ts';

const person = (id: string, slack?: string) => ({ id, name: id, principals: [], ...(slack ? { slack } : {}) });
const directory = {
  approvers: [person('alice', 'UALICE0'), person('bob', 'UBOB000'), person('carol')],
  groups: [
    { id: 'on-call', members: ['carol'], slackGroup: 'S012AB3CD' },
    { id: 'leads', members: ['bob'] },
  ],
  gatewayKeys: {},
  policyDigest: 'p',
};
const listedOnly = [
  { id: 'on-call', members: ['carol'] },
  { id: 'leads', members: ['bob'] },
];

afterEach(() => {
  vi.useRealTimers();
});

describe('a group with a Slack group', () => {
  it('holds its listed members, and the approvers whom Slack knows in it', async () => {
    const { groups, gaps } = await slackGroups(() => Promise.resolve(['UALICE0', 'USTRANGER']))(directory);
    expect(groups).toEqual([
      { id: 'on-call', members: ['carol', 'alice'] },
      { id: 'leads', members: ['bob'] },
    ]);
    expect(gaps).toEqual([]);
  });

  it('asks Slack again after five minutes, and not before', async () => {
    let at = 0;
    const read = vi.fn(() => Promise.resolve(['UALICE0']));
    const resolve = slackGroups(read, () => at);
    await resolve(directory);
    at = 299_000;
    await resolve(directory);
    expect(read).toHaveBeenCalledTimes(1);
    at = 301_000;
    read.mockResolvedValue(['UBOB000']);
    expect((await resolve(directory)).groups?.[0]?.members).toEqual(['carol', 'bob']);
  });

  it('holds only its listed members when Slack does not tell, and says so', async () => {
    const resolve = slackGroups(() => Promise.reject(new Error('missing_scope')));
    const { groups, gaps } = await resolve(directory);
    expect(groups).toEqual(listedOnly);
    expect(gaps).toEqual([
      { what: 'who is in group on-call', why: 'Slack did not tell (missing_scope): only listed members count' },
    ]);
  });

  it('does not go by an answer that has grown old when Slack is down', async () => {
    let at = 0;
    const read = vi.fn(() => Promise.resolve(['UALICE0']));
    const resolve = slackGroups(read, () => at);
    await resolve(directory);
    at = 301_000;
    read.mockRejectedValue(new Error('down'));
    expect((await resolve(directory)).groups).toEqual(listedOnly);
  });

  it('does not wait for a slow Slack', async () => {
    vi.useFakeTimers();
    const answer = slackGroups(() => new Promise<string[]>(() => undefined))(directory);
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await answer).gaps?.[0]?.why).toContain('no answer within 2 s');
  });
});
