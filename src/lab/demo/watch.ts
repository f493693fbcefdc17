import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import type { Finding } from '../../domain/findings/evidence.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { patiently } from '../../temporal/patiently.ts';
import { incidentQuery } from '../../../workflows/messages.ts';

export interface Watching {
  /** Answers that are new; told before the timeline says that their phase has ended. */
  findings?: (findings: Finding[]) => void;
  timeline?: (entry: TimelineEntry) => void;
  /** A plan is asked about; called once per request, beside the watching. `settled`: somebody has decided. */
  asked?: (request: ApprovalRequest, settled: AbortSignal) => Promise<unknown>;
  /** The first recheck of recovery has passed. */
  firstRecheck?: (() => Promise<void>) | undefined;
}

interface Progress {
  entries: number;
  found: Set<string>;
  open: string | null;
  rechecked: boolean;
  closed: boolean;
  failure?: Error;
}

const pollMs = 100;

/**
 * Follows an incident by its query until it has closed, and answers with its report. Ends early, leaving nothing behind,
 * when it is interrupted or somebody who is asked fails.
 */
export async function watchIncident(
  client: Client,
  workflowId: string,
  watching: Watching,
  interrupted?: AbortSignal,
): Promise<IncidentReport> {
  const handle = client.workflow.getHandle(workflowId);
  const state: Progress = { entries: 0, found: new Set(), open: null, rechecked: false, closed: false };
  let settled = new AbortController();
  const beside: Promise<unknown>[] = [];
  // What people do meanwhile may fail: that ends the watching at the next look.
  const start = (work: Promise<unknown> | undefined) => {
    if (work) beside.push(work.catch((error: unknown) => void (state.failure = error as Error)));
  };
  const look = async () => {
    const view = await patiently(() => handle.query(incidentQuery));
    watching.findings?.(view.findings.filter(({ id }) => !state.found.has(id)));
    for (const { id } of view.findings) state.found.add(id);
    for (const entry of view.timeline.slice(state.entries)) watching.timeline?.(entry);
    state.entries = view.timeline.length;
    const request = view.pendingApproval;
    if ((request?.requestId ?? null) !== state.open) {
      settled.abort();
      settled = new AbortController();
      state.open = request?.requestId ?? null;
      if (request) start(watching.asked?.(request, settled.signal));
    }
    // Looks at the containment alone stand under the same kind, and begin earlier.
    const isRecheck = ({ kind, text }: TimelineEntry) => kind === 'recheck' && !text.startsWith('containment ');
    if (!state.rechecked && view.timeline.some(isRecheck)) {
      state.rechecked = true;
      start(watching.firstRecheck?.());
    }
    if (state.failure) throw state.failure;
    interrupted?.throwIfAborted();
  };

  // A long poll, which has to end before its connection does.
  const over = new AbortController();
  const result = client.withAbortSignal(over.signal, () => handle.result() as Promise<IncidentReport>);
  result.then(
    () => (state.closed = true),
    () => (state.closed = true),
  );
  try {
    while (!state.closed) {
      await look();
      await Promise.race([sleep(pollMs), result]);
    }
    const report = await result;
    await Promise.all(beside);
    await look();
    return report;
  } finally {
    settled.abort();
    over.abort();
    await result.catch(() => undefined);
  }
}
