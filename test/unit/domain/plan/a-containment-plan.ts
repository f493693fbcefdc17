import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAcl,
  anAlert,
  aPlanInput,
  aRole,
  aRoleSession,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

export const plan = (changes: Partial<PlanInput> = {}) => containmentPlan(aPlanInput(changes));
export const actions = (changes: Partial<PlanInput> = {}) => plan(changes).actions.map(({ id }) => id);
export const action = (id: string, changes: Partial<PlanInput> = {}) =>
  plan(changes).actions.find((one) => one.id === id);
export const why = (what: string, changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find((entry) => entry.what.startsWith(what))?.why;

export const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
export const prefix = 'VMXABCDEFGHIJ';
export const denyReads: Statement = {
  Sid: 'VMXABCDEFGHIJDenyExportReads',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:GetObject', 's3:GetObject*'],
  Resource: [`arn:aws:s3:::${ids.bucket}/${ids.key}*`],
  // Nobody else, services included: CloudFront reads for whoever has a distribution.
  Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/soar-*'] } },
};
export const asRole = { alert: anAlert({ principal: aRoleSession() }), principal: aRole() };
export const opened = aBucket({
  policy: aDocument(serviceStatement, outsideStatement),
  acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
});
