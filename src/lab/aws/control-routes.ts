import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BarrierRule } from './barriers.ts';
import type { CallFilter, FaultRule } from './faults.ts';
import type { LabState } from './lab-state.ts';
import type { TrailRecord } from './trail-record.ts';
import type { TrailFilter } from './trail.ts';

/** `/_lab/*`: what a test does to the lab from outside. `control.ts` is the client. */
export function addControlRoutes(app: FastifyInstance, lab: LabState): void {
  app.post('/_lab/reset', async () => {
    await lab.reset();
    return {};
  });
  app.post('/_lab/trail', (request) => lab.trail.find(body(request) as TrailFilter));
  app.post('/_lab/trail/calls', (request) => lab.trail.calls((body(request) as { since: number }).since));
  app.post('/_lab/trail/time-passes', (request) => {
    const { ms, names } = body(request) as { ms: number; names?: string[] };
    lab.trail.timePasses(ms, names);
    return {};
  });
  app.post('/_lab/trail/past', (request) => {
    lab.trail.remember(body(request) as TrailRecord[]);
    return {};
  });
  app.post('/_lab/deliver', async () => {
    await lab.trailFiles.deliver();
    await lab.accessLogs.deliver();
    return {};
  });

  app.post('/_lab/exports/duration', (request) => {
    lab.tasks.exportMs = (body(request) as { ms: number }).ms;
    return {};
  });
  app.post('/_lab/exports/finish', async (request) => {
    await lab.tasks.finish((body(request) as { exportTaskId?: string }).exportTaskId);
    return {};
  });
  app.post('/_lab/exports/forget', (request) => {
    lab.tasks.forget((body(request) as { exportTaskId: string }).exportTaskId);
    return {};
  });

  app.post('/_lab/faults', (request) => {
    lab.faults.add(body(request) as FaultRule[]);
    return {};
  });
  app.post('/_lab/faults/throttle-once', (request) => {
    lab.faults.throttleEachOperationOnce(body(request) as CallFilter);
    return {};
  });
  app.get('/_lab/faults', () => lab.faults.fired);
  app.delete('/_lab/faults', () => {
    lab.faults.clear();
    lab.staleReads.clear();
    return {};
  });

  app.post('/_lab/barriers', (request) => ({ id: lab.barriers.add(body(request) as BarrierRule) }));
  app.get<{ Params: { id: string } }>('/_lab/barriers/:id/reached', async (request) => {
    await lab.barriers.reached(request.params.id);
    return {};
  });
  app.post<{ Params: { id: string } }>('/_lab/barriers/:id/release', (request) => {
    lab.barriers.release(request.params.id);
    return {};
  });
}

/** The lab's own client is the only caller, so its JSON is taken as it is. */
function body(request: FastifyRequest): unknown {
  const raw = Buffer.isBuffer(request.body) ? request.body.toString() : '';
  return JSON.parse(raw === '' ? '{}' : raw);
}
