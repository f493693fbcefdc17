import {
  requestMessage,
  type RequestContext,
  type RequestMessage,
} from '../../../src/domain/approval/request-message.ts';
import type { ApprovalRequest, DecisionRecord } from '../../../src/domain/approval/approval.ts';
import { anAlert, times } from '../../support/builders.ts';
import { aRequest } from '../cli/a-plan.ts';

export const aContext = (changes: Partial<RequestContext> = {}): RequestContext => ({
  workflowId: 'ec2-vm-export/111111111111/eu-west-1/export-i-1',
  alert: anAlert(),
  assessment: {
    severity: 'high',
    met: [{ id: 'S59', level: 'high', criterion: 'readable outside', evidence: ['bucket policy'] }],
    unknown: ['classification'],
  },
  verdict: 'unauthorised-export',
  findings: [
    {
      id: 'downloaded',
      sources: ['S73'],
      question: 'Was the image downloaded?',
      answer: 'unknown',
      detail: 'no log lines',
      whyUnknown: 'access logging is off',
      evidence: [],
    },
    {
      id: 'quiet',
      sources: ['S71'],
      question: 'Did the key do anything else?',
      answer: 'no',
      detail: 'nothing between then and now',
      evidence: [],
    },
    {
      id: 'outside',
      sources: ['S85'],
      question: 'Can anybody outside read the bucket?',
      answer: 'yes',
      detail: 'account 333333333333 by statement Partner',
      evidence: [],
    },
  ],
  decisions: [],
  ...changes,
});

export const aMessage = (
  changes: Partial<RequestContext> = {},
  request: ApprovalRequest = aRequest(),
  detail: 'short' | 'full' = 'short',
): RequestMessage => requestMessage(aContext(changes), request, detail);

export const aDecisionRecord = (changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  requestId: aRequest().requestId,
  decision: 'approve',
  approver: 'alice',
  at: times.now,
  channel: 'slack',
  verifiedBy: 'gateway-signature',
  digest: aRequest().digest,
  answer: { result: 'accepted', settled: false, detail: '1 more' },
  ...changes,
});
