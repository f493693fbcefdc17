import { describe, expect, it } from 'vitest';
import type { SeverityFacts } from '../../../../src/domain/severity/assessment.ts';
import { assess as assessBy } from '../../../../src/domain/severity/assess.ts';
import { severityTable } from '../../../../src/domain/data/severity.ts';
import { concealing } from '../../../../src/domain/data/concealing-calls.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import {
  aBucket,
  aCaseFile,
  aMention,
  aDocument,
  aFailedAlert,
  aGrant,
  anAccount,
  anAcl,
  anAlert,
  anAllowListMatch,
  anInstance,
  aPolicy,
  aRead,
  aTrail,
  aTrailEvent,
  ids,
  outsideStatement,
  serviceStatement,
  someReads,
  without,
} from '../../../support/builders.ts';
import type { CaseFile } from '../../../../src/domain/findings/case-file.ts';

const assess = (facts: SeverityFacts) => assessBy(facts, severityTable);

const value = (fact: keyof SeverityFacts, file: Partial<CaseFile> = {}): string | undefined =>
  severityFacts(aCaseFile(file))[fact]?.value;
const tagged = (tags: Record<string, string>) => ({ instance: anInstance({ tags }) });
const inAccount = (environment: 'production' | 'staging' | 'development' | 'test' | 'mixed') => ({
  policy: aPolicy({ account: anAccount({ environment }) }),
});
const retagged = { actorTrail: aTrail([aTrailEvent({ eventName: 'CreateTags', resources: [ids.instance] })]) };

describe('a declined ticket', () => {
  it('is a fact only where there is one', () => {
    expect(value('exportDeclined')).toBeUndefined();
    expect(value('exportDeclined', { declined: aMention() })).toBe('yes');
  });
});

describe('an actor that finds out what its key may do', () => {
  const at = (minute: number) => `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`;
  const denied = (minutes: number[], errorCode = 'AccessDenied') => ({
    actorTrail: aTrail(
      minutes.map((minute) => aTrailEvent({ eventId: `denied-${minute}`, time: at(minute), errorCode })),
    ),
  });

  it('is suspicious after a run of denied calls, and severity is high, also where it may export', () => {
    const tried = denied([1, 2, 3, 4, 5]);
    expect(severityFacts(aCaseFile(tried)).rightsTried).toEqual({
      value: 'yes',
      evidence: `5 calls of the actor were denied from ${at(1)} to ${at(5)}, before the export`,
    });
    const mayExport = { policy: aPolicy({ authorisedExporters: [ids.userArn] }) };
    const harmless = { ...mayExport, ...tagged({ Environment: 'development', DataClassification: 'public' }) };
    const before = assess(severityFacts(aCaseFile(harmless)));
    const after = assess(severityFacts(aCaseFile({ ...harmless, ...tried })));
    expect(before.met.map(({ id }) => id)).not.toContain('S60');
    expect(after.severity).toBe('high');
    expect(after.met.find(({ id }) => id === 'S60')?.evidence).toEqual([
      `5 calls of the actor were denied from ${at(1)} to ${at(5)}, before the export`,
    ]);
  });

  it('is not, where the allow-list has it: what a process is denied every night is a habit', () => {
    expect(value('rightsTried', { ...denied([1, 2, 3, 4, 5]), allowListed: anAllowListMatch() })).toBeUndefined();
  });

  it('is not, after fewer or slower ones, mistakes of another kind, or calls after the export', () => {
    expect(value('rightsTried', denied([1, 2, 3, 4]))).toBeUndefined();
    expect(value('rightsTried', denied([1, 11, 21, 31, 41]))).toBeUndefined();
    expect(value('rightsTried', denied([1, 2, 3, 4, 5], 'InvalidParameterValue'))).toBeUndefined();
    expect(value('rightsTried', denied([1, 2, 3, 4, 5], 'DryRunOperation'))).toBeUndefined();
    const after = { ...denied([1, 2, 3, 4, 5]), alert: anAlert({ time: at(0) }) };
    expect(value('rightsTried', after)).toBeUndefined();
  });
});

describe('another copy of the machine', () => {
  const copies = (sharedWith: string[] | null = null) => ({
    copies: [
      {
        region: ids.region,
        copies: [{ type: 'image' as const, id: 'ami-1', sharedWith }],
        gaps: [],
      },
    ],
  });

  it('that is shared with another account makes it high, whatever the machine', () => {
    expect(value('copySharedOutside', copies(['333333333333']))).toBe('yes');
    const harmless = {
      policy: aPolicy({ account: anAccount({ environment: 'development' }), authorisedExporters: [ids.userArn] }),
    };
    const { severity, met } = assess(severityFacts(aCaseFile({ ...harmless, ...copies(['333333333333']) })));
    expect(severity).toBe('high');
    expect(met[0]).toMatchObject({ id: 'S59', evidence: ['image ami-1 is shared with account 333333333333'] });
  });

  it('that nobody outside has says nothing, and neither does one that was not read', () => {
    expect(value('copySharedOutside', copies())).toBeUndefined();
    expect(value('copySharedOutside', copies([ids.account]))).toBeUndefined();
    expect(value('copySharedOutside', { copies: null })).toBeUndefined();
  });
});

describe('an export by an authorised person from a development machine', () => {
  const authorised: Partial<CaseFile> = {
    policy: aPolicy({ account: anAccount({ environment: 'development' }), authorisedExporters: [ids.userArn] }),
  };
  const severity = (changes: Partial<CaseFile>) => assess(severityFacts(aCaseFile({ ...authorised, ...changes })));

  it('is low where the bucket is closed', () => {
    expect(severity({}).severity).toBe('low');
  });

  it('is high where the whole world can read the bucket, and says by what', () => {
    const { severity: level, met } = severity({ bucket: aBucket({ public: 'yes' }) });
    expect(level).toBe('high');
    expect(met[0]).toMatchObject({ id: 'S59', evidence: [expect.stringContaining("S3's judgement of bucket")] });
    const open = aBucket({ policy: aDocument({ ...outsideStatement, Principal: '*' }), public: 'unknown' });
    expect(severity({ bucket: open }).severity).toBe('high');
  });
});

describe('the quiet case', () => {
  it('knows of an export by somebody who is not listed, and of nothing else that is wrong', () => {
    const facts = severityFacts(aCaseFile());
    const values = Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => [name, (fact as { value: string }).value]),
    );
    expect(values).toEqual({
      exportSucceeded: 'yes',
      accountKnown: 'yes',
      accountSensitivity: 'medium',
      environment: 'unknown',
      classification: 'unknown',
      bucketPublic: 'no',
      bucketReadableOutside: 'no',
      bucketUsual: 'yes',
      actorAuthorised: 'no',
      documentedProcess: 'no',
      concealment: 'no',
      readOutside: 'no',
    });
  });

  it('knows hardly anything when nothing was read, and says of each fact why', () => {
    const facts = severityFacts(
      aCaseFile({ instance: null, task: null, object: null, bucket: null, reads: null, actorTrail: null }),
    );
    for (const name of ['environment', 'classification', 'bucketPublic', 'concealment', 'readOutside'] as const) {
      expect(facts[name].value).toBe('unknown');
      expect(facts[name].evidence).toMatch(/not read/);
    }
    expect(facts.bucketReadableOutside.value).toBe('unknown');
  });
});

describe('the environment', () => {
  it.each(['prod', 'Production', 'LIVE', ' prd '])('believes the production tag %j in any account', (tag) => {
    expect(value('environment', { ...tagged({ Env: tag }), ...inAccount('development') })).toBe('production');
    expect(value('environment', { ...tagged({ Env: tag }), policy: aPolicy({ account: null }) })).toBe('production');
  });

  it.each([
    ['dev', 'development'],
    ['Development', 'development'],
    ['sandbox', 'development'],
    ['TEST', 'test'],
    ['qa', 'test'],
    ['stage', 'staging'],
    ['Staging', 'staging'],
    ['pre-prod', 'staging'],
    ['blue', 'unknown'],
    ['non-prod', 'unknown'],
  ])('reads the tag %j in a mixed account as %s', (tag, expected) => {
    expect(value('environment', tagged({ Environment: tag }))).toBe(expected);
  });

  it('does not let a tag make it better than the account is', () => {
    expect(value('environment', { ...tagged({ Env: 'dev' }), ...inAccount('production') })).toBe('production');
    expect(value('environment', { ...tagged({ Env: 'dev' }), ...inAccount('staging') })).toBe('staging');
    expect(value('environment', { ...tagged({ Env: 'dev' }), policy: aPolicy({ account: null }) })).toBe('unknown');
  });

  it('takes the worst of several tags', () => {
    expect(value('environment', tagged({ Environment: 'dev', Env: 'prod' }))).toBe('production');
  });

  it('is not known where a word that nobody knows stands beside a better one', () => {
    expect(value('environment', tagged({ Environment: 'dev', Env: 'blue' }))).toBe('unknown');
    expect(value('environment', tagged({ Environment: 'stage', Env: 'blue' }))).toBe('staging');
  });

  it('follows the account where there is no tag or no instance', () => {
    expect(value('environment', inAccount('test'))).toBe('test');
    expect(value('environment', { ...inAccount('production'), instance: null })).toBe('production');
    expect(value('environment')).toBe('unknown');
  });

  it('does not believe a better tag that the actor may have written', () => {
    expect(value('environment', { ...tagged({ Env: 'dev' }), ...retagged })).toBe('unknown');
    expect(value('environment', { ...tagged({ Env: 'prod' }), ...retagged })).toBe('production');
    expect(value('environment', { ...tagged({ Env: 'dev' }), ...retagged, ...inAccount('test') })).toBe('test');
  });

  it('holds tags of other resources and refused tagging against nobody', () => {
    const other = aTrailEvent({ eventName: 'CreateTags', resources: ['vol-1'] });
    const refused = aTrailEvent({ eventName: 'CreateTags', resources: [ids.instance], errorCode: 'AccessDenied' });
    expect(value('environment', { ...tagged({ Env: 'dev' }), actorTrail: aTrail([other, refused]) })).toBe(
      'development',
    );
  });
});

describe('the classification', () => {
  it.each([
    ['Confidential', 'sensitive'],
    [' internal', 'internal'],
    ['PUBLIC', 'public'],
    ['tbd', 'unknown'],
    ['', 'unknown'],
  ])('reads the tag %j as %s', (tag, expected) => {
    expect(value('classification', tagged({ DataClassification: tag }))).toBe(expected);
  });

  it('takes the worst where tags disagree', () => {
    const policy = aPolicy({ tags: { ...aPolicy().tags, classification: ['DataClassification', 'Sensitivity'] } });
    const both = (one: string, other: string) =>
      value('classification', { ...tagged({ DataClassification: one, Sensitivity: other }), policy });
    expect(both('public', 'restricted')).toBe('sensitive');
    expect(both('internal', 'restricted')).toBe('sensitive');
    expect(both('public', 'internal')).toBe('internal');
    // A word that nobody knows may mean the worst: it is not lowered by the one beside it.
    expect(both('public', 'tbd')).toBe('unknown');
  });

  it('does not believe a harmless tag that the actor may have written', () => {
    expect(value('classification', { ...tagged({ DataClassification: 'public' }), ...retagged })).toBe('unknown');
    expect(value('classification', { ...tagged({ DataClassification: 'internal' }), ...retagged })).toBe('internal');
  });

  it('ignores tags that merely look like members of an object', () => {
    const tags = { ...aPolicy().tags, classification: ['constructor'] };
    expect(value('classification', { policy: aPolicy({ tags }) })).toBe('unknown');
  });
});

describe('the bucket', () => {
  it('is public when S3 says so, and not when S3 knows of a block', () => {
    expect(value('bucketPublic', { bucket: aBucket({ public: 'yes' }) })).toBe('yes');
    const everybody = aDocument({ ...outsideStatement, Principal: '*' });
    expect(value('bucketPublic', { bucket: aBucket({ public: 'no', policy: everybody }) })).toBe('no');
  });

  it('is public by its own statements where S3 did not answer', () => {
    const everybody = aDocument({ ...outsideStatement, Principal: '*' });
    expect(value('bucketPublic', { bucket: aBucket({ public: 'unknown', policy: everybody }) })).toBe('yes');
    expect(value('bucketPublic', { bucket: aBucket({ public: 'unknown' }) })).toBe('unknown');
  });

  it('is readable outside by a statement or a grant, and not by the export service', () => {
    const policy = aDocument(serviceStatement, outsideStatement);
    expect(value('bucketReadableOutside', { bucket: aBucket({ policy }) })).toBe('yes');
    const acl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ'));
    expect(value('bucketReadableOutside', { bucket: aBucket({ acl }) })).toBe('yes');
    expect(value('bucketReadableOutside')).toBe('no');
  });

  it('is not readable outside by a statement about other objects', () => {
    const policy = aDocument({ ...outsideStatement, Resource: `arn:aws:s3:::${ids.bucket}/reports/*` });
    expect(value('bucketReadableOutside', { bucket: aBucket({ policy }) })).toBe('no');
  });

  it('is an open question when policy or ACL was refused, or a condition cannot be verified', () => {
    const gaps = [{ what: 'bucket policy', why: 'AwsAccessDenied' }];
    expect(value('bucketReadableOutside', { bucket: aBucket({ policy: null, gaps }) })).toBe('unknown');
    expect(value('bucketReadableOutside', { bucket: aBucket({ policy: null }) })).toBe('no');
    const conditioned = {
      ...outsideStatement,
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } },
    };
    expect(value('bucketReadableOutside', { bucket: aBucket({ policy: aDocument(conditioned) }) })).toBe('unknown');
  });

  it('is usual by its name, unless it is somebody else’s', () => {
    expect(value('bucketUsual', { policy: aPolicy({ usualBuckets: ['acme-*'] }) })).toBe('yes');
    expect(value('bucketUsual', { policy: aPolicy({ usualBuckets: ['other'] }) })).toBe('no');
    expect(value('bucketUsual', { bucket: aBucket({ ownedByAccount: 'no' }) })).toBe('no');
    expect(value('bucketUsual', { policy: aPolicy({ usualBuckets: [] }) })).toBe('unknown');
    const unnamed = { alert: without(anAlert(), 'bucket'), task: null, object: null };
    expect(value('bucketUsual', unnamed)).toBe('unknown');
  });
});

describe('the actor', () => {
  it('is authorised by the list of exporters or by the allow-list', () => {
    expect(value('actorAuthorised', { policy: aPolicy({ authorisedExporters: ['arn:aws:iam::*:user/mal*'] }) })).toBe(
      'yes',
    );
    expect(value('actorAuthorised', { allowListed: anAllowListMatch() })).toBe('yes');
    expect(value('actorAuthorised')).toBe('no');
  });

  it('is an open question without an ARN', () => {
    expect(value('actorAuthorised', { alert: anAlert({ principal: { kind: 'unknown' } }) })).toBe('unknown');
  });

  it('follows a documented process only by the allow-list', () => {
    expect(value('documentedProcess', { allowListed: anAllowListMatch() })).toBe('yes');
    expect(value('documentedProcess', { policy: aPolicy({ authorisedExporters: ['*'] }) })).toBe('no');
  });

  const ofActor = concealing.filter(({ on }) => on !== 'log buckets').map(({ call }) => call);
  it.each(ofActor)('hides by %s, unless it was refused', (eventName) => {
    expect(value('concealment', { actorTrail: aTrail([aTrailEvent({ eventName })]) })).toBe('yes');
    const refused = aTrailEvent({ eventName, errorCode: 'AccessDenied' });
    expect(value('concealment', { actorTrail: aTrail([refused]) })).toBe('no');
  });

  it('hides by a call that newer ones pushed out of the kept events', () => {
    const actorTrail = aTrail([aTrailEvent()], { total: 500, countByName: { StopLogging: 1, DescribeInstances: 499 } });
    expect(value('concealment', { actorTrail })).toBe('yes');
  });

  it('is not cleared by a trail that has a gap or ends early', () => {
    expect(value('concealment', { actorTrail: aTrail([], { truncated: true }) })).toBe('unknown');
    const gaps = [{ what: 'us-east-1', why: 'AwsAccessDenied' }];
    expect(value('concealment', { actorTrail: aTrail([], { gaps }) })).toBe('unknown');
  });
});

describe('reads outside', () => {
  const reads = (...list: Parameters<typeof aRead>[0][]) => ({
    reads: someReads({ reads: list.map((read) => aRead(read)) }),
  });

  it('are seen by requester, anonymous ones included', () => {
    expect(value('readOutside', reads({}))).toBe('yes');
    expect(value('readOutside', reads({ requester: '-' }))).toBe('yes');
    expect(value('readOutside', reads({ requester: ids.outsideCanonicalUser }))).toBe('yes');
  });

  it('do not count heads, refusals, listings or our own people and tools', () => {
    expect(
      value('readOutside', reads({ operation: 'REST.HEAD.OBJECT' }, { status: 403 }, { operation: 'REST.GET.BUCKET' })),
    ).toBe('no');
    expect(value('readOutside', reads({ requester: `arn:aws:iam::${ids.forensicsAccount}:role/reader` }))).toBe('no');
    expect(value('readOutside', reads({ requester: ids.bucketOwner }))).toBe('no');
    const responders = ['arn:aws:iam::444444444444:role/soar-*'];
    const requester = 'arn:aws:sts::444444444444:assumed-role/soar-contain/copy';
    expect(value('readOutside', { ...reads({ requester }), policy: aPolicy({ responders }) })).toBe('no');
  });

  it('stay open when the actor downloaded it itself', () => {
    expect(value('readOutside', reads({ requester: ids.userArn }))).toBe('unknown');
  });

  it('stay open when a signed URL was used, whichever of our people signed it', () => {
    const requester = `arn:aws:iam::${ids.account}:user/alice`;
    expect(value('readOutside', reads({ requester }))).toBe('no');
    expect(value('readOutside', reads({ requester, presigned: true }))).toBe('unknown');
    expect(value('readOutside', reads({ requester, presigned: true }, { requester: '-' }))).toBe('yes');
  });

  it.each([
    ['logging is off', someReads({ logging: false })],
    ['no log was delivered', without(someReads(), 'loggedUntil')],
    ['the log ends before the export did', someReads({ loggedUntil: '2026-03-02T10:09:00Z' })],
    ['a log could not be read', someReads({ gaps: [{ what: 'log', why: 'AwsAccessDenied' }] })],
    ['a line could not be read', someReads({ unreadable: 1 })],
  ])('are not excluded when %s', (_why, facts) => {
    expect(value('readOutside', { reads: facts })).toBe('unknown');
  });

  it('are not excluded while nobody knows when the export was finished', () => {
    expect(value('readOutside', { object: null })).toBe('unknown');
  });

  it('are excluded when nothing was exported', () => {
    expect(value('readOutside', { alert: aFailedAlert(), object: null, reads: null })).toBe('no');
  });
});
