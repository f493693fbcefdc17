import { describe, expect, it } from 'vitest';
import {
  anAlert,
  anImageAlert,
  anImageSource,
  anInstance,
  aTrail,
  aTrailEvent,
  ids,
  without,
} from '../../../support/builders.ts';
import { everything, find, nothing } from './an-investigation.ts';

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
