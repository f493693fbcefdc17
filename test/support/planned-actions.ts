import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import { eradicationPlan } from '../../src/domain/plan/eradication-plan.ts';
import type { PlannedAction } from '../../src/domain/plan/plan.ts';
import { recoveryPlan } from '../../src/domain/plan/recovery-plan.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAccessPoint,
  anAccount,
  anAcl,
  anAlert,
  anAllow,
  anInstance,
  aPlanInput,
  aPolicy,
  aReplication,
  aReplicationRule,
  aRole,
  aRoleSession,
  aTask,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
  someReads,
} from './builders.ts';
import { actionKind } from '../../src/domain/acts/action-id.ts';

const bucket = aBucket({
  policy: aDocument(serviceStatement, outsideStatement),
  acl: anAcl(
    aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ'),
    aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'),
  ),
  replication: aReplication([aReplicationRule('theirs')], [{ bucket: 'theirs', ours: 'no' }]),
  accessPoints: [anAccessPoint({ policy: aDocument({ ...outsideStatement, Resource: '*' }) })],
});
const exporting = [{ name: 'ops', document: aDocument(anAllow({ Action: 'ec2:CreateInstanceExportTask' })) }];
const outside = { Principal: { AWS: ids.outsideAccount }, Action: 'sts:AssumeRole' };
const opened = aRole({
  name: 'deploy',
  arn: `arn:aws:iam::${ids.account}:role/deploy`,
  trust: aDocument(anAllow(outside)),
});
const ofUser = aPlanInput({
  bucket,
  principal: aUser({ inline: exporting }),
  suspects: [
    {
      type: 'user',
      name: 'carol',
      extent: 'keys',
      keys: [],
      credentials: ['ACCA1'],
      why: ['the actor made it'],
      facts: aUser({ name: 'carol', arn: `arn:aws:iam::${ids.account}:user/carol` }),
      serviceCredentials: [{ credentialId: 'ACCA1', service: 'codecommit.amazonaws.com', status: 'Active' }],
    },
  ],
  trusts: [{ roleName: 'deploy', why: ['the actor changed it'], changes: [], facts: opened }],
  policy: aPolicy({
    snapshotVolumes: true,
    encryptNewVolumes: true,
    deleteOriginal: 'after-copy',
    enforceOwnership: true,
    lockBucket: 'always',
    account: anAccount({
      roles: { observe: `arn:aws:iam::${ids.account}:role/soar-o`, contain: `arn:aws:iam::${ids.account}:role/soar-c` },
    }),
  }),
  instance: anInstance(),
  copies: [
    {
      region: ids.region,
      copies: [{ type: 'image', id: 'ami-1', sharedWith: [ids.forensicsAccount, ids.outsideAccount] }],
      gaps: [],
    },
  ],
  ebsEncryption: false,
  bucketTrail: aTrail([aTrailEvent({ eventName: 'PutBucketOwnershipControls' })]),
});
const ofRole = aPlanInput({
  alert: anAlert({ principal: aRoleSession() }),
  principal: aRole(),
  task: aTask({ state: 'active' }),
  policy: aPolicy({ runningExport: 'cancel' }),
});
/** Ownership waits until containment has emptied the ACL. */
const emptied = { ...ofUser, bucket: aBucket() };
const ofAccount = aPlanInput({
  accountScps: { accountId: ids.account, member: true, attached: [], own: [] },
  config: { recording: true, rules: [] },
  policy: aPolicy({
    organisation: { managementAccount: '444444444444', isolation: 'always', reviewAfter: 1, denyExports: true },
    configRules: ['trail'],
  }),
});
const copied = {
  reads: someReads({ copies: [{ time: 't', requester: ids.userArn, bucket: 'elsewhere', key: 'taken.ova' }] }),
  copyBuckets: [aBucket({ bucket: 'elsewhere' })],
};
/** Everything that the playbook plans, one action of each kind. */
export const plannedActions = new Map<string, PlannedAction>(
  [
    recoveryPlan(emptied),
    containmentPlan(ofUser),
    containmentPlan({ ...ofUser, ...copied }),
    containmentPlan(ofRole),
    containmentPlan(ofAccount),
    eradicationPlan(ofUser),
    recoveryPlan(ofUser),
    recoveryPlan(ofAccount),
    recoveryPlan({ ...ofRole, permissionTaken: false }),
  ]
    .flatMap(({ actions }) => actions)
    .map((action) => [actionKind(action.id), action]),
);
