import type { Finding } from '../../../src/domain/findings/evidence.ts';
import type { ActionRecord } from '../../../src/domain/plan/plan.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { anAlert, ids, times } from '../../support/builders.ts';

export const anAction = (changes: Partial<ActionRecord> = {}): ActionRecord => ({
  id: 'deny-export-reads',
  phase: 'containment',
  title: 'Deny reads of the export',
  target: `arn:aws:s3:::${ids.bucket}`,
  requestId: 'r1',
  status: 'applied',
  detail: 'the policy has the planned statements',
  at: times.now,
  reversible: true,
  undo: 'remove the statement',
  input: {
    act: 'editBucketPolicy',
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
    bucket: ids.bucket,
    restDigest: 'd',
    removedByPlan: [],
    before: null,
    add: [{ Sid: 'VMXDeny', Effect: 'Deny' }],
    remove: [],
  },
  ...changes,
});

/** What a trail answered. */
export const anAnswer = (changes: Partial<Finding> = {}): Finding => ({
  id: 'concealment',
  sources: ['S61'],
  question: 'Did the actor try to hide?',
  answer: 'no',
  detail: 'nothing between then and now',
  confidence: 'medium',
  source: 'CloudTrail',
  range: { from: times.received, to: times.now },
  evidence: [],
  ...changes,
});

export const aReport = (changes: Partial<IncidentReport> = {}): IncidentReport => ({
  incidentKey: ids.incidentKey,
  workflowId: `ec2-vm-export/${ids.account}/${ids.region}/${ids.task}`,
  runId: 'run-1',
  playbook: 'ec2-vm-export',
  openedAt: times.received,
  closedAt: times.now,
  alert: anAlert(),
  alertCount: 2,
  eventIds: ['event-1', 'event-2'],
  verdict: 'unauthorised-export',
  assessment: {
    severity: 'high',
    met: [{ id: 'S57', level: 'high', criterion: 'export from production', evidence: ['tag Environment=prod'] }],
    unknown: ['classification'],
  },
  phases: [{ phase: 'triage', startedAt: times.received, endedAt: times.now, outcome: 'export confirmed' }],
  findings: [
    {
      id: 'downloaded',
      sources: ['S73'],
      question: 'Was the image downloaded?',
      answer: 'unknown',
      detail: 'no access logs',
      whyUnknown: 'logging is off',
      source: 'S3 access log',
      range: { from: times.received, to: times.now },
      evidence: [{ uri: 's3://evidence/x.json', sha256: 'abc', size: 1 }],
    },
  ],
  decisions: [
    {
      requestId: 'r1',
      decision: 'approve',
      approver: 'alice',
      at: times.now,
      channel: 'slack',
      verifiedBy: 'gateway-signature',
      digest: 'digest-1',
      answer: { result: 'accepted', settled: true, detail: 'quorum reached' },
    },
    {
      requestId: 'r1',
      decision: 'approve',
      approver: 'mallory',
      at: times.now,
      channel: 'temporal-ui',
      verifiedBy: 'nothing',
      digest: 'digest-1',
      answer: { result: 'refused', reason: 'mallory is not on the list of approvers' },
    },
  ],
  actions: [anAction()],
  notPlanned: [{ what: 'delete the original', why: 'the copy is not verified' }],
  rechecks: [
    {
      at: times.now,
      result: 'drift',
      drifted: [
        {
          id: 'deny-export-reads',
          detail: 'removed',
          causes: [{ eventId: 'e-1', eventName: 'PutBucketPolicy', time: times.now, principalArn: ids.userArn }],
          change: [{ mark: '+', text: '"Sid": "```Deny"' }],
        },
      ],
    },
  ],
  credentials: [
    {
      id: 'machine',
      what: 'everything else on <b>i-1</b>',
      why: 'a copy left',
      status: 'rotated',
      by: 'alice',
      at: times.now,
      note: 'change 4711',
    },
  ],
  metrics: { timeToDetection: 300, timeToContainment: 7_530, accessedOutsideOrganisation: 'unknown', exposure: null },
  improvements: ['switch on access logging'],
  timeline: [{ at: times.export, phase: 'triage', kind: 'alert', text: 'export started' }],
  notes: [{ at: times.now, author: 'alice', text: 'called the owner' }],
  policyDigest: 'policy-1',
  ...changes,
});
