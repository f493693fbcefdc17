import { ServiceError } from '@temporalio/client';
import { msNumberToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';
import { failed, ok, probe, reasonOf } from '../../../src/cli/doctor/check.ts';
import { judgeClock } from '../../../src/cli/doctor/judge-clock.ts';
import { judgeAllowList, judgeApprovers, judgeSealing } from '../../../src/cli/doctor/judge-config.ts';
import {
  judgeIncidents,
  judgeKeys,
  judgeQueue,
  judgeReleases,
  judgeRetention,
  judgeSeals,
  judgeSearchAttributes,
  type Queue,
} from '../../../src/cli/doctor/judge-temporal.ts';
import { queueOf } from '../../../src/cli/doctor/ask-temporal.ts';
import { checkLines } from '../../../src/cli/doctor.ts';
import { attributeTypes, indexedValueTypes } from '../../../src/temporal/search-attributes.ts';
import { searchAttributes } from '../../../workflows/messages.ts';
import { leastConfig, parse } from '../config/configuration.ts';

const now = Date.parse('2027-01-31T03:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

describe('a check of soar doctor', () => {
  it('is one line with its state, what was found and what to do', () => {
    const checks = [
      { name: 'retention', ...ok('closed incidents are kept for 30d') },
      { name: 'worker contain', ...failed('nobody polls soar-aws-contain', 'soar worker --role contain') },
    ];
    expect(checkLines(checks, { coloured: false })).toBe(
      'ok       retention       closed incidents are kept for 30d\n' +
        'failed   worker contain  nobody polls soar-aws-contain → soar worker --role contain\n' +
        '1 ok, 0 warning(s), 1 failed\n',
    );
  });

  it('that never answers fails in its time; what fails says why; what is not configured is no check', async () => {
    const options = { next: 'look there', patience: 20 };
    const never = await probe('a', options, () => new Promise(() => undefined));
    expect(never).toEqual([{ name: 'a', ...failed('no answer within 0.02 s', 'look there') }]);
    const thrown = await probe('a', options, () => {
      throw new Error('it is closed; it is tried again');
    });
    expect(thrown).toEqual([{ name: 'a', ...failed('it is closed', 'look there') }]);
    expect(await probe('a', options, () => null)).toEqual([]);
  });

  it('does not say that it is tried again: nobody does', () => {
    expect(reasonOf(new Error('Jira did not answer; it is tried again'))).toBe('Jira did not answer');
    expect(reasonOf(new Error('limited; it is tried again in 30 s'))).toBe('limited');
    const why = new Error('3 INVALID_ARGUMENT: no mapping for search attribute Playbook');
    expect(reasonOf(new ServiceError('Failed to count workflows', { cause: why }))).toBe(why.message);
    expect(reasonOf(new ServiceError('Failed to count workflows'))).toBe('Failed to count workflows');
  });
});

describe('the search attributes of a namespace', () => {
  const wanted = attributeTypes(searchAttributes);
  const all = indexedValueTypes(wanted);
  it('are well when all are there with their types', () => {
    expect(judgeSearchAttributes(all, wanted, 'soar').state).toBe('ok');
  });
  it('are named when they are missing, or of another type', () => {
    const { IncidentKey, ...rest } = all;
    expect(judgeSearchAttributes(rest, wanted, 'soar')).toMatchObject({
      state: 'failed',
      found: 'not registered in namespace soar: IncidentKey',
      next: 'soar setup',
    });
    expect(judgeSearchAttributes({ ...all, IncidentKey: IncidentKey! + 1 }, wanted, 'soar')).toMatchObject({
      state: 'failed',
      found: 'of another type than ours: IncidentKey',
    });
  });
});

it('a retention of less than a week is warned of', () => {
  expect(judgeRetention(day, 'soar')).toMatchObject({
    state: 'warning',
    found: 'closed incidents are kept for 1d',
    next: expect.stringContaining('temporal operator namespace update --namespace soar --retention 7d') as string,
  });
  expect(judgeRetention(7 * day, 'soar').state).toBe('ok');
});

describe('incidents', () => {
  it('that were cut short are told: nothing of ours ran when they ended', () => {
    const well = { open: 3, awaiting: 1, cutShort: [] as string[] };
    expect(judgeIncidents(well)).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/^3 open, 1 of them/) as string,
    });
    expect(judgeIncidents({ ...well, cutShort: ['VMX-A (terminated)', 'VMX-B (failed)'] })).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/ended within 3 days without a report: VMX-A \(terminated\), VMX-B/) as string,
    });
  });

  it('without their key are told: a folder that is not mounted looks like an empty one', () => {
    expect(judgeKeys({ open: 0, without: 0 })).toBeNull();
    expect(judgeKeys({ open: 3, without: 0 })).toMatchObject({ state: 'ok' });
    expect(judgeKeys({ open: 3, without: 1 })).toMatchObject({ state: 'warning' });
    expect(judgeKeys({ open: 3, without: 3 })).toMatchObject({
      state: 'failed',
      next: expect.stringContaining('mounted') as string,
    });
  });

  it('that wait for their seal, or were not sealed, are told before Temporal forgets them', () => {
    expect(judgeSeals({ waiting: 0, failed: 0 })).toBeNull();
    expect(judgeSeals({ waiting: 1, failed: 0 })).toMatchObject({ state: 'warning' });
    expect(judgeSeals({ waiting: 0, failed: 1 })).toMatchObject({
      state: 'warning',
      next: expect.stringContaining('soar audit seal') as string,
    });
  });
});

describe('a task queue', () => {
  it('is read from what servers answer, which leave out whatever is nothing', () => {
    const poller = { identity: '5852@vm', lastAccessTime: msNumberToTs(1_795_396_717_987) };
    expect(queueOf({ pollers: [poller], stats: { tasksAddRate: 0.16, tasksDispatchRate: 0.16 } })).toEqual({
      pollers: [{ identity: '5852@vm', lastAccess: 1_795_396_717_987, buildId: null }],
      backlog: 0,
      backlogAge: 0,
    });
    expect(queueOf({ pollers: [], stats: null })).toEqual({ pollers: [], backlog: 0, backlogAge: 0 });
  });

  const queue = (changes: Partial<Queue>): Queue => ({ pollers: [], backlog: 0, backlogAge: 0, ...changes });
  const poller = (ago: number) => ({ identity: `1@host-${ago}`, lastAccess: now - ago, buildId: null });

  it('is well while a worker polls it, and has none when the last poll was minutes ago', () => {
    expect(judgeQueue('contain', queue({ pollers: [poller(minute)] }), now)).toEqual(
      ok('1 worker(s) on soar-aws-contain'),
    );
    expect(judgeQueue('contain', queue({ pollers: [poller(3 * minute)] }), now)).toEqual(
      failed('nobody polls soar-aws-contain', 'soar worker --role contain'),
    );
  });
  it('of the detect worker is only warned of: alerts come in without it', () => {
    expect(judgeQueue('detect', queue({}), now).state).toBe('warning');
  });
  it('in which tasks wait for long is warned of, also while somebody polls', () => {
    const waiting = (backlogAge: number) => queue({ pollers: [poller(1)], backlog: 3, backlogAge });
    expect(judgeQueue('notify', waiting(6 * minute), now)).toMatchObject({
      state: 'warning',
      found: '1 worker(s) on soar-notify; 3 task(s) wait, one for 360 s',
    });
    expect(judgeQueue('notify', waiting(minute), now).state).toBe('ok');
  });
});

describe('releases', () => {
  const open = [{ buildId: 'b1', workflows: 3, incidents: 2 }];
  const states = (input: Partial<Parameters<typeof judgeReleases>[0]>) =>
    judgeReleases({ current: 'b2', open, hosted: ['b1', 'b2'], kept: null, ...input }).map(({ state, next }) => [
      state,
      next,
    ]);

  it('are well while workers of each with open incidents poll', () => {
    expect(states({})).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
  });
  it('that have open incidents and no worker are named, and what would host them', () => {
    expect(states({ hosted: ['b2'] })[1]).toEqual([
      'failed',
      expect.stringContaining('start a worker of that release'),
    ]);
    expect(states({ hosted: ['b2'], kept: ['b1'] })[1]).toEqual([
      'failed',
      expect.stringContaining('its code is kept'),
    ]);
    expect(judgeReleases({ current: 'b2', open, hosted: ['b2'], kept: null })[1]).toMatchObject({
      name: 'release b1',
      found: '2 open incident(s), 3 open workflow(s), and no worker of it polls: they stand still',
    });
  });
  it('of new incidents: there has to be one, and a worker of it', () => {
    expect(states({ current: null, open: [] })[0]?.[0]).toBe('failed');
    expect(states({ hosted: ['b1'] })[0]?.[0]).toBe('failed');
  });
});

describe('the clock', () => {
  it('is well within seconds, warned of beyond ten, and failed where signatures are refused', () => {
    expect(judgeClock([400, -900])).toEqual(ok('within 2 s of AWS'));
    expect(judgeClock([500, -40_000])).toMatchObject({ state: 'warning', found: '40 s ahead of AWS' });
    expect(judgeClock([301_000])).toMatchObject({ state: 'failed', found: '301 s behind AWS' });
  });
  it('that nobody could be compared with is not called well', () => {
    expect(judgeClock([]).state).toBe('warning');
  });
});

describe('approvers', () => {
  const config = (change: (contents: ReturnType<typeof leastConfig>) => object) =>
    parse({ ...leastConfig(), ...change(leastConfig()) });
  const withTokens = (...tokens: string[]) =>
    config(({ approvals }) => ({
      approvals: {
        ...approvals,
        approvers: tokens.map((token, index) => ({
          id: `person-${index}`,
          name: 'A',
          principals: [],
          token: `sha256:${token.repeat(64)}`,
        })),
      },
    }));

  it('are well when one can be away', () => {
    expect(judgeApprovers(withTokens('a', 'b', 'c'))).toEqual(
      ok('3 of 3 can prove who they are; irreversible actions need 2'),
    );
    expect(judgeApprovers(withTokens('a', 'b')).state).toBe('warning');
  });
  it('with a placeholder of the example for a token count as nobody', () => {
    expect(judgeApprovers(withTokens('a', 'b', '0'))).toMatchObject({
      state: 'warning',
      next: expect.stringContaining('person-2') as string,
    });
    expect(judgeApprovers(withTokens('a', '0'))).toMatchObject({
      state: 'failed',
      found: '1 of 2 can prove who they are; irreversible actions need 2',
    });
  });
  it('decide nothing with the placeholder of the example for a gateway key', () => {
    const placeholder = config(({ approvals }) => ({
      approvals: { ...approvals, gatewayKeys: { 'gateway-1': '0'.repeat(64) } },
    }));
    expect(judgeApprovers(placeholder)).toMatchObject({ state: 'failed', next: 'soar gateway keygen' });
  });
});

it('entries of the allow-list are warned of two weeks before they end', () => {
  const entry = { id: 'backup', owner: 'o', reason: 'r', role: 'arn:aws:iam::1:role/b', expires: '2027-02-10' };
  const judge = (expires: string) => {
    const config = parse({ ...leastConfig(), allowList: [{ ...entry, expires, buckets: ['b-1'] }] });
    return judgeAllowList(config, new Date(now));
  };
  expect(judge('2027-02-10')).toMatchObject({ state: 'warning', found: 'expires within 14 days: backup' });
  expect(judge('2027-01-01')).toMatchObject({ state: 'warning', found: expect.stringContaining('expired') as string });
  expect(judge('2027-03-10').state).toBe('ok');
});

it('a record that is not sealed is warned of', () => {
  expect(judgeSealing(parse(leastConfig())).state).toBe('warning');
  expect(judgeSealing(parse({ ...leastConfig(), audit: { signingKey: 'env:KEY' } })).state).toBe('ok');
});
