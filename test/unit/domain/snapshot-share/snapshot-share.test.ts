import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/domain/alert/alert.ts';
import { severityQuestion } from '../../../../src/domain/severity/severity-answers.ts';
import { assess } from '../../../../src/domain/severity/assess.ts';
import type { ShareCase } from '../../../../src/domain/snapshot-share/share-case.ts';
import { shareFigures } from '../../../../src/domain/snapshot-share/share-figures.ts';
import { shareFindings, shareOnAlert } from '../../../../src/domain/snapshot-share/share-findings.ts';
import { sharePlan } from '../../../../src/domain/snapshot-share/share-plan.ts';
import {
  shareFacts,
  shareQuestions,
  shareSeverityTable,
  shareVerdict,
  type ShareFacts,
} from '../../../../src/domain/snapshot-share/share-severity.ts';
import { aPolicy, aShareAlert, aTrail, aUser, ids, without } from '../../../support/builders.ts';

const snapshotId = 'snap-0123456789abcdef0';
const as = (...sharedWith: string[]): ShareCase['copies'] => [
  { region: 'eu-west-1', copies: [{ type: 'snapshot', id: snapshotId, sharedWith }], gaps: [] },
];
const aShare = (alert: Partial<Alert> = {}, changes: Partial<ShareCase> = {}): ShareCase => ({
  alert: aShareAlert(alert),
  policy: aPolicy(),
  copies: as(ids.outsideAccount),
  actorTrail: null,
  principal: null,
  ...changes,
});
const gap = { what: 'named snapshots in eu-west-1', why: 'AwsAccessDenied' };
const denied: ShareCase['copies'] = [{ region: 'eu-west-1', copies: [], gaps: [gap] }];
const severity = (known: ShareCase) => assess(shareFacts(known), shareSeverityTable).severity;

describe('a shared snapshot', () => {
  it('is high where somebody outside may copy it, everybody or one account', () => {
    expect(severity(aShare())).toBe('high');
    expect(severity(aShare({ sharedWith: ['all'] }, { copies: as('all') }))).toBe('high');
    expect(shareVerdict(aShare()).verdict).toBe('unauthorised-export');
  });

  it('is closed as authorised where it stays inside, or a responder shared it', () => {
    const inside = aShare({ sharedWith: [ids.account] }, { copies: as(ids.account) });
    expect(shareVerdict(inside)).toMatchObject({ verdict: 'authorised' });
    expect(severity(inside)).toBe('low');
    const arn = `arn:aws:iam::${ids.account}:role/responder`;
    const ours = aShare({ principal: { kind: 'assumed-role', arn } }, { policy: aPolicy({ responders: [arn] }) });
    expect(shareVerdict(ours)).toMatchObject({ verdict: 'authorised', reason: 'a responder made the call' });
  });

  it('is not authorised, nor less grave, where something is said against the alert', () => {
    const doubt = 'somebody else made the same call, too';
    const inside = aShare({ sharedWith: [ids.account] }, { copies: as(ids.account) });
    expect(shareVerdict(inside).verdict).toBe('authorised');
    expect(severity(inside)).toBe('low');
    expect(shareVerdict({ ...inside, doubt })).toEqual({ verdict: 'undetermined', reason: doubt });
    expect(severity({ ...inside, doubt })).toBe('medium');
    const alert = aShare().alert;
    const ours = aShare({}, { policy: aPolicy({ responders: [alert.principal.arn ?? ''] }) });
    expect(shareVerdict(ours).verdict).toBe('authorised');
    expect(shareVerdict({ ...ours, doubt }).verdict).toBe('unauthorised-export');
  });

  it('counts who is named by the alert though the share is taken back, and knows nothing where neither says it', () => {
    expect(severity(aShare({}, { copies: as() }))).toBe('high');
    const unknown = { ...aShare({}, { copies: null }), alert: without(aShareAlert(), 'sharedWith') };
    expect(shareVerdict(unknown).verdict).toBe('undetermined');
    expect(assess(shareFacts(unknown), shareSeverityTable).unknown).toContain('sharedOutside');
    // Shared with nobody by now: whom the call gave it to is as unknown as before.
    const now = { ...aShare({}, { copies: as() }), alert: without(aShareAlert(), 'sharedWith') };
    expect(shareVerdict(now).verdict).toBe('undetermined');
    expect(shareVerdict({ ...now, copies: as(ids.outsideAccount) }).verdict).toBe('unauthorised-export');
  });

  it('that stayed inside says what was not read, and does not say that it is shared with nobody', () => {
    const inside = { sharedWith: [ids.account] };
    const evidence = (copies: ShareCase['copies']) => shareFacts(aShare(inside, { copies })).sharedOutside.evidence;
    expect(evidence(as(ids.account))).toBe('with nobody outside');
    expect(evidence(denied)).toBe('the call names nobody outside; whom else it is shared with could not be read');
  });

  it('is none where the call failed, and as grave as what was tried, less one level', () => {
    const attempt = aShare({ outcome: 'failure', errorCode: 'UnauthorizedOperation' }, { copies: as() });
    const { severity: level, met } = assess(shareFacts(attempt), shareSeverityTable);
    expect(level).toBe('medium');
    expect(met.map(({ id }) => id)).toEqual(['tried-outside', 'attempt']);
    expect(met[0]?.evidence).toEqual([`to be shared with ${ids.outsideAccount}`]);
    expect(shareFacts(attempt)).toMatchObject({ sharedOutside: { value: 'no' }, public: { value: 'no' } });
  });

  it('asks what it does not know in words', () => {
    const names = Object.keys(shareFacts(aShare()));
    const nothing = Object.fromEntries(names.map((name) => [name, { value: 'unknown', evidence: '' }]));
    const { unknown } = assess(nothing as unknown as ShareFacts, shareSeverityTable, shareQuestions);
    expect(unknown).toHaveLength(names.length);
    for (const fact of unknown) expect(severityQuestion(fact)).toMatch(/ .*\?$/);
    expect(severityQuestion('constructor')).toBe('constructor');
  });

  it('says who may copy it now, or why that is not known', () => {
    const answer = (known: ShareCase) => shareFindings(known).find(({ id }) => id === 'copies-shared');
    expect(answer(aShare())).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining(ids.outsideAccount) as string,
    });
    expect(answer(aShare({}, { copies: as() }))).toMatchObject({ answer: 'no' });
    const gone = [{ region: 'eu-west-1', copies: [], gaps: [] }];
    expect(answer(aShare({}, { copies: gone }))).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringContaining('deleted') as string,
    });
    expect(answer(aShare({}, { copies: null }))).toMatchObject({
      answer: 'unknown',
      whyUnknown: 'the snapshot was not read',
    });
    expect(shareOnAlert(aShare()).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['outcome', 'shared-with', 'account', 'actor', 'access-key']),
    );
  });

  it('says of every finding who was asked', () => {
    const known = aShare({}, { copies: as(ids.account), actorTrail: aTrail() });
    for (const found of [...shareOnAlert(known), ...shareFindings(known)]) expect(found.source, found.id).toBeDefined();
  });
});

describe('the plan for a shared snapshot', () => {
  const left = (changes: Partial<ShareCase>, alert: Partial<Alert> = {}): string =>
    sharePlan('VMX-AAAAAAAAAA', aShare(alert, changes))
      .notPlanned.map(({ what, why }) => `${what}: ${why}`)
      .join('\n');

  it('takes exactly those outside away, then contains the actor', () => {
    const known = aShare({}, { copies: as(ids.account, ids.outsideAccount), principal: aUser() });
    const [first, ...rest] = sharePlan('VMX-AAAAAAAAAA', known).actions;
    expect(first?.input).toMatchObject({
      act: 'setSharing',
      before: [ids.account, ids.outsideAccount],
      after: [ids.account],
    });
    expect(rest.map(({ input }) => input.act)).toEqual(['setAccessKeyStatus', 'putInlinePolicy']);
    expect(JSON.stringify(rest.map(({ mayBreak }) => mayBreak))).not.toContain('export');
  });

  it('names the copies that others may have made, also of a share that is taken back', () => {
    const { actions, notPlanned } = sharePlan('VMX-AAAAAAAAAA', aShare({}, { copies: as(), principal: aUser() }));
    expect(actions.map(({ input }) => input.act)).not.toContain('setSharing');
    expect(notPlanned.map(({ what }) => what)).toContain(
      `copies of snapshot ${snapshotId} that account ${ids.outsideAccount} made`,
    );
    expect(left({ copies: as() }, { sharedWith: ['all'] })).toMatch(/that everybody made: .*tell AWS Support$/m);
  });

  it.each([
    ['EC2 refused to tell', denied, 'named snapshots in eu-west-1: AwsAccessDenied'],
    ['nothing was read', null, 'the snapshot was not read'],
    ['EC2 does not know it', [{ region: 'eu-west-1', copies: [], gaps: [] }], 'EC2 does not know the snapshot'],
  ])('where %s does not say that nothing is shared, and says how it is taken back', (_, copies, why) => {
    const said = left({ copies });
    expect(said).toContain(`take back the share of ${snapshotId} with account ${ids.outsideAccount}`);
    expect(said).toContain(why);
    expect(said).toContain(`soar incident retry VMX-AAAAAAAAAA --action unshare-copies:${snapshotId}`);
    expect(said).not.toMatch(/not shared any more|is shared outside/);
  });

  it('names no snapshot that the alert does not name', () => {
    const { notPlanned } = sharePlan('VMX-AAAAAAAAAA', {
      ...aShare(),
      alert: without(aShareAlert(), 'snapshotId'),
      copies: null,
    });
    const said = notPlanned.map(({ what, why }) => `${what}: ${why}`).join('\n');
    expect(said).toContain('the alert names no snapshot');
    expect(said).not.toMatch(/undefined|unshare-copies/);
  });

  it('after an attempt contains the actor alone, and names a share that another call gave', () => {
    const attempt = aShare({ outcome: 'failure' }, { principal: aUser() });
    expect(sharePlan('VMX-AAAAAAAAAA', attempt).actions.map(({ input }) => input.act)).not.toContain('setSharing');
    const said = `take back the share of ${snapshotId} with account ${ids.outsideAccount}: this call failed`;
    expect(left({}, { outcome: 'failure' })).toContain(said);
    expect(left({ copies: as() }, { outcome: 'failure' })).not.toContain('take back');
  });
});

describe('the figures of a shared snapshot', () => {
  it('never claim that nobody copied it', () => {
    expect(shareFigures(aShare(), []).metrics).toMatchObject({
      accessedOutsideOrganisation: 'unknown',
      exposure: null,
    });
    expect(shareFigures(aShare({ outcome: 'failure' }), []).metrics).toMatchObject({
      accessedOutsideOrganisation: 'no',
    });
  });

  it('name what would have prevented it', () => {
    const said = shareFigures(aShare({ sharedWith: ['all'] }, { copies: as('all') }), []).improvements.join('\n');
    expect(said).toContain('Block public access to snapshots');
    expect(said).toContain('service control policy');
  });
});
