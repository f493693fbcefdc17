import type { ApprovalRequest } from '../../../src/domain/approval/approval.ts';
import { planDigest, type Plan, type PlannedAction } from '../../../src/domain/plan/plan.ts';
import { ids, times } from '../../support/builders.ts';

const cancel: PlannedAction = {
  id: 'cancel-export',
  title: 'Cancel the running export',
  sources: ['S93'],
  target: `arn:aws:ec2:eu-west-1:111111111111:export-instance-task/${ids.task}`,
  calls: ['ec2:CancelExportTask'],
  before: 'active',
  after: 'cancelled',
  reversible: false,
  undo: 'cannot be undone: the export is started again',
  mayBreak: ['whoever waits for this export'],
  input: {
    act: 'cancelExportTask',
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
    exportTaskId: ids.task,
  },
};
const keys: PlannedAction = {
  ...cancel,
  id: 'deactivate-keys',
  title: 'Deactivate the access keys of mallory',
  target: ids.userArn,
  calls: ['iam:UpdateAccessKey'],
  before: [{ accessKeyId: ids.accessKey, status: 'Active' }],
  after: [{ accessKeyId: ids.accessKey, status: 'Inactive' }],
  reversible: true,
  undo: 'iam:UpdateAccessKey to Active',
  mayBreak: [],
  input: {
    act: 'setAccessKeyStatus',
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
    userName: 'mallory',
    keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
  },
};

export function aRequest(changes: Partial<ApprovalRequest> = {}, actions = [cancel, keys]): ApprovalRequest {
  const requestId = 'containment-1-0a1b2c3d';
  const plan: Plan = {
    phase: 'containment',
    actions,
    notPlanned: [{ what: 'isolate the account', why: 'not configured' }],
  };
  return {
    requestId,
    incidentKey: ids.incidentKey,
    phase: 'containment',
    digest: planDigest(ids.incidentKey, requestId, plan),
    plan,
    askedAt: times.now,
    dueAt: '2026-03-02T14:20:00Z',
    overdue: false,
    quorum: 2,
    needs: Object.fromEntries(
      actions.map(({ id, reversible }) => [id, { rule: 'default', groups: ['everybody'], quorum: reversible ? 1 : 2 }]),
    ),
    askedOf: [{ group: 'everybody', people: ['alice', 'bob'], at: times.now }],
    runId: 'run-1',
    commitments: {},
    ...changes,
  };
}
