import { describe, expect, it } from 'vitest';
import { withDataEvents } from '../../../../src/domain/findings/data-events.ts';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import { lacksEvidence, restingOn } from '../../../../src/domain/findings/finding-evidence.ts';
import { basisOf, isFetched, questionIds, systemAsked } from '../../../../src/domain/findings/finding-basis.ts';
import { investigationFindings, triageFindings, validationFindings } from '../../../../src/domain/findings/findings.ts';
import type { Investigated } from '../../../../src/domain/findings/investigated.ts';
import { sourceFindings } from '../../../../src/domain/findings/source-findings.ts';
import { containedFinding, seenIn } from '../../../../src/domain/watch/containment-watch.ts';
import {
  aBucket,
  aCaseFile,
  anExportObject,
  anImageAlert,
  anImageSource,
  anInstance,
  aSourcePolicy,
  aSourceQuestion,
  aTask,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  nobodyWrote,
  someReads,
  times,
} from '../../../support/builders.ts';

const kept = (name: string) => ({ evidence: [{ uri: `s3://evidence/${name}`, sha256: name, size: 1 }] });
const trail = (name: string) => ({ ...aTrail(), ...kept(name) });

/** An incident that read everything, and each answer was kept. */
const file: Investigated = {
  ...aCaseFile(),
  instance: { ...anInstance(), ...kept('instance') },
  software: { capturedAt: times.now, total: 1, truncated: false, keeping: [], ...kept('software') },
  task: { ...aTask(), ...kept('task') },
  object: { ...anExportObject(), ...kept('object') },
  bucket: { ...aBucket(), ...kept('bucket') },
  reads: withDataEvents(
    { ...someReads(), ...kept('reads') },
    { from: times.export, to: times.now, reads: [], total: 0, gaps: [], ...kept('data-events') },
  ),
  actorTrail: trail('key'),
  nameTrail: trail('name'),
  tagTrail: { ...aTrail([aTrailEvent({ eventName: 'AttachVolume', resources: [ids.instance] })]), ...kept('tags') },
  exportTrail: trail('exports'),
  blinding: { trail: trail('blinding'), logBuckets: [], responders: [] },
  principal: { ...aUser(), ...kept('principal') },
  bucketTrail: trail('bucket-trail'),
  lineage: { behind: [], taken: [], made: [], gaps: [], ...kept('lineage') },
  copies: [{ region: 'eu-west-1', copies: [], gaps: [], ...kept('copies') }],
  permissionTrails: [trail('permissions')],
  policyUsers: { policies: {}, groups: {}, ...kept('policy-users') },
  history: trail('history'),
  places: { databases: ['places.mmdb'], places: {}, gaps: [] },
};

const answers = sourceFindings(aSourcePolicy(), aSourceQuestion(), {
  github: { state: 'answered', ...nobodyWrote('github') },
  jira: { state: 'answered', ...nobodyWrote('jira') },
  confluence: { state: 'answered', ...nobodyWrote('confluence') },
  slack: { state: 'answered', ...nobodyWrote('slack') },
});
const contained = restingOn(
  containedFinding({ at: times.now, result: 'observed', detail: 'd' }),
  ...seenIn({
    at: times.now,
    watched: [],
    trails: { AKIA: trail('since'), ASIA: null },
    atLarge: [],
    readBack: [{ id: 'deny-actor', check: { standing: 'done', detail: 'it stands', ...kept('recheck') } }],
    task: { ...aTask(), ...kept('task') },
    preserved: false,
  }),
);
/** The same of an image. */
const ofImage = validationFindings({
  ...file,
  alert: anImageAlert(),
  source: { ...anImageSource(), ...kept('source') },
}).filter(({ id }) => id === 'image-source');
const findings = new Map<string, Finding>(
  [
    ...ofImage,
    ...triageFindings(file),
    ...validationFindings(file),
    ...investigationFindings(file),
    ...answers,
    contained,
  ].map((finding) => [finding.id, finding]),
);

describe('what was fetched for a question', () => {
  const fetched = questionIds.filter((id) => isFetched(basisOf(systemAsked(id), 'yes').source ?? ''));

  it.each(fetched)('%s refers to it', (id) => {
    expect(findings.get(id)).toBeDefined();
    expect(findings.get(id)?.evidence).not.toEqual([]);
  });

  it('is referred to by each question that rests on it', () => {
    const refersTo = (id: string) => findings.get(id)?.evidence.map(({ sha256 }) => sha256);
    expect(refersTo('instance-software')).toEqual(['software']);
    expect(refersTo('image-source')).toEqual(['source']);
    expect(refersTo('downloaded')).toEqual(['reads', 'data-events', 'object', 'bucket']);
    expect(refersTo('permission-at-export')).toContain('policy-users');
    expect(refersTo('contained')).toEqual(['since', 'recheck', 'task']);
  });

  it('is nothing where the alert, the configuration or other incidents answer, which the history holds', () => {
    expect(questionIds.filter((id) => !fetched.includes(id)).sort()).toEqual([
      ...[
        'access-key',
        'account',
        'actor',
        'alert-contradicted',
        'campaign',
        'earlier-incidents',
        'exported-instance',
        'failure-cause',
      ],
      ...['other-callers', 'outcome', 'related-incidents', 'target', 'user-agent'],
    ]);
    const said = triageFindings(file).find(({ id }) => id === 'actor')!;
    expect([said, { ...said, source: 'IAM' }].map(lacksEvidence)).toEqual([false, true]);
    expect(lacksEvidence({ ...said, source: 'IAM', answer: 'unknown' })).toBe(false);
  });
});
