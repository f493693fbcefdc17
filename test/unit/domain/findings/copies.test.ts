import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { mostUnshared } from '../../../../src/domain/plan/copy-containment.ts';
import { copyFindings } from '../../../../src/domain/findings/copy-findings.ts';
import { copySearches } from '../../../../src/domain/findings/copies.ts';
import type { CopiesFacts, CopyFacts } from '../../../../src/domain/findings/facts.ts';
import { copiesOnTrail, type CopyOnTrail, type Lineage } from '../../../../src/domain/findings/lineage.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import {
  aFailedAlert,
  anAlert,
  anImageAlert,
  anImageSource,
  anInstance,
  aPlanInput,
  aPolicy,
  aTrailEvent,
  ids,
  times,
  without,
} from '../../../support/builders.ts';

const image = 'ami-0aaaaaaaaaaaaaaaa';
const snapshot = 'snap-0bbbbbbbbbbbbbbbb';
const volume = 'vol-0123456789abcdef0';
const outside = ids.outsideAccount;

const aCopy = (changes: Partial<CopyFacts> = {}): CopyFacts => ({
  type: 'image',
  id: image,
  from: ids.instance,
  createdAt: times.export,
  sharedWith: [],
  ...changes,
});
const found = (...copies: CopyFacts[]): CopiesFacts[] => [{ region: ids.region, copies, gaps: [] }];
const onTrail = (changes: Partial<CopyOnTrail> = {}): CopyOnTrail => ({
  kind: 'image',
  id: image,
  from: ids.instance,
  at: times.export,
  region: ids.region,
  eventId: 'e-1',
  ...changes,
});
const traced = (copies: CopyOnTrail[] = [], gaps: string[] = []): Lineage => ({
  behind: [],
  taken: [],
  made: [],
  copies,
  gaps,
});

describe('copies on the trail', () => {
  it('carry when, where and by which event', () => {
    const made = { kind: 'image' as const, id: image };
    expect(copiesOnTrail([aTrailEvent({ copies: [made] }), aTrailEvent()])).toEqual([
      { ...made, at: aTrailEvent().time, region: ids.region, eventId: aTrailEvent().eventId },
    ]);
  });
});

describe('looking for copies', () => {
  it('goes by the instance, its volumes, and whatever the trail names', () => {
    const lineage = traced([
      onTrail(),
      onTrail({ kind: 'snapshot', id: snapshot }),
      onTrail({ kind: 'export', id: 'x' }),
    ]);
    expect(copySearches({ alert: anAlert(), instance: anInstance(), lineage })).toEqual([
      { region: ids.region, instanceId: ids.instance, volumeIds: [volume], imageIds: [image], snapshotIds: [snapshot] },
    ]);
  });

  it('goes to other Regions for what was made there', () => {
    const lineage = traced([onTrail({ kind: 'snapshot', id: snapshot, region: 'us-east-1' })]);
    expect(copySearches({ alert: anAlert(), instance: null, lineage })).toEqual([
      { region: ids.region, instanceId: ids.instance, volumeIds: [], imageIds: [], snapshotIds: [] },
      { region: 'us-east-1', volumeIds: [], imageIds: [], snapshotIds: [snapshot] },
    ]);
  });

  it('goes by the machine of which the image was made, where that is', () => {
    const machine = { instanceId: ids.instance, accountId: ids.account, region: 'us-east-1' };
    const through = [{ imageId: 'ami-0bbbbbbbbbbbbbbbb', region: 'us-east-1' }];
    const source = anImageSource({ machine, through });
    const asked = { alert: anImageAlert(), source, instance: anInstance(), lineage: null };
    const none = { volumeIds: [], snapshotIds: [] };
    expect(copySearches(asked)).toEqual([
      { region: ids.region, ...none, imageIds: [ids.image] },
      {
        region: 'us-east-1',
        ...none,
        instanceId: ids.instance,
        volumeIds: [volume],
        imageIds: ['ami-0bbbbbbbbbbbbbbbb'],
      },
    ]);
    const foreign = anImageSource({ machine: { ...machine, accountId: outside } });
    expect(copySearches({ ...asked, source: foreign, instance: null })).toEqual([
      { region: ids.region, ...none, imageIds: [ids.image] },
    ]);
  });

  it('begins with the image where that was exported', () => {
    const alert = without(anAlert({ imageId: image }), 'instanceId');
    expect(copySearches({ alert, instance: null, lineage: null })).toEqual([
      { region: ids.region, volumeIds: [], imageIds: [image], snapshotIds: [] },
    ]);
  });
});

describe('findings about copies', () => {
  const findings = (changes: Partial<Parameters<typeof copyFindings>[0]> = {}) => {
    const known = { alert: anAlert(), policy: aPolicy(), instance: anInstance(), lineage: traced(), copies: found() };
    const [made, shared] = copyFindings({ ...known, ...changes });
    return { made: made!, shared: shared! };
  };

  it('are a no where EC2 has none and the trail tells of none', () => {
    const { made, shared } = findings();
    expect([made.answer, shared.answer]).toEqual(['no', 'no']);
    expect(made.detail).toContain(`in ${ids.region}; other Regions were not looked at`);
  });

  it('name what the actor made, what EC2 has beside that, and whom it is shared with', () => {
    const copies = found(aCopy({ sharedWith: [outside] }), aCopy({ type: 'snapshot', id: snapshot, from: volume }));
    const lineage = traced([onTrail({ sharedWith: [outside] }), onTrail()]);
    const { made, shared } = findings({ lineage, copies });
    expect(made.answer).toBe('yes');
    expect(made.detail).toBe(
      `2: image ${image} was shared with account ${outside} by the actor at ${times.export} in ${ids.region}; ` +
        `image ${image} was made from ${ids.instance} by the actor at ${times.export} in ${ids.region}; ` +
        `snapshot ${snapshot} from ${volume} of ${times.export}`,
    );
    expect(shared).toMatchObject({ answer: 'yes', detail: `image ${image} with account ${outside}` });
  });

  it('leave out the export that the alert is about, and the image that it was made of', () => {
    const own = [
      onTrail({ kind: 'export', id: ids.task }),
      onTrail({ kind: 'stored-image', id: 's3://x/y', eventId: anAlert().eventId }),
    ];
    expect(findings({ lineage: traced(own) }).made.answer).toBe('no');
    const alert = anAlert({ imageId: image });
    expect(findings({ alert, copies: found(aCopy()) }).made.answer).toBe('no');
    expect(findings({ lineage: traced([onTrail({ kind: 'export', id: 'export-i-other' })]) }).made.answer).toBe('yes');
  });

  it('count another export of the machine of which the image was made, and none of another machine', () => {
    const image = { alert: anImageAlert(), source: anImageSource() };
    const direct = onTrail({ kind: 'export', id: 'export-i-other', from: ids.instance });
    expect(findings({ ...image, lineage: traced([direct]) }).made.answer).toBe('yes');
    const other = { ...direct, from: 'i-0fedcba9876543210' };
    expect(findings({ ...image, lineage: traced([other]) }).made.answer).toBe('no');
    const unknown = { imageId: ids.image, why: 'nothing names it' };
    expect(findings({ ...image, source: unknown }).made.whyUnknown).toBe('nothing names it');
  });

  it('leave out exports of other machines, which have incidents of their own', () => {
    const other = onTrail({ kind: 'export', id: 'export-i-other', from: 'i-0fedcba9876543210' });
    expect(findings({ lineage: traced([other]) }).made.answer).toBe('no');
    expect(findings({ lineage: traced([{ ...other, kind: 'image' }]) }).made.answer).toBe('yes');
  });

  it('are not a no where anything was not read', () => {
    const gap = { what: 'snapshots of the volumes in eu-west-1', why: 'AwsAccessDenied' };
    const unknown: [string, Partial<Parameters<typeof copyFindings>[0]>][] = [
      ['images and snapshots were not read', { copies: null }],
      [`${gap.what}: ${gap.why}`, { copies: [{ region: ids.region, copies: [], gaps: [gap] }] }],
      ['the instance was not read, so snapshots of its volumes could not be looked for', { instance: null }],
      ['the alert names no instance', { alert: without(anAlert(), 'instanceId') }],
      ['what the actor copied was not traced', { lineage: null }],
      ['the trail was not read to its end', { lineage: traced([], ['the trail was not read to its end']) }],
    ];
    for (const [whyUnknown, changes] of unknown) {
      const { made, shared } = findings(changes);
      expect([made, shared]).toEqual([
        expect.objectContaining({ answer: 'unknown', whyUnknown }),
        expect.objectContaining({ answer: 'unknown', whyUnknown }),
      ]);
    }
  });
});

const plan = (changes: Partial<PlanInput> = {}) => containmentPlan(aPlanInput({ copies: found(), ...changes }));
const action = (id: string, changes: Partial<PlanInput> = {}) => plan(changes).actions.find((one) => one.id === id);
const why = (what: string, changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find((entry) => entry.what.startsWith(what))?.why;
const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };

describe('unshare-copies', () => {
  it('takes exactly the outsiders away and leaves our own accounts', () => {
    const copies = found(aCopy({ sharedWith: [ids.forensicsAccount, outside] }));
    expect(action(`unshare-copies:${image}`, { copies })).toMatchObject({
      target: `arn:aws:ec2:${ids.region}::image/${image}`,
      calls: ['ec2:ModifyImageAttribute'],
      reversible: true,
      mayBreak: [`account ${outside}, which uses image ${image}`],
      input: {
        ...base,
        act: 'setSharing',
        resource: { type: 'image', id: image },
        before: [ids.forensicsAccount, outside],
        after: [ids.forensicsAccount],
      },
    });
  });

  it('acts in the Region of the copy, by the call of its kind', () => {
    const copies = [
      { region: 'us-east-1', copies: [aCopy({ type: 'snapshot', id: snapshot, sharedWith: ['all'] })], gaps: [] },
    ];
    expect(action(`unshare-copies:${snapshot}`, { copies })).toMatchObject({
      calls: ['ec2:ModifySnapshotAttribute'],
      input: { region: 'us-east-1', before: ['all'], after: [] },
    });
  });

  it('begins with what is public, images first, after readers of the export are denied and before the actor', () => {
    const copies = found(
      aCopy({ type: 'snapshot', id: 'snap-1', sharedWith: [outside] }),
      aCopy({ id: 'ami-1', sharedWith: [outside] }),
      aCopy({ type: 'snapshot', id: 'snap-2', sharedWith: ['all'] }),
      aCopy({ id: 'ami-2', sharedWith: ['all', outside] }),
    );
    expect(
      plan({ copies })
        .actions.map(({ id }) => id)
        .slice(0, 6),
    ).toEqual([
      'deny-export-reads',
      'unshare-copies:ami-2',
      'unshare-copies:snap-2',
      'unshare-copies:ami-1',
      'unshare-copies:snap-1',
      'disable-access-keys',
    ]);
  });

  it('is planned after a refused export too: the actor may have gone another way', () => {
    const refused = { alert: aFailedAlert(), task: null, object: null };
    expect(
      action(`unshare-copies:${image}`, { ...refused, copies: found(aCopy({ sharedWith: [outside] })) }),
    ).toBeDefined();
  });

  it('counts an organisation by the account that manages it', () => {
    const of = (account: string) => `arn:aws:organizations::${account}:organization/o-1`;
    const copies = found(aCopy({ sharedWith: [of(ids.account), of(outside)] }));
    expect(action(`unshare-copies:${image}`, { copies })?.input).toMatchObject({ after: [of(ids.account)] });
  });

  it('leaves alone what is protected, and what is more than people can read', () => {
    const copies = found(aCopy({ sharedWith: [outside] }));
    const policy = aPolicy({ protected: { principals: [], buckets: [], images: ['ami-0aaa*'] } });
    expect(why(`unshare-copies:${image}`, { copies, policy })).toMatch(/^protected/);
    const tags = { 'legal-hold': ['*'] };
    const byTag = aPolicy({ protected: { principals: [], buckets: [], tags } });
    const tagged = found(aCopy({ sharedWith: [outside], tags: { 'legal-hold': 'case-7' } }));
    expect(why(`unshare-copies:${image}`, { copies: tagged, policy: byTag })).toMatch(/has the tag legal-hold=case-7/);
    expect(action(`unshare-copies:${image}`, { copies, policy: byTag })).toBeDefined();
    const many = Array.from({ length: mostUnshared + 1 }, (_, n) => aCopy({ id: `ami-${n}`, sharedWith: [outside] }));
    expect(why(`unshare-copies:ami-${mostUnshared}`, { copies: found(...many) })).toMatch(/more than 10 in one plan/);
    expect(action(`unshare-copies:ami-${mostUnshared - 1}`, { copies: found(...many) })).toBeDefined();
  });

  it('says why there is none, and what could not be read', () => {
    expect(why('unshare-copies')).toBe('no image or snapshot of the machine is shared outside');
    expect(why('unshare-copies', { copies: null })).toMatch(/were not read/);
    const gap = { what: `whom image ${image} is shared with`, why: 'AwsAccessDenied' };
    const copies = [{ region: ids.region, copies: [aCopy({ sharedWith: null })], gaps: [gap] }];
    expect(why(`unshare-copies: ${gap.what}`, { copies })).toBe('AwsAccessDenied; look at it by hand');
    // No "none" beside what is not known.
    expect(why('unshare-copies', { copies })).not.toContain('is shared outside');
  });

  it.each([
    [
      'the trail was not read',
      { lineage: traced([], ['CloudTrail of eu-west-1: refused']) },
      /^CloudTrail of eu-west-1: refused/,
    ],
    ['nothing was traced', { lineage: null }, /^what the actor copied was not traced/],
    ['the machine was not read', { instance: null }, /^the instance was not read, so snapshots of its volumes/],
  ])('does not say that none is shared where %s: others may be', (_, changes, reason) => {
    expect(why('unshare-copies', changes)).toMatch(reason);
    expect(why('unshare-copies', changes)).toMatch(/; look for shared ones by hand$/);
    // What is seen to be shared is taken back all the same.
    const copies = found(aCopy({ sharedWith: [outside] }));
    expect(action(`unshare-copies:${image}`, { ...changes, copies })).toBeDefined();
    expect(why('unshare-copies: copies', { ...changes, copies })).toMatch(reason);
  });

  it('never calls contained what others copied, also where the share was taken back before', () => {
    const copies = found(aCopy({ sharedWith: [outside] }));
    expect(why(`copies of image ${image} that account ${outside} made`, { copies })).toMatch(
      /beyond our control: ask account 333333333333, or AWS Support$/,
    );
    const shared = {
      copies: found(),
      lineage: traced([onTrail({ sharedWith: [outside, 'all', ids.forensicsAccount] })]),
    };
    expect(why(`copies of image ${image} that account ${outside} made`, shared)).toMatch(/beyond our control/);
    expect(why(`copies of image ${image} that everybody made`, shared)).toMatch(/tell AWS Support$/);
    expect(why(`copies of image ${image} that account ${ids.forensicsAccount} made`, shared)).toBeUndefined();
  });

  it('is undone by sharing it again with exactly those', () => {
    const done = action(`unshare-copies:${image}`, { copies: found(aCopy({ sharedWith: [outside] })) })!;
    const record = {
      ...done,
      phase: 'containment' as const,
      requestId: 'r1',
      status: 'applied' as const,
      detail: '',
      at: times.now,
    };
    expect(undoPlan([record]).actions).toMatchObject([
      {
        id: `undo/unshare-copies:${image}`,
        calls: ['ec2:ModifyImageAttribute'],
        mayBreak: [`account ${outside} may use image ${image} again, and copy it`],
        input: { act: 'setSharing', before: [], after: [outside] },
      },
    ]);
  });
});

describe('snapshot-volumes', () => {
  const wanted = { policy: aPolicy({ snapshotVolumes: true }), instance: anInstance() };

  it('takes one of each volume, under the incident’s tags, before the export is copied', () => {
    const volumes = ['vol-2', 'vol-1'].map((volumeId) => ({ volumeId, encrypted: false, sizeGiB: 8 }));
    const made = plan({ ...wanted, instance: anInstance({ volumes }) });
    expect(made.actions.map(({ id }) => id).slice(-2)).toEqual(['snapshot-volumes', 'copy-to-forensics']);
    expect(made.actions.at(-2)).toMatchObject({
      reversible: true,
      undo: expect.stringContaining('nothing to restore') as string,
      input: {
        ...base,
        act: 'snapshotVolumes',
        instanceId: ids.instance,
        volumes: ['vol-1', 'vol-2'],
        tags: { 'soar-incident': ids.incidentKey, 'soar-source-instance': ids.instance },
      },
    });
  });

  it('says of the machine behind an image that it is that', () => {
    const { actions } = plan({ ...wanted, alert: anImageAlert(), source: anImageSource() });
    expect(actions.find(({ id }) => id === 'snapshot-volumes')).toMatchObject({
      title: `Take snapshots of the 1 volume(s) of instance ${ids.instance}, of which the image was made`,
      input: { instanceId: ids.instance },
    });
  });

  it.each([
    ['the policy does not ask for it', { policy: aPolicy() }, /policy does not ask/],
    ['the alert names no instance', { alert: without(anAlert(), 'instanceId') }, /names no instance/],
    [
      'it is not known of which machine the image was made',
      { alert: anImageAlert(), source: { imageId: ids.image, why: 'EC2 names none' }, instance: null },
      /^EC2 names none: find out what the image was made of/,
    ],
    [
      'the machine of which the image was made is in another Region',
      {
        alert: anImageAlert(),
        source: anImageSource({ machine: { instanceId: ids.instance, accountId: ids.account, region: 'us-east-1' } }),
      },
      /of which the image was made, is in us-east-1: by hand/,
    ],
    ['the instance was not read', { instance: null }, /could not be read/],
    ['the instance is gone', { instance: anInstance({ state: 'terminated' }) }, /is terminated/],
    [
      'the instance has a tag that protects',
      {
        instance: anInstance({ tags: { 'legal-hold': 'yes' } }),
        policy: aPolicy({
          snapshotVolumes: true,
          protected: { principals: [], buckets: [], tags: { 'legal-hold': ['*'] } },
        }),
      },
      /^protected: instance .* has the tag legal-hold=yes/,
    ],
    ['it has no volumes', { instance: anInstance({ volumes: [] }) }, /no EBS volumes/],
  ])('is not planned where %s', (_what, changes, reason) => {
    expect(why('snapshot-volumes', { ...wanted, ...changes })).toMatch(reason);
  });
});
