import { describe, expect, it } from 'vitest';
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
  aFailedAlert,
  anAccount,
  anAlert,
  anInstance,
  aPolicy,
  aRead,
  aTrail,
  aUser,
  ids,
  someReads,
  without,
} from '../../../support/builders.ts';
import { known, everything, find, nothing } from './an-investigation.ts';

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
