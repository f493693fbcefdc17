import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../../src/domain/approval/approval.ts';
import { isDecision } from '../../../src/domain/shape.ts';
import { requestMessage } from '../../../src/domain/approval/request-message.ts';
import { currentDetails } from '../../../workflows/shared/current-details.ts';
import { containmentPlan } from '../../../src/domain/plan/containment-plan.ts';
import { aCaseFile, aUser, ids } from '../../support/builders.ts';
import { aContext } from '../slack/a-message.ts';

const pending = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  requestId: 'containment-1-0a1b2c3d',
  incidentKey: ids.incidentKey,
  phase: 'containment',
  digest: 'd'.repeat(64),
  plan: containmentPlan({ incidentKey: ids.incidentKey, ...aCaseFile(), principal: aUser() }),
  askedAt: '2026-03-02T10:20:00Z',
  dueAt: '2026-03-02T14:20:00Z',
  overdue: false,
  quorum: 1,
  needs: {},
  askedOf: [],
  runId: 'run',
  commitments: {},
  ...changes,
});
const details = (request: ApprovalRequest | null, notices: string[] = []) =>
  currentDetails({
    incidentKey: ids.incidentKey,
    phase: 'containment',
    assessment: null,
    verdict: null,
    pending: request && requestMessage(aContext(), request, 'short'),
    notices,
  });

describe('the current details in Temporal UI', () => {
  it('name related incidents and what they share, as text', () => {
    const related = { incidentKey: 'VMX-`B', workflowId: 'w', shares: ['accessKey' as const] };
    const state = {
      incidentKey: ids.incidentKey,
      phase: 'triage' as const,
      assessment: null,
      verdict: null,
      pending: null,
    };
    expect(currentDetails({ ...state, related: [related] })).toContain("Related: `VMX-'B` (accessKey)");
    expect(currentDetails(state)).not.toContain('Related');
  });

  it('say what is awaited, until when, and hold the exact signal input', () => {
    const text = details(pending());
    expect(text).toContain('Awaiting 1 approval(s) until 2026-03-02T14:20:00Z');
    expect(text).toContain('**deny-export-reads**');
    const input = text.split('\n').find((line) => line.startsWith('`{'))!;
    expect(isDecision(JSON.parse(input.slice(1, -1)))).toBe(true);
  });

  it('say when an answer is overdue, and when nobody is asked', () => {
    expect(details(pending({ overdue: true }))).toContain('(OVERDUE)');
    expect(details(null)).toContain('Nobody is asked for anything.');
  });

  it('say who has still to be told, and nothing of it when everybody was', () => {
    const text = details(null, ['legal (legal): due; due by 2026-03-05T10:10:00Z `(OVERDUE)`']);
    expect(text).toContain("- to be told: `legal (legal): due; due by 2026-03-05T10:10:00Z '(OVERDUE)'`");
    expect(
      details(
        null,
        Array.from({ length: 8 }, () => 'legal'),
      ),
    ).toContain('- and 2 more to be told');
    expect(details(null)).not.toContain('to be told');
  });

  it('say what happened, what each action changes, and what is not known', () => {
    const text = details(pending());
    expect(text).toContain('CreateInstanceExportTask succeeded');
    expect(text).toMatch(/`\+ +"Effect": "Deny",`/);
    expect(text).toContain('could not be found out: `Was the image downloaded? access logging is off`');
  });

  it('stay below what the server takes, and keep the signal input', () => {
    const request = pending();
    const [action] = request.plan.actions;
    request.plan.actions = Array.from({ length: 100 }, () => ({ ...action!, title: '李'.repeat(500) }));
    const text = details(request);
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect(text).toMatch(/… \d+ more lines/);
    expect(text).toContain('`{ "requestId"');
  });

  it('show text from outside as text', () => {
    const request = pending();
    request.plan.actions[0]!.title = 'x` [click](javascript:alert(1)) `\n# heading';
    const line = details(request)
      .split('\n')
      .find((candidate) => candidate.includes('click'))!;
    expect(line).toContain("`x' [click](javascript:alert(1)) ' # heading`");
  });
});
