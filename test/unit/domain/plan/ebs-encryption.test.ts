import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import { aPlanInput, aPolicy, ids, times } from '../../../support/builders.ts';

const off = { policy: aPolicy({ encryptNewVolumes: true }), ebsEncryption: false };
const plan = (changes: Partial<PlanInput> = {}) => recoveryPlan(aPlanInput({ ...off, ...changes }));
const action = (changes: Partial<PlanInput> = {}) =>
  plan(changes).actions.find(({ id }) => id === 'encrypt-new-volumes');
const why = (changes: Partial<PlanInput>) =>
  plan(changes).notPlanned.find(({ what }) => what === 'encrypt-new-volumes')?.why;

describe('encrypt-new-volumes', () => {
  it('is planned where it is off, and says whose exports and shares it ends', () => {
    expect(action()).toMatchObject({
      calls: ['ec2:EnableEbsEncryptionByDefault'],
      reversible: true,
      mayBreak: [
        expect.stringContaining('authorised ones too') as string,
        expect.stringContaining('cannot be shared with other accounts') as string,
        expect.stringContaining('without permission for the key') as string,
      ],
      input: {
        act: 'setEbsEncryptionDefault',
        incidentKey: ids.incidentKey,
        accountId: ids.account,
        region: ids.region,
        before: false,
        after: true,
      },
    });
  });

  it.each([
    ['it is on', { ebsEncryption: true }, /encrypted by default already/],
    ['it could not be read', { ebsEncryption: null }, /could not be read/],
    ['the policy does not ask for it', { policy: aPolicy() }, /policy does not ask/],
  ])('is not planned where %s', (_what, changes, reason) => {
    expect(action(changes)).toBeUndefined();
    expect(why(changes)).toMatch(reason);
  });

  it('is undone by switching it off', () => {
    const record = {
      phase: 'recovery' as const,
      requestId: 'r1',
      status: 'applied' as const,
      detail: '',
      at: times.now,
    };
    expect(undoPlan([{ ...action()!, ...record }]).actions).toMatchObject([
      {
        calls: ['ec2:DisableEbsEncryptionByDefault'],
        mayBreak: [`new EBS volumes in ${ids.region} are no longer encrypted by default`],
        input: { before: true, after: false },
      },
    ]);
  });
});
