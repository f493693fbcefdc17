import { incidentQuery, closeUpdate } from '../../../workflows/messages.ts';
import { exportIncident } from '../../audit/export.ts';
import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import type { Finding } from '../../domain/findings/evidence.ts';
import type { IncidentView } from '../../domain/incident.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import type { TrailRecord } from '../aws/trail-record.ts';
import { proof, startProbes, type Proof } from '../probes.ts';
import type { Scenario } from '../scenario.ts';
import { Stage } from '../stage.ts';
import { rewrittenInSlack } from './in-slack.ts';
import { keptEvidence } from './kept-evidence.ts';
import { postAlert, type AlertAnswer } from './person.ts';
import { sealed } from './seal.ts';
import { demoResult, type DemoResult } from './result.ts';
import { watchIncident } from './watch.ts';
import type { World } from './world.ts';

export interface PlayOptions {
  /** Behind every name that the scenario makes: runs that share a lab each need their own. */
  suffix: string;
  /** Where report and history go. */
  folder: string;
  /** Replaying takes seconds; whoever plays many scenarios may leave it out. */
  replay: boolean;
  onOpened?: (opened: AlertAnswer) => void;
  onTimeline?: (entry: TimelineEntry) => void;
  onFindings?: (findings: Finding[]) => void;
  /** Sees to it that people decide. */
  onAsked: (request: ApprovalRequest, workflowId: string, settled: AbortSignal) => Promise<unknown>;
  progress: (line: string) => void;
  /** Ends the run at the next opportunity. */
  interrupted?: AbortSignal;
}

/** Plays one scenario from its seed to its proofs. */
export async function play(world: World, scenario: Scenario, options: PlayOptions): Promise<DemoResult> {
  const { lab, foundation, files, temporal, exportMs } = world;
  const { client } = temporal;
  const stage = new Stage(lab, foundation, { exportMs, suffix: options.suffix });
  options.progress('setting the scene, up to the real call');
  const scene = await scenario.seed(stage);
  const probeAgain = await startProbes(scene.probes);
  // Access logs are late on AWS; here they are delivered before somebody looks.
  await lab.control.deliverLogs();

  const opened = await postAlert(files, scene.record);
  const again = await postAlert(files, scene.record);
  options.onOpened?.(opened);
  const watching = {
    ...(options.onTimeline ? { timeline: options.onTimeline } : {}),
    ...(options.onFindings ? { findings: options.onFindings } : {}),
    asked: (request: ApprovalRequest, settled: AbortSignal) => options.onAsked(request, opened.workflowId, settled),
    firstRecheck: scene.afterFirstRecheck,
  };
  const report = await watchIncident(client, opened.workflowId, watching, options.interrupted);

  options.progress('checking what it came to');
  const { workflowId, runId } = report;
  const exported = await exportIncident(client, { workflowId, runId }, options.folder);
  const bundle = await sealed(exported.historyPath);
  const proofs = [
    isExpected(scenario, report),
    oneIncident([opened, again], report),
    ...(await probeAgain()),
    ...(await scene.check({ report, openAnother: (record) => openAnother(world, record) })),
    await noChangeBeforeYes(stage, report),
    await keptEvidence(foundation, report),
    ...(world.slack ? [rewrittenInSlack(world.slack, report)] : []),
    ...(options.replay ? await bundle.verify() : []),
  ];
  return demoResult(scenario.name, report, proofs, { ...exported, bundlePath: bundle.path });
}

function isExpected({ expected }: Scenario, { assessment, verdict }: IncidentReport): Proof {
  const ok = assessment.severity === expected.severity && verdict === expected.verdict;
  return proof(
    `severity ${expected.severity}, verdict ${expected.verdict}`,
    ok,
    `severity ${assessment.severity} (${assessment.met.map(({ id }) => id).join(', ') || 'no criterion'}), verdict ${verdict}`,
  );
}

/** Nothing doubled (P1). */
function oneIncident([first, second]: [AlertAnswer, AlertAnswer], report: IncidentReport): Proof {
  // `known`: the incident had closed before the second alert came.
  const counted = second.result === 'known' || (second.result === 'attached' && report.alertCount === 2);
  return proof(
    'two identical alerts gave one incident',
    first.result === 'opened' && first.workflowId === second.workflowId && counted,
    `${first.incidentKey} ${first.result}, ${second.incidentKey} ${second.result}; ${report.alertCount} alert(s) in the incident`,
  );
}

/** No change without a yes (P2), by the lab's own trail. */
async function noChangeBeforeYes(stage: Stage, report: IncidentReport): Promise<Proof> {
  const opened = `${report.openedAt.slice(0, 19)}Z`;
  const yes = report.decisions.find(({ decision, answer }) => decision === 'approve' && answer.result === 'accepted');
  const until = yes ? `${yes.at.slice(0, 19)}Z` : '9999';
  const calls = await stage.lab.control.trail({ principalArn: stage.foundation.roles.victim.contain, since: opened });
  const early = calls.filter(
    (call) => !call.readOnly && call.eventTime < until && stage.concerns(call, report.incidentKey),
  );
  return proof(
    'nothing was changed before the first yes',
    early.length === 0,
    early.length > 0
      ? early.map(({ eventName, eventTime }) => `${eventName} at ${eventTime}`).join(', ')
      : yes
        ? `approved by ${yes.approver} at ${yes.at}`
        : 'nobody was asked, and nothing was changed',
  );
}

/** Sends another alert, waits until its incident asks somebody or has closed, and then closes it. */
async function openAnother({ files, temporal }: World, record: TrailRecord): Promise<IncidentView> {
  const { workflowId } = await postAlert(files, record);
  const handle = temporal.client.workflow.getHandle(workflowId);
  for (;;) {
    const view = await handle.query(incidentQuery);
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') return view;
    if (view.pendingApproval) {
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'demo', reason: 'shown; nothing is to be done' }] });
      await handle.result();
      return view;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
