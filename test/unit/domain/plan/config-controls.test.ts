import { describe, expect, it } from 'vitest';
import type { PutConfigRule } from '../../../../src/domain/acts/acts.ts';
import { configControls } from '../../../../src/domain/plan/config-controls.ts';
import type { ConfigFacts } from '../../../../src/domain/findings/facts.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import { standingOfConfigRule } from '../../../../src/domain/acts/standing-of-config-rule.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import { anActionRecord, aPlanInput, aPolicy, ids } from '../../../support/builders.ts';

const plan = (config: ConfigFacts | null, configRules?: string[]) =>
  recoveryPlan(aPlanInput({ config, policy: aPolicy(configRules ? { configRules } : {}) }));
const watched = (...given: Parameters<typeof plan>) =>
  plan(...given).actions.filter(({ id }) => id.startsWith('watch-config'));
const why = (what: string, ...given: Parameters<typeof plan>) =>
  plan(...given).notPlanned.find((entry) => entry.what === what)?.why;

const recording = (...rules: ConfigFacts['rules']): ConfigFacts => ({ recording: true, rules });
const trail = `soar-trail-${ids.incidentKey}`;
const after = {
  source: 'CLOUD_TRAIL_ENABLED',
  description: `temporal-soar ${ids.incidentKey}: finds that no trail is on`,
};

describe('rules of AWS Config', () => {
  it('are planned where it records, one action for each', () => {
    expect(
      watched(
        recording(),
        configControls.map(({ id }) => id),
      ).map(({ id }) => id),
    ).toEqual([
      'watch-config:s3-public-read',
      'watch-config:s3-acl',
      'watch-config:ebs-encryption',
      'watch-config:trail',
    ]);
    expect(watched(recording(), ['trail'])[0]).toMatchObject({
      calls: ['config:PutConfigRule'],
      input: { act: 'putConfigRule', ruleName: trail, before: null, after },
    });
  });

  it('are not planned where nothing records, or nobody could tell, and the plan says so', () => {
    expect(why('watch-config', { recording: false, rules: [] }, ['trail'])).toContain('records nothing in eu-west-1');
    expect(why('watch-config', null, ['trail'])).toContain('could not be read');
  });

  it('are not planned twice: neither ours nor one of somebody else that checks the same', () => {
    expect(why('watch-config:trail', recording({ name: trail, ...after }), ['trail'])).toContain('is there already');
    const theirs = { name: 'org-trail', source: after.source, description: '' };
    expect(why('watch-config:trail', recording(theirs), ['trail'])).toBe(
      'rule org-trail checks CLOUD_TRAIL_ENABLED already',
    );
  });

  it('put one of ours that somebody changed back', () => {
    const changed = { name: trail, source: 'S3_BUCKET_ACL_PROHIBITED', description: '' };
    expect(watched(recording(changed), ['trail'])[0]?.input).toMatchObject({
      before: { source: 'S3_BUCKET_ACL_PROHIBITED', description: '' },
      after,
    });
  });

  it('are not mentioned where the policy names none, nor in incidents of earlier versions', () => {
    for (const rules of [undefined, []]) {
      expect(JSON.stringify(plan(recording(), rules))).not.toContain('watch-config');
    }
  });

  it('are undone by deleting them', () => {
    const [action] = watched(recording(), ['trail']);
    const done = anActionRecord({ id: 'watch-config:trail', input: action!.input, status: 'already' });
    expect(undoPlan([done]).actions[0]).toMatchObject({
      calls: ['config:DeleteConfigRule'],
      input: { act: 'putConfigRule', before: after, after: null },
    });
  });

  it('stand as planned, as before, or changed', () => {
    const act = watched(recording(), ['trail'])[0]!.input as PutConfigRule;
    expect(standingOfConfigRule(act, null).standing).toBe('ready');
    expect(standingOfConfigRule(act, after).standing).toBe('done');
    expect(standingOfConfigRule(act, { ...after, source: 'OTHER' }).standing).toBe('changed');
    expect(standingOfConfigRule(invert(act) as PutConfigRule, null).standing).toBe('done');
  });
});
