import { describe, expect, it } from 'vitest';
import { validationFindings } from '../../../../src/domain/findings/findings.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import {
  aCaseFile,
  anImageAlert,
  anImageSource,
  anInstance,
  aPolicy,
  aTrail,
  aTrailEvent,
  ids,
} from '../../../support/builders.ts';
import type { CaseFile } from '../../../../src/domain/findings/case-file.ts';
import type { TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';
import type { Lineage } from '../../../../src/domain/findings/lineage.ts';

const stranger = { accessKeyId: 'AKIAOTHER', principalArn: 'arn:aws:iam::111111111111:user/other' };
const change = (changes: Parameters<typeof aTrailEvent>[0] = {}) =>
  aTrailEvent({ eventName: 'CreateTags', readOnly: false, resources: [ids.instance], ...stranger, ...changes });
const shown = (changes: Partial<CaseFile>) => {
  const { account } = aPolicy();
  const file = aCaseFile({
    instance: anInstance({ tags: { Environment: 'development', DataClassification: 'public' } }),
    policy: aPolicy({ account: account && { ...account, environment: 'mixed' } }),
    ...changes,
  });
  const found = (wanted: string) => validationFindings(file).find(({ id }) => id === wanted);
  const { answer, detail } = found('tags-changed') ?? {};
  const { environment, classification } = severityFacts(file);
  return { answer, detail, disks: found('disks-attached')?.answer, facts: [environment.value, classification.value] };
};

describe('tags of the instance', () => {
  it('are believed where nobody changed them', () => {
    expect(shown({})).toMatchObject({ answer: 'no', facts: ['development', 'public'] });
  });

  it('are not believed where anybody changed them shortly before the export', () => {
    const { answer, detail, facts } = shown({
      tagTrail: aTrail([change({ tags: ['Environment', 'DataClassification'] })]),
    });
    expect([answer, facts]).toEqual(['yes', ['unknown', 'unknown']]);
    expect(detail).toContain('user/other');
    expect(detail).toContain('(Environment, DataClassification)');
  });

  it('are not believed one by one: another tag says nothing of this one', () => {
    expect(shown({ tagTrail: aTrail([change({ tags: ['Environment'] })]) }).facts).toEqual(['unknown', 'public']);
    expect(shown({ tagTrail: aTrail([change({ tags: ['CostCentre'] })]) })).toMatchObject({
      answer: 'yes',
      facts: ['development', 'public'],
    });
    // A record that does not name them may be about each.
    expect(shown({ tagTrail: aTrail([change()]) }).facts).toEqual(['unknown', 'unknown']);
  });

  it('are not believed where the actor changed them, however long before', () => {
    const own = { accessKeyId: ids.accessKey, principalArn: ids.userArn, time: '2026-02-20T00:00:00Z' };
    expect(shown({ tagTrail: aTrail([change(own)]) }).answer).toBe('yes');
    expect(shown({ tagTrail: aTrail([change({ ...own, ...stranger })]) })).toMatchObject({
      answer: 'no',
      facts: ['development', 'public'],
    });
  });

  it('are not believed of a machine that the actor launched with them, and are where others launched it', () => {
    const launch = {
      eventName: 'RunInstances',
      time: '2026-02-20T00:00:00Z',
      tags: ['Environment', 'DataClassification'],
    };
    const own = { ...launch, accessKeyId: ids.accessKey, principalArn: ids.userArn };
    const found = shown({ tagTrail: aTrail([change(own)]) });
    expect(found).toMatchObject({ answer: 'yes', facts: ['unknown', 'unknown'] });
    expect(found.detail).toContain('RunInstances');
    const believed = { answer: 'no', facts: ['development', 'public'] };
    expect(shown({ tagTrail: aTrail([change({ ...launch, time: '2026-03-02T09:00:00Z' })]) })).toMatchObject(believed);
    expect(shown({ tagTrail: aTrail([change({ ...own, resources: ['i-other'] })]) })).toMatchObject(believed);
    // By a launch template, whose tags the call does not name, or by whatever tags new machines: what is on it the actor chose.
    const nameless = { ...own, tags: undefined } as unknown as typeof own;
    for (const launched of [nameless, { ...own, tags: [] }]) {
      expect(shown({ tagTrail: aTrail([change(launched)]) }).facts).toEqual(['unknown', 'unknown']);
    }
  });

  it('are not believed of a machine that a service launched shortly before: for whom is not in its record', () => {
    const service = {
      eventName: 'RunInstances',
      principalArn: 'arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling',
      sourceAddress: 'autoscaling.amazonaws.com',
    };
    const launched = (changes: Partial<TrailEvent>) =>
      shown({ tagTrail: aTrail([change({ ...service, ...changes })]) });
    const doubted = ['unknown', 'unknown'];
    expect(launched({ time: '2026-03-02T09:00:00Z' }).facts).toEqual(doubted);
    expect(launched({ time: '2026-03-02T09:00:00Z', sourceAddress: 'AWS Internal' }).facts).toEqual(doubted);
    const deployed = { principalArn: stranger.principalArn, sourceAddress: 'cloudformation.amazonaws.com' };
    expect(launched({ time: '2026-03-02T09:00:00Z', tags: ['Environment'], ...deployed })).toMatchObject({
      answer: 'yes',
      facts: doubted,
    });
    expect(launched({ time: '2026-02-20T00:00:00Z' })).toMatchObject({ facts: ['development', 'public'] });
  });

  it('are not believed where the same hands wrote them under another identity', () => {
    const written = { time: '2026-02-20T00:00:00Z', tags: ['Environment', 'DataClassification'] };
    const role = 'arn:aws:sts::111111111111:assumed-role/tagger/night';
    const byRole = change({ ...written, accessKeyId: 'ASIATAGGER', principalArn: role });
    const given = (event: ReturnType<typeof change>, hops: Partial<Pick<Lineage, 'behind' | 'taken'>>) =>
      shown({ tagTrail: aTrail([event]), lineage: { behind: [], taken: [], made: [], gaps: [], ...hops } });
    const doubted = { answer: 'yes', facts: ['unknown', 'unknown'] };
    const believed = { answer: 'no', facts: ['development', 'public'] };
    const hop = { accessKeyId: ids.accessKey, at: written.time, via: 'AssumeRole' };
    expect(given(change(written), { behind: [{ ...hop, callerArn: stranger.principalArn }] })).toMatchObject(doubted);
    expect(given(change(written), { behind: [{ ...hop, callerArn: ids.userArn }] })).toMatchObject(believed);
    expect(given(byRole, { taken: [{ ...hop, accessKeyId: 'ASIATAGGER' }] })).toMatchObject(doubted);
    // Others have sessions of that role, too.
    expect(given(byRole, { taken: [{ ...hop, accessKeyId: 'ASIAOTHER' }] })).toMatchObject(believed);
  });

  it('say nothing of a disk that the actor attached, or anybody shortly before the export', () => {
    const attached = (changes: Parameters<typeof aTrailEvent>[0]) =>
      change({ eventName: 'AttachVolume', resources: ['vol-1', ids.instance], ...changes });
    const given = (changes: Parameters<typeof aTrailEvent>[0]) => ({ tagTrail: aTrail([attached(changes)]) });
    expect(shown(given({}))).toMatchObject({ answer: 'no', facts: ['unknown', 'unknown'], disks: 'yes' });
    const longAgo = { time: '2026-02-20T00:00:00Z' };
    const own = { ...longAgo, accessKeyId: ids.accessKey, principalArn: ids.userArn };
    expect(shown(given(own))).toMatchObject({ facts: ['unknown', 'unknown'], disks: 'yes' });
    for (const other of [
      longAgo,
      { errorCode: 'Client.InvalidVolume.NotFound' },
      { resources: ['vol-1', 'i-other'] },
    ]) {
      expect(shown(given(other))).toMatchObject({ facts: ['development', 'public'], disks: undefined });
    }
  });

  it('say nothing of a disk that is not of the machine and was put into its image, by anybody at any time', () => {
    const alert = anImageAlert();
    const making = (id: string, added?: string[]) =>
      aTrail([
        aTrailEvent({
          eventName: 'CreateImage',
          time: '2026-02-20T00:00:00Z',
          copies: [{ kind: 'image', id, from: ids.instance, ...(added ? { added } : {}) }],
        }),
      ]);
    const given = (tagTrail: ReturnType<typeof aTrail>, source = anImageSource()) => shown({ alert, source, tagTrail });
    const added = ['snap-0production'];
    const doubted = { facts: ['unknown', 'unknown'], disks: 'yes' };
    const believed = { facts: ['development', 'public'], disks: undefined };
    expect(given(making(alert.imageId!, added))).toMatchObject(doubted);
    expect(given(making(alert.imageId!))).toMatchObject(believed);
    expect(given(making('ami-0other', added))).toMatchObject(believed);
    const copied = anImageSource({ through: [{ imageId: 'ami-0first', region: 'eu-west-1' }] });
    expect(given(making('ami-0first', added), copied)).toMatchObject(doubted);
    const registered = anImageSource({ otherDisks: ['snap-0production'] });
    expect(given(aTrail(), registered).facts).toEqual(['unknown', 'unknown']);
  });

  it('of the machine behind an image are not believed where anybody changed them since the image was made', () => {
    const tagTrail = aTrail([change({ tags: ['Environment', 'DataClassification'], time: '2026-02-20T00:00:00Z' })]);
    const alert = anImageAlert();
    const made = (madeAt: string) => shown({ alert, source: anImageSource({ madeAt }), tagTrail });
    expect(made('2026-02-19T00:00:00Z')).toMatchObject({ answer: 'yes', facts: ['unknown', 'unknown'] });
    expect(made('2026-02-21T00:00:00Z')).toMatchObject({ answer: 'no', facts: ['development', 'public'] });
    // Less than a day before the export counts, however young the image is.
    const late = aTrail([change({ time: '2026-03-02T01:00:00Z' })]);
    expect(shown({ alert, source: anImageSource({ madeAt: '2026-03-02T09:00:00Z' }), tagTrail: late }).answer).toBe(
      'yes',
    );
  });

  it('are believed after a change that was refused, or of another machine', () => {
    const tagTrail = aTrail([
      change({ errorCode: 'Client.UnauthorizedOperation' }),
      change({ resources: ['i-other'] }),
    ]);
    expect(shown({ tagTrail })).toMatchObject({ answer: 'no', facts: ['development', 'public'] });
  });

  it('have a history that is not known where it was not read to its end', () => {
    const unknown = { answer: 'unknown', facts: ['unknown', 'unknown'] };
    expect(shown({ tagTrail: null })).toMatchObject(unknown);
    expect(shown({ tagTrail: aTrail([], { truncated: true }) })).toMatchObject(unknown);
    const production = anInstance({ tags: { Environment: 'production' } });
    expect(shown({ tagTrail: null, instance: production }).facts[0]).toBe('production');
  });

  it('have a history that is not known where changes of tags were pushed out of what is kept', () => {
    const kept = [change({ time: '2026-02-20T00:00:00Z', tags: ['Note'] })];
    const of = (countByName: Record<string, number>) =>
      shown({ tagTrail: aTrail(kept, { total: 400, countByName }) }).facts;
    expect(of({ CreateTags: 2, StopInstances: 398 })).toEqual(['unknown', 'unknown']);
    expect(of({ CreateTags: 1, StopInstances: 399 })).toEqual(['development', 'public']);
  });
});
