import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import {
  investigationFindings,
  relatedFinding,
  triageFindings,
  validationFindings,
} from '../../../../src/domain/findings/findings.ts';
import type { Investigated } from '../../../../src/domain/findings/investigated.ts';
import { sourceFindings } from '../../../../src/domain/findings/source-findings.ts';
import {
  aBucket,
  aCaseFile,
  aDocument,
  aFailedAlert,
  aGrant,
  aManagedPolicy,
  anAccount,
  anAcl,
  anAlert,
  anAllow,
  anImageAlert,
  anImageSource,
  anInstance,
  aPolicy,
  aRead,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  outsideStatement,
  someReads,
  without,
} from '../../../support/builders.ts';

const known = (changes: Partial<Investigated> = {}): Investigated => ({
  ...aCaseFile(),
  principal: aUser(),
  bucketTrail: aTrail(),
  lineage: { behind: [], taken: [], made: [], gaps: [] },
  ...changes,
});
const everything = (changes: Partial<Investigated> = {}): Finding[] => [
  ...triageFindings(known(changes)),
  ...validationFindings(known(changes)),
  ...investigationFindings(known(changes)),
];
/** The last answer counts, as in an incident. */
const find = (id: string, changes: Partial<Investigated> = {}): Finding =>
  everything(changes).findLast((finding) => finding.id === id)!;

const nothing: Partial<Investigated> = {
  instance: null,
  task: null,
  object: null,
  bucket: null,
  reads: null,
  actorTrail: null,
  principal: null,
  bucketTrail: null,
  lineage: null,
  tagTrail: null,
  exportTrail: null,
};

describe('findings', () => {
  it('say why whenever they are unknown, and only then', () => {
    for (const finding of [...everything(), ...everything(nothing), ...everything({ alert: aFailedAlert() })]) {
      expect([finding.id, finding.whyUnknown !== undefined]).toEqual([finding.id, finding.answer === 'unknown']);
      expect(finding.question).toMatch(/\?$/);
      expect(finding.sources.every((source) => /^S\d+$/.test(source))).toBe(true);
      expect(finding.detail).not.toBe('');
    }
  });

  it('say who was asked, and how far they can be trusted unless they are unknown', () => {
    const late = [relatedFinding([], 0, null), ...sourceFindings(undefined, null, {})];
    for (const found of [...everything(), ...everything(nothing), ...everything({ alert: aFailedAlert() }), ...late]) {
      expect([found.id, found.source]).toEqual([found.id, expect.any(String)]);
      expect([found.id, found.confidence !== undefined]).toEqual([found.id, found.answer !== 'unknown']);
    }
  });

  it('trust a log less for what is not in it, and the alert less than AWS itself', () => {
    expect(find('concealment')).toMatchObject({ answer: 'no', source: 'CloudTrail', confidence: 'medium' });
    expect(find('downloaded')).toMatchObject({ answer: 'no', source: 'S3 access log', confidence: 'low' });
    expect(find('downloaded', { reads: someReads({ reads: [aRead()] }) }).confidence).toBe('high');
    expect(find('bucket-owner')).toMatchObject({ source: 'S3', confidence: 'high' });
    expect(find('actor')).toMatchObject({ source: 'the alert', confidence: 'medium' });
    expect(find('downloaded', { alert: aFailedAlert() }).source).toBe('the alert');
  });

  it('say for which time they hold where a log was asked', () => {
    const { from, to } = aTrail();
    for (const id of ['key-activity', 'concealment', 'tags-changed', 'bucket-changes', 'earlier-exports']) {
      expect(find(id).range).toEqual({ from, to });
    }
    expect(find('downloaded').range).toEqual({ from: anAlert().time, to: someReads().loggedUntil });
    expect(find('bucket-owner').range).toBeUndefined();
    expect(find('concealment', nothing).range).toBeUndefined();
  });

  it('refer to what their sources answered, each to its own', () => {
    const kept = (name: string) => ({ evidence: [{ uri: `s3://evidence/${name}`, sha256: name, size: 1 }] });
    const told: Partial<Investigated> = {
      instance: { ...anInstance(), ...kept('instance') },
      bucket: { ...aBucket(), ...kept('bucket') },
      reads: { ...someReads(), ...kept('reads') },
      actorTrail: { ...aTrail(), ...kept('trail') },
      principal: { ...aUser(), ...kept('principal') },
      history: { ...aTrail(), ...kept('history') },
      permissionTrails: [null, { ...aTrail(), ...kept('permissions') }],
      blinding: { trail: { ...aTrail(), ...kept('account') }, logBuckets: [], responders: [] },
      lineage: { behind: [], taken: [], made: [], gaps: [], ...kept('key') },
    };
    const refersTo = (id: string, changes = told) => find(id, changes).evidence.map(({ sha256 }) => sha256);
    expect(refersTo('classification')).toEqual(['instance']);
    expect(refersTo('bucket-access')).toEqual(['bucket']);
    expect(refersTo('concealment')).toEqual(['trail', 'account']);
    expect(refersTo('new-for-actor')).toEqual(['trail', 'history']);
    expect(refersTo('privilege-gained')).toEqual(expect.arrayContaining(['trail', 'permissions', 'key']));
    expect(refersTo('permission-at-export')).toEqual(['principal', 'permissions']);
    expect(refersTo('downloaded')).toEqual(expect.arrayContaining(['reads', 'bucket']));
    expect(refersTo('permission-source')).toEqual(['principal']);
    expect(refersTo('sessions-taken')).toEqual(['key']);
    expect(refersTo('actor')).toEqual([]);
    expect(refersTo('bucket-access', {})).toEqual([]);
    // A gap, too: the refusal itself is kept.
    expect(
      refersTo('downloaded', { ...told, reads: { ...someReads({ logging: false }), ...kept('reads') } }),
    ).toContain('reads');
  });

  it('never take what was not read for a no', () => {
    const asked = [...validationFindings(known(nothing)), ...investigationFindings(known(nothing))];
    expect(asked.filter(({ answer }) => answer === 'no').map(({ id }) => id)).toEqual([
      'encrypted-data',
      // The alert itself tells that the key is nobody's session.
      'session-origin',
      // It was made: nothing prevented it, whatever could not be read.
      'prevention',
    ]);
  });

  it('have one name each within a phase', () => {
    for (const phase of [triageFindings(known()), validationFindings(known()), investigationFindings(known())]) {
      expect(new Set(phase.map(({ id }) => id)).size).toBe(phase.length);
    }
  });

  it('answer the questions of triage, validation and investigation', () => {
    const sources = new Set(everything().flatMap((finding) => finding.sources));
    const asked = [20, 22, 23, 47, 49, 50, 51, 52, 53, 54, 55, 56, 61];
    for (let number = 68; number <= 73; number++) asked.push(number);
    for (let number = 81; number <= 92; number++) asked.push(number);
    for (const number of [...asked, 101, 105, 122]) expect(sources).toContain(`S${number}`);
  });

  it.each(['geography'])('admit that nothing is connected for %s', (id) => {
    expect(find(id)).toMatchObject({ answer: 'unknown', whyUnknown: expect.stringContaining('not con') as unknown });
  });

  it('keep text from outside as it is', () => {
    const userAgent = '<script>alert(1)</script> `rm -rf`';
    expect(find('user-agent', { alert: anAlert({ userAgent }) }).detail).toBe(userAgent);
  });
});

describe('related incidents', () => {
  const other = {
    incidentKey: 'VMX-2222222222',
    workflowId: 'w2',
    shares: ['accessKey' as const, 'sourceAddress' as const],
  };

  it('are named with what they share, and how many there are where not all are named', () => {
    expect(relatedFinding([other], 1, null)).toMatchObject({
      answer: 'yes',
      detail: 'VMX-2222222222 (access key, source address)',
      sources: ['S24'],
    });
    expect(relatedFinding([other], 70, 'Temporal did not list them')).toMatchObject({
      answer: 'yes',
      detail: 'VMX-2222222222 (access key, source address); 70 in all',
    });
  });

  it('are denied only when they were read', () => {
    expect(relatedFinding([], 0, null)).toMatchObject({ answer: 'no' });
    expect(relatedFinding([], 0, 'Temporal did not list them')).toMatchObject({
      answer: 'unknown',
      whyUnknown: 'Temporal did not list them',
    });
  });
});

describe('the alert', () => {
  it('tells what, where, how and who', () => {
    expect(find('outcome')).toMatchObject({ answer: 'yes', detail: 'CreateInstanceExportTask, success' });
    expect(find('exported-instance').detail).toBe(ids.instance);
    expect(find('target').detail).toBe(`s3://${ids.bucket}/${ids.key}`);
    expect(find('export-format').detail).toBe('VMDK, ova, vmware');
    expect(find('actor').detail).toBe(`iam-user ${ids.userArn}`);
    expect(find('access-key').detail).toBe(ids.accessKey);
    expect(find('user-agent').detail).toBe('aws-cli/2.17.0');
    const account = anAccount({ name: 'shop', sensitivity: 'high', environment: 'production' });
    expect(find('account', { policy: aPolicy({ account }) })).toMatchObject({
      answer: 'yes',
      detail: `shop (${ids.account}) in ${ids.region}, sensitivity high, production`,
    });
  });

  it('tells of a refusal with its error, and of an account that nobody configured', () => {
    expect(find('outcome', { alert: aFailedAlert() })).toMatchObject({
      answer: 'no',
      detail:
        'CreateInstanceExportTask, failure: Client.UnauthorizedOperation: You are not authorized to perform this operation.',
    });
    expect(find('account', { policy: aPolicy({ account: null }) })).toMatchObject({
      answer: 'no',
      detail: `account not in config: ${ids.account} in ${ids.region}`,
    });
  });

  it('tells that the actor is of another account', () => {
    expect(find('actor', { alert: anAlert({ account: ids.outsideAccount }) }).detail).toContain(
      `of account ${ids.outsideAccount}`,
    );
  });

  it('leaves open what it does not carry', () => {
    const alert = {
      ...without(anAlert(), 'instanceId', 'bucket', 'userAgent'),
      principal: { kind: 'unknown' as const },
    };
    for (const id of ['exported-instance', 'target', 'user-agent', 'actor', 'access-key']) {
      expect(find(id, { alert }).answer).toBe('unknown');
    }
  });
});

describe('the instance', () => {
  it('tells purpose, owner and channel by its tags, the first that is set', () => {
    const instance = anInstance({ tags: { Purpose: 'billing', Team: 'payments', SlackChannel: '#payments' } });
    expect(find('instance-purpose', { instance })).toMatchObject({ answer: 'yes', detail: 'tag Purpose: billing' });
    expect(find('instance-owner', { instance })).toMatchObject({ answer: 'yes', detail: 'tag Team: payments' });
    expect(find('owner-channel', { instance })).toMatchObject({ answer: 'yes', detail: 'tag SlackChannel: #payments' });
    expect(find('instance-owner')).toMatchObject({ answer: 'no', detail: 'none of the tags Owner, Team is set' });
  });

  it('tells what it is made of, and what was not read', () => {
    const instance = anInstance({
      imageId: 'ami-0123456789abcdef0',
      platform: 'Linux/UNIX',
      launchTime: '2026-01-01T00:00:00Z',
      instanceProfileArn: 'arn:aws:iam::111111111111:instance-profile/shop',
      volumes: [
        { volumeId: 'vol-1', encrypted: true, sizeGiB: 8 },
        { volumeId: 'vol-2', encrypted: false, sizeGiB: 100 },
      ],
    });
    const found = find('instance-description', { instance });
    expect(found.answer).toBe('yes');
    for (const part of [
      ...['ami-0123456789abcdef0', 'Linux/UNIX', 'last started 2026-01-01T00:00:00Z', 'instance-profile/shop'],
      ...['vol-1 of 8 GiB, encrypted', 'vol-2 of 100 GiB, not encrypted'],
      ...['whose name was not read', 'whether it has user data is not known'],
    ]) {
      expect(found.detail).toContain(part);
    }
    expect(find('instance-description', nothing).answer).toBe('unknown');
  });

  it('tells the name and the owner of its image, or that it is gone, and whether there is user data', () => {
    const described = (changes: Parameters<typeof anInstance>[0]) =>
      find('instance-description', { instance: anInstance(changes) }).detail;
    const image = { name: 'payments-2026-01', owner: '999999999999' };
    expect(described({ image, userData: true })).toContain('(payments-2026-01) of account 999999999999');
    expect(described({ image, userData: true })).toContain('it has user data, which nobody looked into');
    expect(described({ image: null, userData: false })).toContain('which is gone or not shared with the account');
    expect(described({ image: null, userData: false })).toContain('no user data');
  });

  it('tells who launched it and who started it last, as far back as CloudTrail remembers', () => {
    const launch = aTrailEvent({
      ...{ eventName: 'RunInstances', readOnly: false, resources: [ids.instance], time: '2026-01-10T08:00:00Z' },
      ...{ accessKeyId: 'AKIAOTHER', principalArn: 'arn:aws:iam::111111111111:user/other' },
    });
    const start = { ...launch, eventId: 'e-start', eventName: 'StartInstances', time: '2026-02-10T08:00:00Z' };
    const found = find('instance-launched', { tagTrail: aTrail([start, launch], { from: '2025-12-02T10:00:00Z' }) });
    expect(found).toMatchObject({ answer: 'yes', range: { from: '2025-12-02T10:00:00Z' } });
    expect(found.detail).toMatch(/^RunInstances at 2026-01-10T08:00:00Z by \S+user\/other.*last started by StartInst/);
    expect(found.detail).not.toContain('also exported');
    const own = { ...launch, principalArn: ids.userArn };
    expect(find('instance-launched', { tagTrail: aTrail([own]) }).detail).toContain('who also exported it');

    const refused = { ...launch, errorCode: 'Client.UnauthorizedOperation' };
    expect(find('instance-launched', { tagTrail: aTrail([refused]) }).whyUnknown).toContain('no launch since');
    const cut = aTrail([], { truncated: true });
    expect(find('instance-launched', { tagTrail: cut }).whyUnknown).toBe('the trail was not read to its end');
    const alert = without(anAlert(), 'instanceId');
    expect(find('instance-launched', { alert, tagTrail: null }).whyUnknown).toBe('the alert names no instance');
  });

  it('tells the classification, and that a value is none', () => {
    const tagged = (value: string) => ({ instance: anInstance({ tags: { DataClassification: value } }) });
    expect(find('classification', tagged('Confidential'))).toMatchObject({
      answer: 'yes',
      detail: 'sensitive: instance tag DataClassification=Confidential',
    });
    expect(find('classification', tagged('tbd')).answer).toBe('no');
  });

  it('says why it was not read', () => {
    expect(find('instance-owner', { instance: null }).whyUnknown).toBe('the instance was not read');
    const gaps = [{ what: 'instance', why: 'AwsNotFound: gone' }];
    expect(find('instance-owner', { instance: null, gaps }).whyUnknown).toBe('AwsNotFound: gone');
    const alert = without(anAlert(), 'instanceId');
    expect(find('instance-owner', { instance: null, alert }).whyUnknown).toBe('the alert names no instance');
  });

  it('warns when a stored image takes encrypted volumes along', () => {
    const alert = anAlert({ eventName: 'CreateStoreImageTask' });
    const volumes = [{ volumeId: 'vol-1', encrypted: true, sizeGiB: 8 }];
    expect(find('encrypted-data', { alert, instance: anInstance({ volumes }) })).toMatchObject({ answer: 'yes' });
    expect(find('encrypted-data', { alert }).answer).toBe('no');
    expect(find('encrypted-data', { alert, instance: null }).answer).toBe('unknown');
    expect(find('encrypted-data', { instance: anInstance({ volumes }) }).answer).toBe('no');
  });

  it('tells that the actor changed its tags', () => {
    const actorTrail = aTrail([aTrailEvent({ eventName: 'CreateTags', resources: [ids.instance] })]);
    expect(find('tags-changed', { actorTrail }).answer).toBe('yes');
    expect(find('tags-changed').answer).toBe('no');
  });
});

describe('the machine behind an image', () => {
  const tags = { Owner: 'payments', DataClassification: 'confidential' };
  const image = { alert: anImageAlert(), source: anImageSource(), instance: anInstance({ tags }) };

  it('is named with who says so, and asked about as an exported machine is, in words of its own', () => {
    expect(find('exported-instance', image)).toMatchObject({
      question: 'Is the exported image known?',
      detail: ids.image,
    });
    expect(find('image-source', image)).toMatchObject({
      ...{ answer: 'yes', sources: ['S49'], source: 'EC2' },
      detail: `instance ${ids.instance}, in ${ids.region}: EC2 says so of the image, made at 2026-02-28T10:00:00.000Z`,
    });
    expect(find('instance-owner', image)).toMatchObject({
      question: 'Do tags say who owns the machine of which the image was made?',
      detail: 'tag Owner: payments',
    });
    expect(find('classification', image).detail).toContain('sensitive');
    const questions = everything(image).map(({ question }) => question);
    expect(questions.filter((question) => /the (exported )?instance/.test(question))).toEqual([]);
    expect(find('image-source')).toBeUndefined();
  });

  it('is told by the call that made the image, and by way of which copies', () => {
    const call = { eventName: 'CreateImage', time: '2026-02-01T00:00:00Z', principalArn: ids.userArn };
    const through = [{ imageId: 'ami-0aaaaaaaaaaaaaaaa', region: 'us-east-1' }];
    const found = find('image-source', { ...image, source: anImageSource({ call, through }) });
    expect(found.source).toBe('CloudTrail');
    expect(found.detail).toContain(`CreateImage at 2026-02-01T00:00:00Z by ${ids.userArn}`);
    expect(found.detail).toContain('copied from ami-0aaaaaaaaaaaaaaaa in us-east-1');
  });

  it('is told by the volumes of which the disks of the image are snapshots', () => {
    const byDisks = [{ snapshotId: 'snap-1', volumeId: 'vol-1' }];
    const found = find('image-source', { ...image, source: anImageSource({ byDisks, otherDisks: ['snap-2'] }) });
    expect(found.source).toBe('EC2');
    expect(found.detail).toContain(
      "it has the volumes of which the image's disks are snapshots (snap-1 of vol-1, taken since 2026-02-28T10:00:00.000Z); snap-2 is not known to be a disk of it",
    );
  });

  it('says in each answer why it is not known', () => {
    const why = 'EC2 names no machine of the image, and it was made before CloudTrail remembers';
    const unknown = { alert: anImageAlert(), source: { imageId: ids.image, why }, instance: null, tagTrail: null };
    for (const id of ['image-source', 'instance-owner', 'instance-purpose', 'classification', 'instance-software']) {
      expect([id, find(id, unknown).whyUnknown]).toEqual([id, why]);
    }
    for (const id of ['instance-launched', 'tags-changed']) expect(find(id, unknown).whyUnknown).toBe(why);
    const gaps = [{ what: 'the machine of the image', why: 'AwsUnavailable: EC2 is away' }];
    expect(find('image-source', { ...unknown, source: null, gaps }).whyUnknown).toBe('AwsUnavailable: EC2 is away');
  });

  it('of another account is named, and nothing is asked or claimed of it', () => {
    const machine = { instanceId: ids.instance, accountId: ids.outsideAccount, region: ids.region };
    const other = { alert: anImageAlert(), source: anImageSource({ machine }), instance: null, tagTrail: null };
    expect(find('image-source', other)).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining(`of account ${ids.outsideAccount}, which is not read`) as string,
    });
    expect(find('instance-owner', other).whyUnknown).toContain(`of account ${ids.outsideAccount}, which is not read`);
  });

  it('says nothing of what is encrypted in the image, which says that itself', () => {
    const alert = anImageAlert({ eventName: 'CreateStoreImageTask' });
    const volumes = [{ volumeId: 'vol-1', encrypted: true, sizeGiB: 8 }];
    const store = (encrypted: boolean) => ({
      ...{ alert, instance: anInstance({ volumes }) },
      source: anImageSource({ disks: [{ snapshotId: 'snap-1', encrypted }] }),
    });
    expect(find('encrypted-data', store(true)).detail).toContain('snap-1: a stored image is not encrypted');
    expect(find('encrypted-data', store(false))).toMatchObject({
      answer: 'no',
      question: expect.stringContaining('in the image') as string,
    });
    expect(find('encrypted-data', { alert, source: null }).answer).toBe('unknown');
    expect(find('prevention', { ...store(true), alert: anImageAlert() }).detail).not.toContain('no snapshot');
    expect(find('prevention', { ...store(false), alert: anImageAlert() }).detail).toContain('no snapshot is encrypted');
  });
});

describe('the export', () => {
  it('tells state, place and size', () => {
    expect(find('export-task')).toMatchObject({
      answer: 'yes',
      detail: `task ${ids.task} is completed, to s3://${ids.bucket}/${ids.key}; the object has 4294967296 bytes, written 2026-03-02T10:10:00Z`,
    });
    expect(find('export-task', { task: null }).detail).toContain('it has written');
    expect(find('export-task', { alert: aFailedAlert(), task: null, object: null }).detail).toContain('it failed');
    expect(find('export-task', { task: null, object: null }).answer).toBe('unknown');
  });

  it('was downloaded, by whom, from where, how often and how much', () => {
    const reads = someReads({
      reads: [aRead({ bytes: 10 }), aRead({ bytes: 5 }), aRead({ requester: '-', bytes: 1 })],
    });
    expect(find('downloaded', { reads })).toMatchObject({
      answer: 'yes',
      detail:
        'arn:aws:iam::333333333333:user/eve from 203.0.113.9, outside the organisation: 2 request(s), 15 bytes (0 % of the image), first at 2026-03-02T10:15:00Z; ' +
        'an anonymous reader from 203.0.113.9, outside the organisation: 1 request(s), 1 bytes (0 % of the image), first at 2026-03-02T10:15:00Z',
    });
  });

  it('was downloaded whole or in part, and by whose signed URL', () => {
    const part = aRead({ bytes: 1_073_741_824, presigned: true, signedBy: ids.accessKey });
    const { detail } = find('downloaded', { reads: someReads({ reads: [part] }) });
    expect(detail).toContain(`from 203.0.113.9 by a URL signed with ${ids.accessKey}`);
    expect(detail).toContain('1073741824 bytes (25 % of the image)');
    const whole = find('downloaded', { reads: someReads({ reads: [aRead()] }) }).detail;
    expect(whole).toContain('(the whole image)');
    expect(whole).not.toContain('signed');
    // The log knows the size of what was read; the object may have been replaced since.
    const other = aRead({ bytes: 5, objectSize: 10 });
    expect(find('downloaded', { reads: someReads({ reads: [other] }) }).detail).toContain('50 %');
  });

  it('was downloaded by our own people', () => {
    const reads = someReads({ reads: [aRead({ requester: `arn:aws:iam::${ids.account}:user/alice` })] });
    expect(find('downloaded', { reads })).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining('none of them outside the organisation') as unknown,
    });
  });

  it('was downloaded by the actor, or by a signed URL: nobody knows from where, and nothing claims to', () => {
    const inside = `arn:aws:iam::${ids.account}:user/alice`;
    for (const read of [aRead({ requester: ids.userArn }), aRead({ requester: inside, presigned: true })]) {
      const { detail } = find('downloaded', { reads: someReads({ reads: [read] }) });
      expect(detail).toContain('whether outside the organisation is not known');
      expect(detail).not.toContain('none of them outside');
    }
  });

  it('was not downloaded only if logs reach past its end', () => {
    expect(find('downloaded')).toMatchObject({
      answer: 'no',
      detail: 'no read in 40 log lines up to 2026-03-02T10:18:00Z; S3 delivers logs on a best-effort basis',
    });
    expect(find('downloaded', { reads: someReads({ logging: false }) })).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringMatching(/^access logging is off, and .*not asked for.*nobody is known/) as unknown,
    });
    const gap = { what: 'bucket logging', why: 'AwsAccessDenied: reading the logging of bucket exports' };
    const unread = { reads: someReads({ logging: false }), bucket: aBucket({ logging: null, gaps: [gap] }) };
    const { whyUnknown } = find('downloaded', unread);
    expect(whyUnknown).toMatch(/^whether access logging is on is not known \(AwsAccessDenied: reading the logging/);
    expect(whyUnknown).not.toContain('logging is off');
    expect(find('downloaded', { reads: someReads({ loggedUntil: '2026-03-02T10:01:00Z' }) }).answer).toBe('unknown');
    expect(find('downloaded', { reads: someReads({ unreadable: 1 }) }).answer).toBe('unknown');
    expect(find('downloaded', { alert: aFailedAlert(), reads: null }).answer).toBe('no');
  });

  it('is not downloaded by those who copy it for the investigation', () => {
    const responder = `arn:aws:iam::${ids.account}:role/soar-contain`;
    const reads = someReads({ reads: [aRead({ requester: responder })] });
    expect(find('downloaded', { reads, policy: aPolicy({ responders: [responder] }) }).answer).toBe('no');
    expect(find('downloaded', { reads, policy: aPolicy({ responders: [] }) }).answer).toBe('yes');
  });
});

describe('the bucket', () => {
  it('is told to be ours, another’s, or neither', () => {
    expect(find('bucket-owner')).toMatchObject({ answer: 'yes' });
    expect(find('bucket-owner', { bucket: aBucket({ ownedByAccount: 'no' }) }).answer).toBe('no');
    expect(find('bucket-owner', { bucket: aBucket({ ownedByAccount: 'unknown' }) }).answer).toBe('unknown');
  });

  it('of another account is the organisation’s, a known partner’s, or whoever’s', () => {
    const policy = aPolicy({ partners: [{ name: 'Example Logistics', accounts: [ids.outsideAccount] }] });
    const owned = (owner?: string) => {
      const bucket = aBucket({ ownedByAccount: 'no', ...(owner === undefined ? {} : { owner }) });
      return find('bucket-owner', { bucket, policy });
    };
    expect(owned(ids.forensicsAccount).detail).toContain(`account ${ids.forensicsAccount} of the organisation`);
    expect(owned(ids.outsideAccount).detail).toContain(`${ids.outsideAccount} (known partner Example Logistics)`);
    expect(owned('888888888888').detail).not.toContain('partner Example');
    expect(owned()).toMatchObject({ answer: 'no', detail: expect.stringContaining('none of ours') as string });

    // Named, and outside all the same.
    const bucket = aBucket({ policy: aDocument(outsideStatement) });
    expect(find('bucket-access', { bucket, policy })).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining('(known partner Example Logistics)') as string,
    });
    const requester = `arn:aws:iam::${ids.outsideAccount}:user/theirs`;
    const reads = someReads({ reads: [aRead({ requester })] });
    expect(find('downloaded', { reads, policy }).detail).toMatch(
      /user\/theirs \(known partner Example Logistics\).*outside the organisation/,
    );
  });

  it('is encrypted by S3, or by a key whose account is told', () => {
    const encrypted = (encryption: Exclude<Parameters<typeof aBucket>[0], undefined>['encryption']) =>
      find('bucket-encryption', { bucket: aBucket(encryption === undefined ? {} : { encryption }) });
    const key = (account: string) => ({ algorithm: 'aws:kms', key: `arn:aws:kms:eu-west-1:${account}:key/k-1` });
    expect(encrypted({ algorithm: 'AES256' })).toMatchObject({ answer: 'no', detail: 'by keys of S3 itself (SSE-S3)' });
    expect(encrypted({ algorithm: 'aws:kms' }).detail).toContain('AWS managed key');
    expect(encrypted({ algorithm: 'aws:kms', key: 'alias/exports' })).toMatchObject({ answer: 'no' });
    expect(encrypted(key(ids.account))).toMatchObject({ answer: 'no' });
    expect(encrypted(key(ids.outsideAccount))).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining(`of account ${ids.outsideAccount}`) as string,
    });
    expect(encrypted(null)).toMatchObject({ answer: 'no', detail: 'by default it is not encrypted at all' });
    expect(encrypted(undefined)).toMatchObject({ answer: 'unknown', whyUnknown: 'its encryption was not read' });
  });

  it('lets outsiders in by statement and by grant', () => {
    const bucket = aBucket({
      policy: aDocument(outsideStatement, {
        ...without(outsideStatement, 'Sid'),
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } },
      }),
      acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
    });
    expect(find('bucket-access', { bucket })).toMatchObject({
      answer: 'yes',
      detail:
        'statement Partner for arn:aws:iam::333333333333:root, who can read the export; ' +
        'a statement for *, who can read the export under a condition that cannot be verified; ' +
        `ACL grant READ for ${ids.outsideCanonicalUser}`,
    });
    expect(find('bucket-access').answer).toBe('no');
    const refused = aBucket({ policy: null, gaps: [{ what: 'bucket policy', why: 'AwsAccessDenied' }] });
    expect(find('bucket-access', { bucket: refused }).answer).toBe('unknown');
  });

  it('lets the export service in, and tells who opened it', () => {
    expect(find('service-grants')).toMatchObject({ answer: 'yes', detail: 'statement VmExport' });
    expect(find('service-grants', { bucket: aBucket({ policy: null }) }).answer).toBe('no');
    const acl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'));
    expect(find('service-grants', { bucket: aBucket({ policy: null, acl }) }).detail).toBe('ACL grant WRITE');
    const bucketTrail = aTrail([
      aTrailEvent({ eventName: 'PutBucketAcl', readOnly: false }),
      aTrailEvent({ eventName: 'GetBucketAcl' }),
    ]);
    expect(find('bucket-changes', { bucketTrail })).toMatchObject({
      answer: 'yes',
      detail: `PutBucketAcl at 2026-03-02T09:50:00Z by ${ids.userArn} from 198.51.100.7`,
    });
    expect(find('bucket-changes').answer).toBe('no');
    expect(find('bucket-changes', { bucketTrail: aTrail([], { truncated: true }) }).answer).toBe('unknown');
  });

  it.each(['DeleteBucketPolicy', 'DeleteBucketPublicAccessBlock', 'PutAccessPointPolicy'])(
    'was opened by %s, unless that was refused',
    (eventName) => {
      const call = aTrailEvent({ eventName, readOnly: false });
      expect(find('bucket-changes', { bucketTrail: aTrail([call]) })).toMatchObject({
        answer: 'yes',
        detail: expect.stringContaining(eventName) as unknown,
      });
      const bucketTrail = aTrail([{ ...call, errorCode: 'AccessDenied' }]);
      expect(find('bucket-changes', { bucketTrail }).answer).toBe('no');
    },
  );
});

describe('what the actor did', () => {
  const exported = aTrailEvent({ eventId: anAlert().eventId, eventName: 'CreateInstanceExportTask', readOnly: false });

  it('is counted by call, the export itself apart', () => {
    const actorTrail = aTrail([exported, aTrailEvent(), aTrailEvent()]);
    expect(find('key-activity', { actorTrail })).toMatchObject({
      answer: 'yes',
      detail: '2 other call(s) in eu-west-1, us-east-1: DescribeInstances (2); from 198.51.100.7',
    });
    expect(find('key-activity', { actorTrail: aTrail([exported]) }).answer).toBe('no');
    expect(find('key-activity', { actorTrail: aTrail([exported], { truncated: true }) }).answer).toBe('unknown');
  });

  it('names what it changed, reading left out', () => {
    const refused = aTrailEvent({ eventName: 'StopInstances', readOnly: false, errorCode: 'UnauthorizedOperation' });
    const run = aTrailEvent({ eventName: 'RunInstances', readOnly: false });
    const actorTrail = aTrail([exported, run, refused, aTrailEvent()]);
    expect(find('actor-changes', { actorTrail })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^RunInstances at [^;]*$/) as unknown,
    });
    expect(find('actor-changes', { actorTrail: aTrail([exported, refused, aTrailEvent()]) }).answer).toBe('no');
  });

  it('names a few and counts the rest', () => {
    const events = Array.from({ length: 7 }, () => aTrailEvent({ eventName: 'RunInstances', readOnly: false }));
    expect(find('actor-changes', { actorTrail: aTrail(events) }).detail).toMatch(/; and 2 more$/);
  });

  it('shows other exports that were refused, and earlier ones that were not', () => {
    const refused = aTrailEvent({
      eventName: 'ExportImage',
      errorCode: 'Client.UnauthorizedOperation',
      readOnly: false,
    });
    const earlier = aTrailEvent({ eventName: 'CreateStoreImageTask', time: '2026-03-01T12:00:00Z', readOnly: false });
    const later = aTrailEvent({ eventName: 'ExportImage', time: '2026-03-02T11:00:00Z', readOnly: false });
    expect(find('refused-exports', { actorTrail: aTrail([refused, earlier]) })).toMatchObject({
      answer: 'yes',
      detail: `ExportImage (Client.UnauthorizedOperation) at ${refused.time} by ${ids.userArn} from 198.51.100.7`,
    });
    expect(find('earlier-exports', { actorTrail: aTrail([later, refused, earlier]) })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^1 by the actor, .*: CreateStoreImageTask at 2026-03-01T12:00:00Z/) as unknown,
    });
    // What would have succeeded was not refused.
    const dry = { ...refused, errorCode: 'Client.DryRunOperation' };
    expect(find('refused-exports', { actorTrail: aTrail([dry]) }).answer).toBe('no');
    expect(find('refused-exports').answer).toBe('no');
    expect(find('earlier-exports', { actorTrail: aTrail([exported, refused]) }).answer).toBe('no');
  });

  it('shows changes of access, tried ones too', () => {
    const key = aTrailEvent({ eventName: 'CreateAccessKey', eventSource: 'iam.amazonaws.com', readOnly: false });
    const tried = { ...key, eventName: 'AttachUserPolicy', errorCode: 'AccessDenied' };
    const read = aTrailEvent({ eventName: 'ListUsers', eventSource: 'iam.amazonaws.com' });
    expect(find('access-changes', { actorTrail: aTrail([key, tried, read]) }).detail).toMatch(
      /^CreateAccessKey at [^;]*; AttachUserPolicy \(AccessDenied\) at [^;]*$/,
    );
    expect(find('access-changes', { actorTrail: aTrail([read]) }).answer).toBe('no');
    for (const eventSource of ['sso', 'organizations', 'identitystore'].map((name) => `${name}.amazonaws.com`)) {
      const given = aTrailEvent({ eventName: 'CreateAccountAssignment', eventSource, readOnly: false });
      expect(find('access-changes', { actorTrail: aTrail([given]) }).answer).toBe('yes');
    }
  });

  it('shows sign-ins, and does not exclude them from the trail of a key', () => {
    const login = aTrailEvent({ eventId: 'a', eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com' });
    const session = aTrailEvent({ eventId: 'b', eventName: 'GetSessionToken', eventSource: 'sts.amazonaws.com' });
    const identity = aTrailEvent({ eventId: 'c', eventName: 'GetCallerIdentity', eventSource: 'sts.amazonaws.com' });
    expect(find('authentication', { actorTrail: aTrail([login, session, identity]) }).detail).toMatch(
      /^ConsoleLogin [^;]*; GetSessionToken [^;]*$/,
    );
    expect(find('authentication').answer).toBe('unknown');
    const alert = anAlert({ principal: without(anAlert().principal, 'accessKeyId') });
    expect(find('authentication', { alert }).answer).toBe('no');
  });

  it('shows concealment', () => {
    expect(find('concealment', { actorTrail: aTrail([aTrailEvent({ eventName: 'StopLogging' })]) })).toMatchObject({
      answer: 'yes',
      detail: `StopLogging at 2026-03-02T09:50:00Z by ${ids.userArn}`,
    });
    expect(find('concealment').answer).toBe('no');
  });

  it.each([
    ['a gap', { gaps: [{ what: 'CloudTrail of us-east-1', why: 'AwsAccessDenied' }] }],
    ['an end of the budget', { truncated: true }],
    ['events that were not kept', { total: 900 }],
  ])('is not excluded by a trail with %s', (_why, changes) => {
    const actorTrail = aTrail([], changes);
    for (const id of ['actor-changes', 'access-changes', 'refused-exports']) {
      expect(find(id, { actorTrail }).answer).toBe('unknown');
    }
  });
});

describe('where the permission comes from', () => {
  it('is told by policy and holder', () => {
    const exporting = aDocument(anAllow({ Action: 'ec2:*' }));
    const principal = aUser({
      inline: [{ name: 'work', document: exporting }],
      attached: [aManagedPolicy()],
      groups: [{ name: 'ops', inline: [], attached: [aManagedPolicy({ name: 'PowerUserAccess', awsManaged: true })] }],
    });
    expect(find('permission-source', { principal })).toMatchObject({
      answer: 'yes',
      detail:
        "inline policy work of user mallory; managed policy exporters of user mallory; AWS's own policy PowerUserAccess of group ops",
    });
  });

  it('is a no only if every policy was read', () => {
    expect(find('permission-source').answer).toBe('no');
    const gaps = [{ what: 'groups', why: 'AwsAccessDenied' }];
    expect(find('permission-source', { principal: aUser({ gaps }) }).answer).toBe('unknown');
    expect(find('permission-source', { principal: null }).answer).toBe('unknown');
  });
});
