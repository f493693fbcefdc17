import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import { byActor, exportHistoryFindings } from '../../../../src/domain/findings/export-history.ts';
import { aCaseFile, aRoleSession, aTrail, aTrailEvent, anIamUser, ids } from '../../../support/builders.ts';
import type { CaseFile } from '../../../../src/domain/findings/case-file.ts';

const find = (id: string, changes: Partial<CaseFile>): Finding =>
  exportHistoryFindings(aCaseFile(changes)).find((found) => found.id === id)!;
const call = (changes: Parameters<typeof aTrailEvent>[0] = {}) =>
  aTrailEvent({ eventName: 'CreateInstanceExportTask', readOnly: false, eventId: 'before', ...changes });
const stranger = { accessKeyId: 'AKIAOTHER', principalArn: 'arn:aws:iam::111111111111:user/other' };

describe('earlier exports', () => {
  it('are counted by actor, instance and account, whoever made them', () => {
    const exportTrail = aTrail([
      call({ eventId: 'a', resources: [ids.instance] }),
      call({ ...stranger, eventId: 'b', copies: [{ kind: 'export', id: 'export-i-2', from: ids.instance }] }),
      call({ ...stranger, eventId: 'c', eventName: 'ExportImage' }),
    ]);
    expect(find('earlier-exports', { exportTrail })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^1 by the actor, 2 of this instance, 3 in all: /) as unknown,
      range: { from: exportTrail.from, to: exportTrail.to },
    });
  });

  it('are none of these: the export itself, later ones, refused ones, other calls', () => {
    const { alert } = aCaseFile();
    const exportTrail = aTrail([
      call({ eventId: alert.eventId }),
      call({ eventId: 'later', time: '2026-03-02T10:00:01Z' }),
      call({ eventId: 'refused', errorCode: 'Client.UnauthorizedOperation' }),
      call({ eventId: 'dry', errorCode: 'Client.DryRunOperation' }),
      call({ eventId: 'other', eventName: 'RunInstances' }),
    ]);
    expect(find('earlier-exports', { exportTrail }).answer).toBe('no');
  });

  it.each([
    ['was not read', null],
    ['belongs to an earlier version', undefined],
    ['has a gap', aTrail([], { gaps: [{ what: 'CloudTrail of us-east-1', why: 'AwsThrottled' }] })],
    ['was not read to its end', aTrail([], { truncated: true })],
  ])('are not excluded by a trail that %s', (_, exportTrail) => {
    const { exportTrail: _whole, ...file } = aCaseFile();
    const found = exportHistoryFindings(exportTrail === undefined ? file : { ...file, exportTrail });
    expect(found.map(({ answer }) => answer)).toEqual(['unknown', 'unknown']);
  });

  it('are told once where both trails have them', () => {
    const once = call();
    const found = find('earlier-exports', { exportTrail: aTrail([once]), actorTrail: aTrail([once]) });
    expect(found.detail).toMatch(/^1 by the actor, 0 of this instance, 1 in all/);
  });
});

describe('dry runs', () => {
  it('of the export calls before it are told, by the actor and by others', () => {
    const exportTrail = aTrail([
      call({ eventId: 'a', errorCode: 'Client.DryRunOperation' }),
      call({ ...stranger, eventId: 'b', errorCode: 'DryRunOperation' }),
    ]);
    expect(find('dry-runs', { exportTrail })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^1 by the actor, .* 2 in all/) as unknown,
    });
  });

  it('are not what was refused or made', () => {
    const exportTrail = aTrail([
      call({ eventId: 'a', errorCode: 'Client.UnauthorizedOperation' }),
      call({ eventId: 'b' }),
    ]);
    expect(find('dry-runs', { exportTrail }).answer).toBe('no');
  });
});

describe('a call of the actor', () => {
  it('is known by its key, its ARN, or any session of its role', () => {
    const user = anIamUser();
    expect(byActor(aTrailEvent({}), user)).toBe(true);
    expect(byActor(aTrailEvent({ accessKeyId: 'AKIANEW', principalArn: user.arn ?? '' }), user)).toBe(true);
    expect(byActor(aTrailEvent(stranger), user)).toBe(false);
    const role = aRoleSession();
    const other = (role.arn ?? '').replace(/[^/]+$/, 'another-session');
    expect(byActor(aTrailEvent({ accessKeyId: 'ASIANEW', principalArn: other }), role)).toBe(true);
    expect(
      byActor(aTrailEvent({ accessKeyId: 'ASIANEW', principalArn: `${other}/x`.replace('role/', 'role/x') }), role),
    ).toBe(false);
  });
});
