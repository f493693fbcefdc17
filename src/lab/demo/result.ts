import type { ExportedIncident } from '../../audit/export.ts';
import { outsideWords } from '../../audit/render/outside.ts';
import type { Severity, Verdict } from '../../domain/severity/assessment.ts';
import type { IncidentReport, Metrics, PhaseRecord } from '../../domain/report/report.ts';
import type { Proof } from '../probes.ts';

/** What a run came to, as `--json` prints it. */
export interface DemoResult {
  scenario: string;
  ok: boolean;
  incidentId: string;
  incidentKey: string;
  workflowId: string;
  runId: string;
  severity: Severity;
  verdict: Verdict;
  phases: PhaseRecord[];
  approvals: {
    requestId: string;
    approver: string;
    decision: string;
    at: string;
    channel: string;
    actions?: string[];
  }[];
  actions: { id: string; phase: string; target: string; status: string; detail: string; at: string }[];
  proofs: Proof[];
  metrics: Metrics;
  /** Whether what was exported was read outside the organisation, and how long it could be, in words. */
  outside: string;
  reportPath: string | null;
  /** The report as a page. */
  reportHtmlPath: string | null;
  historyPath: string;
  /** The incident in one sealed file; its public key lies beside it. */
  bundlePath: string;
}

export const demoResult = (
  scenario: string,
  report: IncidentReport,
  proofs: Proof[],
  exported: ExportedIncident & { bundlePath: string },
): DemoResult => ({
  scenario,
  ok: proofs.length > 0 && proofs.every(({ ok }) => ok),
  incidentId: report.workflowId,
  incidentKey: report.incidentKey,
  workflowId: report.workflowId,
  runId: report.runId,
  severity: report.assessment.severity,
  verdict: report.verdict,
  phases: report.phases,
  approvals: report.decisions
    .filter(({ answer }) => answer.result === 'accepted')
    .map(({ requestId, approver, decision, at, channel, actions }) => ({
      requestId,
      approver,
      decision,
      at,
      channel,
      ...(actions ? { actions } : {}),
    })),
  actions: report.actions.map(({ id, phase, target, status, detail, at }) => ({
    id,
    phase,
    target,
    status,
    detail,
    at,
  })),
  proofs,
  metrics: report.metrics,
  outside: outsideWords(report).sentence,
  reportPath: exported.reportPath,
  reportHtmlPath: exported.reportHtmlPath,
  historyPath: exported.historyPath,
  bundlePath: exported.bundlePath,
});
