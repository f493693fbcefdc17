import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { CopyFacts } from '../../../../src/domain/findings/facts.ts';
import { openedSince, whyNotSeen } from '../../../../src/domain/watch/opened-since.ts';
import { perimeterOf } from '../../../../src/domain/policy/perimeter.ts';
import type { ActionRecord } from '../../../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import {
  aBucket,
  aDocument,
  anActionRecord,
  anAlert,
  aPlanInput,
  aPolicy,
  aReplication,
  aReplicationRule,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
  without,
} from '../../../support/builders.ts';

const shared = (id: string): CopyFacts => ({ type: 'image', id, sharedWith: [ids.outsideAccount] });
const found = (...copies: CopyFacts[]) => [{ region: ids.region, copies, gaps: [] }];
const since = (records: ActionRecord[], changes: Partial<PlanInput> = {}) =>
  openedSince(containmentPlan(aPlanInput(changes)), records).map(({ id }) => id);
const unshared = anActionRecord({ id: 'unshare-copies:ami-1' });

describe('what was opened since containment', () => {
  it('is a share of another image than those that were unshared, said by what would shut it', () => {
    expect(since([unshared], { copies: found(shared('ami-2')) })).toEqual(['unshare-copies:ami-2']);
    const [drift] = openedSince(containmentPlan(aPlanInput({ copies: found(shared('ami-2')) })), []);
    expect(drift?.detail).toBe(
      `opened since the incident planned: Stop sharing image ami-2 with account ${ids.outsideAccount}`,
    );
  });

  it('is a statement for an outsider beside those that were removed, a rule and an access point', () => {
    const bucket = aBucket({
      policy: aDocument(serviceStatement, { ...outsideStatement, Sid: 'Another' }),
      replication: aReplication([aReplicationRule('theirs')], [{ bucket: 'theirs', ours: 'no' }]),
    });
    const removed = anActionRecord({ id: 'remove-outside-grants', status: 'already' });
    expect(since([removed], { bucket })).toEqual(['stop-replication', 'remove-outside-grants']);
  });

  it('is nothing where all is as it was left, nor what else containment would do', () => {
    expect(since([], { copies: found() })).toEqual([]);
  });

  it.each<ActionRecord['status']>(['not-approved', 'failed'])('is not what has a record of its own: %s', (status) => {
    expect(since([{ ...unshared, status }], { copies: found(shared('ami-1')) })).toEqual([]);
  });

  it('is who became known since, but neither the actor nor whom a record names already', () => {
    const helper = { type: 'user' as const, name: 'helper', extent: 'keys' as const, keys: [ids.accessKey] };
    const known = { ...helper, credentials: [], why: ['signed an address'], facts: aUser({ name: 'helper' }) };
    expect(since([], { suspects: [known] })).toEqual(['disable-access-keys:helper']);
    const record = anActionRecord({ id: 'disable-access-keys:helper', status: 'not-approved' });
    expect(since([record], { suspects: [known] })).toEqual([]);
  });

  it('is not what people took back', () => {
    const undone = anActionRecord({ id: 'undo/unshare-copies:ami-1' });
    expect(since([unshared, undone], { copies: found(shared('ami-1')) })).toEqual([]);
  });
});

describe('whether everything was seen that could have been opened', () => {
  const perimeter = perimeterOf(anAlert(), aPolicy());
  it('is said by the first gap, and of a bucket of ours alone', () => {
    expect(whyNotSeen(aBucket(), found(), perimeter)).toBeNull();
    const gap = { what: 'named images', why: 'AwsAccessDenied' };
    expect(whyNotSeen(aBucket(), [{ region: ids.region, copies: [], gaps: [gap] }], perimeter)).toBe(
      'named images: AwsAccessDenied',
    );
    const unread = without(aBucket(), 'replication');
    expect(whyNotSeen(unread, found(), perimeter)).toMatch(/replication of the bucket was not read/);
    expect(whyNotSeen({ ...unread, ownedByAccount: 'no' }, found(), perimeter)).toBeNull();
    expect(whyNotSeen(aBucket({ ownedByAccount: 'unknown' }), found(), perimeter)).toMatch(
      /^whose bucket .* is could not/,
    );
  });
});
