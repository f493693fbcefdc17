import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { attachAlertSignal, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { aDocument, anAlert, anAllow, aPolicy, aUser } from './builders.ts';
import { aDecision, nextRequest } from './deciding.ts';
import { endRun } from './end-run.ts';
import type { FakeWorld } from './fake-world.ts';
import { withWorkers } from './test-workers.ts';
import { betweenTimers } from './time-skipping.ts';

/** A run of the first playbook. */
export type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

interface Opened {
  policy?: Partial<ResponsePolicy>;
  alert?: Alert;
  /** Comes right behind the first. */
  attached?: Alert;
}

let runs = 0;

/** Opens an incident of the first playbook on a world, hands it to the test, and ends it after that. */
export const incidentsOn =
  (env: () => TestWorkflowEnvironment) =>
  async (
    world: FakeWorld,
    test: (handle: Incident) => Promise<void>,
    { policy = {}, alert = anAlert(), attached }: Opened = {},
  ): Promise<void> => {
    const { client, nativeConnection } = env();
    await withWorkers(nativeConnection, world, async () => {
      const opening: IncidentOpening = { alert, policy: aPolicy(policy), policyDigest: 'p', correlation: {} };
      const workflowId = `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-${++runs}`;
      const start = { workflowId, taskQueue: taskQueues.incident, args: [opening] as [IncidentOpening] };
      const handle: Incident = attached
        ? await client.workflow.signalWithStart('ec2VmExport', {
            ...start,
            signal: attachAlertSignal,
            signalArgs: [attached],
          })
        : await client.workflow.start('ec2VmExport', start);
      try {
        await test(handle);
      } finally {
        await endRun(handle);
      }
    });
  };

/** Collects what is said in the incident's thread. */
export function inSlack({ notify }: FakeWorld): string[] {
  const said: string[] = [];
  const place = { channel: 'C1', ts: '1' };
  Object.assign(notify, {
    openSlackThread: () => Promise.resolve(place),
    postSlackRequest: () => Promise.resolve(place),
    rewriteSlackRequest: () => Promise.resolve(),
    sendSlackCodes: () => Promise.resolve({ sent: [], notSent: [] }),
    postSlackUpdate: ({ text }: { text: string }) => {
      said.push(text);
      return Promise.resolve(place);
    },
  });
  return said;
}

/** A user who may export machines by an inline policy. */
export const exporter = () =>
  aUser({ inline: [{ name: 'ops', document: aDocument(anAllow({ Action: 'ec2:CreateInstanceExportTask' })) }] });

/** Says yes to everything up to recovery, and to that; gives the id of this last request. */
export async function approveUntilRecovery(handle: Incident): Promise<string> {
  for (let after: string | undefined; ;) {
    const request = await nextRequest(handle, after);
    await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
    if (request.phase === 'recovery') return request.requestId;
    after = request.requestId;
  }
}

/** Says yes to everything, and waits for the end. */
export async function approveAll(handle: Incident): Promise<IncidentReport> {
  await approveUntilRecovery(handle);
  return handle.result();
}

/** Lets server time pass until the next request is open. */
export async function skipUntilAsked(env: TestWorkflowEnvironment, handle: Incident): Promise<ApprovalRequest> {
  for (let tried = 0; tried < 32; tried++) {
    await env.sleep(betweenTimers);
    const { pendingApproval } = await handle.query(incidentQuery);
    if (pendingApproval) return pendingApproval;
  }
  throw new Error('nothing was asked');
}
