import { describe, expect, it } from 'vitest';
import { matchAllowList } from '../../../../src/domain/severity/allow-list.ts';
import type { Alert } from '../../../../src/domain/alert/alert.ts';
import type { TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';
import type { AllowListEntry } from '../../../../src/domain/response-policy.ts';
import {
  aCaseFile,
  anAccount,
  anAlert,
  anAllowListEntry,
  anInstance,
  aPolicy,
  aRoleSession,
  aTrail,
  aTrailEvent,
  ids,
  times,
  without,
} from '../../../support/builders.ts';

const byBackup = (changes: Partial<Alert> = {}) => anAlert({ principal: aRoleSession(), ...changes });
const bare = without(anAllowListEntry(), 'buckets');
const match = (entry: AllowListEntry, alert = byBackup(), tags: Record<string, string> = {}) =>
  matchAllowList(
    aCaseFile({ alert, instance: anInstance({ tags }), policy: aPolicy({ allowList: [entry] }), now: times.now }),
  );

describe('the allow-list', () => {
  it('matches role and bucket and says what it rests on', () => {
    expect(match(anAllowListEntry())).toEqual({
      match: {
        id: 'nightly-backup',
        owner: 'platform',
        reason: 'nightly backup of build machines',
        expires: '2026-12-31T00:00:00Z',
        conditions: ['role', 'bucket'],
      },
      rejected: [],
    });
  });

  it('matches nothing where the alert is contradicted: whoever can send alerts chose what it says', () => {
    const file = aCaseFile({ alert: byBackup(), policy: aPolicy({ allowList: [anAllowListEntry()] }), now: times.now });
    expect(matchAllowList({ ...file, contradiction: null }).match).not.toBeNull();
    expect(matchAllowList({ ...file, contradiction: 'two events tell of it' })).toMatchObject({
      match: null,
      rejected: [{ why: 'two events tell of it' }],
    });
  });

  it('is silent about entries of other roles', () => {
    expect(match(anAllowListEntry({ role: 'arn:aws:iam::111111111111:role/other' }))).toEqual({
      match: null,
      rejected: [],
    });
  });

  it('matches nobody whose ARN is unknown', () => {
    const alert = byBackup({ principal: { kind: 'unknown' } });
    expect(match(anAllowListEntry({ role: '*' }), alert)).toEqual({ match: null, rejected: [] });
  });

  it('does not take the session name for the role', () => {
    const principal = aRoleSession({
      arn: 'arn:aws:sts::111111111111:assumed-role/other/backup',
      issuerArn: 'arn:aws:iam::111111111111:role/other',
      sessionName: 'backup',
    });
    expect(match(anAllowListEntry(), byBackup({ principal })).match).toBeNull();
  });

  it('matches nothing by the role alone', () => {
    expect(match(bare)).toEqual({
      match: null,
      rejected: [{ id: 'nightly-backup', why: 'it is bound to no bucket, instance, network or schedule' }],
    });
  });

  it('matches nothing by role and environment alone, for whoever holds the role can write the tag', () => {
    const answer = match({ ...bare, environments: ['development'] }, byBackup(), { Environment: 'dev' });
    expect(answer.match).toBeNull();
    expect(answer.rejected[0]?.why).toContain('bound to no bucket');
  });

  it('matches nothing once it has expired, and says so', () => {
    expect(match(anAllowListEntry({ expires: times.now }))).toEqual({
      match: null,
      rejected: [{ id: 'nightly-backup', why: `expired ${times.now}` }],
    });
  });

  it('takes an expiry that is no date for one that has passed', () => {
    expect(match(anAllowListEntry({ expires: 'never' })).match).toBeNull();
  });

  describe.each<{ condition: string; set: Partial<AllowListEntry>; holds: Partial<Alert>; fails: Partial<Alert> }>([
    {
      condition: 'bucket',
      set: { buckets: ['acme-vm-*'] },
      holds: { bucket: 'acme-vm-exports' },
      fails: { bucket: 'acme-vm' },
    },
    {
      condition: 'instance',
      set: { instances: [ids.instance] },
      holds: { instanceId: ids.instance },
      fails: { instanceId: 'i-0ffffffffffffffff' },
    },
    {
      condition: 'network',
      set: { networks: ['198.51.100.0/24', '2001:db8::/32'] },
      holds: { sourceAddress: '2001:db8::7' },
      fails: { sourceAddress: '203.0.113.7' },
    },
    {
      condition: 'schedule',
      set: { schedule: { days: [1], fromHour: 9, toHour: 11 } },
      holds: { time: '2026-03-02T09:00:00Z' },
      fails: { time: '2026-03-02T11:00:00Z' },
    },
  ])('with the condition $condition', ({ condition, set, holds, fails }) => {
    it('matches when it holds', () => {
      expect(match({ ...bare, ...set }, byBackup(holds)).match?.conditions).toEqual(['role', condition]);
    });

    it('reports a near miss when it does not', () => {
      const answer = match({ ...bare, ...set }, byBackup(fails));
      expect(answer.match).toBeNull();
      expect(answer.rejected).toHaveLength(1);
    });
  });

  describe('with a network behind a VPC endpoint', () => {
    const vpcEndpointId = 'vpce-0123456789abcdef0';
    const entry = { ...bare, networks: ['198.51.100.0/24', '10.0.0.0/8'] };
    const from = (changes: Partial<Alert>, vpcEndpoints?: string[]) =>
      match({ ...entry, ...(vpcEndpoints && { vpcEndpoints }) }, byBackup(changes));

    it.each<[string, Partial<Alert>]>([
      ['of somebody, who may give out our public addresses', { sourceAddress: '198.51.100.7', vpcEndpointId }],
      ['of somebody, who may give out our private addresses', { sourceAddress: '10.1.2.3', vpcEndpointId }],
      ['that the alert does not name', { sourceAddress: '10.1.2.3' }],
    ])('takes no address for proof through an endpoint %s', (_whose, changes) => {
      expect(from(changes).match).toBeNull();
      expect(from(changes, ['vpce-0fedcba9876543210']).rejected[0]?.why).toContain('none of its vpcEndpoints');
    });

    it('matches through an endpoint that the entry names, and from the network without one', () => {
      expect(from({ sourceAddress: '10.1.2.3', vpcEndpointId }, [vpcEndpointId]).match).not.toBeNull();
      expect(from({ sourceAddress: '192.0.2.1', vpcEndpointId }, [vpcEndpointId]).match).toBeNull();
      expect(from({ sourceAddress: '198.51.100.7' }, [vpcEndpointId]).match).not.toBeNull();
    });
  });

  describe('where CloudTrail lists the call', () => {
    const { eventId } = anAlert();
    const listed = (event: Partial<TrailEvent>) => aTrail([aTrailEvent({ eventId, ...event })]);
    const judged = (entry: AllowListEntry, event: Partial<TrailEvent>) => {
      const policy = aPolicy({ allowList: [entry] });
      return matchAllowList(aCaseFile({ alert: byBackup(), exportTrail: listed(event), policy, now: times.now }));
    };

    it('takes from there the VPC endpoint that the alert leaves out', () => {
      const entry = { ...bare, networks: ['198.51.100.0/24'] };
      expect(judged(entry, { export: {} }).match).not.toBeNull();
      const through = judged(entry, { export: { vpcEndpointId: 'vpce-0123456789abcdef0' } });
      expect(through.rejected[0]?.why).toContain('none of its vpcEndpoints');
    });

    it('takes from there the time, which a shipper may have moved', () => {
      const schedule = { days: [1], fromHour: 10, toHour: 11 };
      expect(judged({ ...bare, schedule }, { time: '2026-03-02T10:00:00Z' }).match).not.toBeNull();
      expect(judged({ ...bare, schedule }, { time: '2026-03-02T09:30:00Z' }).match).toBeNull();
    });
  });

  it('needs every condition that is set', () => {
    const entry = anAllowListEntry({ networks: ['10.0.0.0/8'], instances: ['i-other'] });
    expect(match(entry).rejected[0]?.why).toBe(
      `instance ${ids.instance} is not in the entry; 198.51.100.7 is in none of its networks`,
    );
  });

  it.each(['bucket', 'instanceId', 'sourceAddress'] as const)('does not match when the alert lacks its %s', (field) => {
    const entry = { ...bare, buckets: ['*'], instances: ['*'], networks: ['0.0.0.0/0'] };
    expect(match(entry).match).not.toBeNull();
    expect(match(entry, without(byBackup(), field)).rejected[0]?.why).toContain('the alert names no');
  });

  it.each([
    ['2026-03-02T22:00:00Z', true],
    ['2026-03-03T03:59:59Z', true],
    ['2026-03-02T04:00:00Z', false],
    ['2026-03-02T21:59:59Z', false],
    ['not a time', false],
  ])('reads hours that wrap midnight in UTC: %s is %s', (time, inside) => {
    const entry = { ...bare, schedule: { fromHour: 22, toHour: 4 } };
    expect(match(entry, byBackup({ time })).match !== null).toBe(inside);
  });

  it('keeps a wrong day out of the schedule', () => {
    const entry = { ...bare, schedule: { days: [2], fromHour: 0, toHour: 24 } };
    expect(match(entry).match).toBeNull();
  });

  it('matches the environment of the instance beside another condition', () => {
    const entry = anAllowListEntry({ environments: ['development'] });
    expect(match(entry, byBackup(), { Env: 'dev' }).match?.conditions).toEqual(['role', 'bucket', 'environment']);
    expect(match(entry, byBackup(), { Env: 'prod' }).match).toBeNull();
    expect(match({ ...entry, environments: ['unknown'] }).match).toBeNull();
    expect(match(entry, byBackup(), { Env: 'prod' }).rejected).toMatchObject([
      { why: 'environment production is not in the entry' },
    ]);
  });

  it('tells an environment that is not known from one that is not in the entry', () => {
    const allowList = [anAllowListEntry({ environments: ['development'] })];
    const file = aCaseFile({ alert: byBackup(), policy: aPolicy({ allowList }), now: times.now, instance: null });
    expect(matchAllowList(file).rejected).toEqual([
      { id: 'nightly-backup', why: 'the environment is not known (the instance was not read)' },
    ]);
  });

  it('does not believe an environment that the actor has just tagged', () => {
    const file = aCaseFile({
      alert: byBackup(),
      instance: anInstance({ tags: { Env: 'dev' } }),
      policy: aPolicy({
        account: anAccount(),
        allowList: [anAllowListEntry({ environments: ['development'] })],
      }),
      actorTrail: aTrail([aTrailEvent({ eventName: 'CreateTags', resources: [ids.instance] })]),
    });
    expect(matchAllowList(file).match).toBeNull();
  });

  it('takes the first entry that matches and still names the ones that do not', () => {
    const allowList = [
      anAllowListEntry({ id: 'old', expires: '2020-01-01T00:00:00Z' }),
      anAllowListEntry({ id: 'first' }),
      anAllowListEntry({ id: 'second' }),
    ];
    const answer = matchAllowList(aCaseFile({ alert: byBackup(), policy: aPolicy({ allowList }) }));
    expect(answer.match?.id).toBe('first');
    expect(answer.rejected.map(({ id }) => id)).toEqual(['old']);
  });
});
