import { describe, expect, it } from 'vitest';
import type { DecisionRecord, RequestRecord } from '../../../src/domain/approval/approval.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { rewrittenInSlack } from '../../../src/lab/demo/in-slack.ts';
import type { Message, SlackLab } from '../../../src/lab/slack/slack-lab.ts';
import { renderRequest } from '../../../src/slack/render-request.ts';
import { renderSettled } from '../../../src/slack/render-settled.ts';
import { aRequest } from '../cli/a-plan.ts';
import { aDecisionRecord, aMessage } from '../slack/a-message.ts';

const { requestId } = aRequest();
const decisions: DecisionRecord[] = [aDecisionRecord({ requestId, approver: 'alice', channel: 'slack' })];
const report = {
  requests: [{ requestId, outcome: 'approved', by: ['alice'] }] as RequestRecord[],
  decisions,
} as IncidentReport;
const lab = (shown: { blocks: unknown[] }[]) => ({ messages: () => shown as Message[] }) as unknown as SlackLab;

describe('the proof that Slack shows how a request ended', () => {
  it('holds where its message was rewritten', () => {
    const settled = renderSettled(aMessage({ decisions }), 'approved');
    expect(rewrittenInSlack(lab([settled]), report)).toMatchObject({
      ok: true,
      detail: '1 message(s) rewritten; 1 decision(s) were made in Slack',
    });
  });

  it.each([
    ['there is no such message', []],
    ['its buttons are still there', [renderRequest(aMessage({ decisions }))]],
    ['it tells another end', [renderSettled(aMessage({ decisions }), 'rejected')]],
    ['it does not say by whom', [renderSettled(aMessage(), 'approved')]],
  ])('does not where %s', (_, shown) => {
    expect(rewrittenInSlack(lab(shown), report)).toMatchObject({ ok: false, detail: `not so: ${requestId}` });
  });
});
