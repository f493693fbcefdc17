import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { ActionRecord } from '../../../../src/domain/plan/plan.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import {
  aBucket,
  aDocument,
  anActionRecord,
  aPlanInput,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

const done = (statement: Statement): ActionRecord[] =>
  containmentPlan(aPlanInput({ bucket: aBucket({ policy: aDocument(serviceStatement, statement) }) }))
    .actions.filter(({ id }) => id === 'remove-outside-grants' || id === 'block-public-access')
    .map((action) => anActionRecord({ ...action, status: 'applied' }));
const warned = (records: ActionRecord[]): boolean =>
  undoPlan(records, ['remove-outside-grants']).actions[0]?.mayBreak.some((line) => line.startsWith('S3 refuses it')) ??
  false;

describe('the undo of remove-outside-grants alone', () => {
  const everybody = { ...outsideStatement, Principal: '*' };

  it('says that S3 refuses a public policy while the block of this incident stands', () => {
    expect(warned(done(everybody))).toBe(true);
    expect(warned(done({ ...outsideStatement, Principal: { AWS: ['*'] } }))).toBe(true);
  });

  it('says nothing of it where nobody but named accounts come back, or the block is not there, or is undone', () => {
    expect(warned(done(outsideStatement))).toBe(false);
    const [removed, block] = done(everybody) as [ActionRecord, ActionRecord];
    expect(warned([removed])).toBe(false);
    expect(warned([removed, block, { ...block, id: 'undo/block-public-access' }])).toBe(false);
  });
});
