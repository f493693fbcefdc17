import { expect, it } from 'vitest';
import { authorised } from '../../../activities/authorised.ts';
import type { ActResult, SetAccessKeyStatus } from '../../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../../src/domain/approval/authorisation.ts';
import { ids } from '../../support/builders.ts';
import { someRules } from '../../support/deciding.ts';

const input: SetAccessKeyStatus = {
  act: 'setAccessKeyStatus',
  incidentKey: ids.incidentKey,
  accountId: ids.account,
  region: ids.region,
  userName: 'mallory',
  keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
};
const preApproved = {
  kind: 'pre-approved' as const,
  incidentKey: ids.incidentKey,
  action: 'disable-access-keys',
  policyDigest: 'p',
};

it('an act is told which approval it runs under, and not what proves it', async () => {
  const told: ApprovalOnRecord[] = [];
  const setAccessKeyStatus = (_: SetAccessKeyStatus, approval: ApprovalOnRecord): Promise<ActResult> => {
    told.push(approval);
    return Promise.resolve({ status: 'applied', detail: '', at: '' });
  };
  const rules = someRules({
    preApproval: { preApproved: ['disable-access-keys'], forensics: null, monitoring: null, responders: [] },
  });
  await authorised({ setAccessKeyStatus }, () => Promise.resolve(rules)).setAccessKeyStatus(input, preApproved);
  expect(told).toEqual([{ kind: 'pre-approved', action: 'disable-access-keys', policyDigest: 'p' }]);

  const strict = () => Promise.resolve(someRules());
  await expect(authorised({ setAccessKeyStatus }, strict).setAccessKeyStatus(input, preApproved)).rejects.toThrow();
  expect(told).toHaveLength(1);
});
