import { describe, expect, it } from 'vitest';
import {
  containedFinding,
  judgeContainment,
  watchedIn,
  type WatchFacts,
} from '../../../../src/domain/watch/containment-watch.ts';
import type { ActInput } from '../../../../src/domain/acts/acts.ts';
import {
  aDocument,
  aFederatedUser,
  anActionRecord,
  anAlert,
  anAllow,
  aRoleSession,
  aTask,
  aTrail,
  aTrailEvent,
  ids,
} from '../../../support/builders.ts';

const minute = 60_000;
const times = { checks: [5 * minute], propagation: minute, logLag: 15 * minute };
const since = '2026-03-02T11:00:00Z';
const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const did = (id: string, input: ActInput) => anActionRecord({ id, input, at: since });

const keysOff = did('disable-access-keys', {
  act: 'setAccessKeyStatus',
  ...base,
  userName: 'mallory',
  keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
});
const denied = (type: 'user' | 'role', name: string) =>
  did('deny-actor', {
    act: 'putInlinePolicy',
    ...base,
    holder: { type, name },
    policyName: 'p',
    before: null,
    after: aDocument(anAllow({ Effect: 'Deny' })),
  });
const revoked = did('revoke-role-sessions', {
  act: 'revokeRoleSessions',
  ...base,
  roleName: 'backup',
  policyName: 'p',
  before: null,
});

describe('who is watched after containment', () => {
  it('is every key that was switched off and every user who was denied everything', () => {
    expect(watchedIn([keysOff, denied('user', 'mallory')], anAlert(), null)).toEqual([
      { attribute: { name: 'AccessKeyId', value: ids.accessKey }, since },
      { attribute: { name: 'Username', value: 'mallory' }, since },
    ]);
  });

  it('is each session of a contained role that is known: new sessions of others are their own', () => {
    const alert = anAlert({ principal: aRoleSession() });
    const hop = (accessKeyId: string, roleArn: string) => ({ accessKeyId, roleArn, at: since, via: 'AssumeRole' });
    const lineage = {
      behind: [],
      taken: [hop('ASIATAKEN', ids.roleArn), hop('ASIAOTHER', 'arn:aws:iam::111111111111:role/other')],
      made: [],
      gaps: [],
    };
    const sessions = [aRoleSession().accessKeyId, 'ASIATAKEN'];
    expect(watchedIn([revoked], alert, lineage).map(({ attribute }) => attribute.value)).toEqual(sessions);
    expect(watchedIn([denied('role', 'backup')], alert, lineage).map(({ attribute }) => attribute.value)).toEqual(
      sessions,
    );
  });

  it('is the session that a contained user gave, which has another name', () => {
    const alert = anAlert({ principal: aFederatedUser() });
    expect(watchedIn([denied('user', 'mallory')], alert, null).map(({ attribute }) => attribute.value)).toEqual([
      'mallory',
      'ASIAIOSFODNN7VISITOR',
    ]);
  });

  it('is nobody for a policy that was narrowed', () => {
    const narrowed = { ...denied('user', 'mallory'), id: 'narrow-permission' };
    expect(watchedIn([narrowed], anAlert(), null)).toEqual([]);
  });
});

describe('whether the containment holds', () => {
  const watched = [{ attribute: { name: 'AccessKeyId' as const, value: ids.accessKey }, since }];
  const judged = (changes: Partial<WatchFacts> = {}, events = [] as ReturnType<typeof aTrailEvent>[]) =>
    judgeContainment(
      {
        at: '2026-03-02T11:20:00Z',
        watched,
        trails: { [ids.accessKey]: aTrail(events) },
        atLarge: [],
        readBack: [{ id: 'disable-access-keys', check: { standing: 'done', detail: 'inactive' } }],
        task: aTask(),
        preserved: false,
        ...changes,
      },
      times,
    );
  const call = (changes: Parameters<typeof aTrailEvent>[0]) =>
    aTrailEvent({ time: '2026-03-02T11:10:00Z', ...changes });

  it('is observed when no call succeeded and the log has had its time; what was denied is listed', () => {
    const { result, detail } = judged({}, [call({ eventName: 'ListBuckets', errorCode: 'AccessDenied' })]);
    expect(result).toBe('observed');
    expect(detail).toContain('1 denied: ListBuckets (AccessDenied)');
  });

  it('is not said before the log has had its time', () => {
    expect(judged({ at: '2026-03-02T11:15:59Z' }).result).toBe('too-early');
    expect(judged({ at: '2026-03-02T11:16:00Z' }).result).toBe('observed');
  });

  it('is broken by a call that succeeded, named', () => {
    const { result, detail } = judged({}, [call({ eventName: 'GetObject' })]);
    expect(result).toBe('broken');
    expect(detail).toContain('GetObject at 2026-03-02T11:10:00Z');
  });

  it('is not broken by what came before the change was everywhere, by asking who one is, or by a sign-in', () => {
    const harmless = [
      call({ time: '2026-03-02T11:00:59Z', eventName: 'ListBuckets' }),
      call({ eventId: '2', eventName: 'GetCallerIdentity', eventSource: 'sts.amazonaws.com' }),
      call({ eventId: '3', eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com' }),
    ];
    expect(judged({}, harmless).result).toBe('observed');
  });

  it('is broken by an act that does not read back, and by an export that still runs', () => {
    const readBack = [{ id: 'deny-actor', check: { standing: 'ready' as const, detail: 'the policy is gone' } }];
    expect(judged({ readBack })).toMatchObject({
      result: 'broken',
      detail: expect.stringContaining('deny-actor does') as string,
    });
    expect(judged({ task: aTask({ state: 'active' }) }).result).toBe('broken');
    expect(judged({ task: aTask({ state: 'active' }), preserved: true }).result).toBe('observed');
  });

  it('is unknown where calls or a target could not be read, or not all of them', () => {
    expect(judged({ trails: { [ids.accessKey]: null } }).result).toBe('unknown');
    expect(judged({ trails: { [ids.accessKey]: aTrail([], { truncated: true }) } }).result).toBe('unknown');
    expect(judged({ readBack: [{ id: 'deny-actor', check: null }] }).result).toBe('unknown');
    expect(judged({ watched: [] }).result).toBe('unknown');
  });

  it('does not say that no call was denied where none could be read', () => {
    expect(judged({ readBack: [{ id: 'deny-actor', check: null }] }).detail).toContain('no call was denied');
    const unread = aTrail([], { gaps: [{ what: 'CloudTrail of eu-west-1', why: 'AwsAccessDenied' }] });
    for (const changes of [{ trails: { [ids.accessKey]: unread } }, { watched: [] }]) {
      expect(judged(changes).detail).not.toContain('no call was denied');
    }
  });

  it('is not known while somebody of the attack is not contained, who is named', () => {
    const atLarge = ['the actor (root: IAM cannot restrict it)'];
    expect(judged({ atLarge })).toMatchObject({
      result: 'unknown',
      detail: expect.stringContaining('not contained: the actor (root: IAM cannot restrict it)') as string,
    });
  });

  it('answers the finding: yes, no, or not known and why', () => {
    const at = since;
    expect(containedFinding({ at, result: 'observed', detail: 'd' }).answer).toBe('yes');
    expect(containedFinding({ at, result: 'broken', detail: 'd' }).answer).toBe('no');
    expect(containedFinding({ at, result: 'too-early', detail: 'd' })).toMatchObject({
      answer: 'unknown',
      whyUnknown: 'd',
    });
  });
});
