import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Case, Space } from './store.ts';

const connector = z.strictObject({
  id: z.literal('none'),
  name: z.string(),
  type: z.literal('.none'),
  fields: z.null(),
});
const creating = z.strictObject({
  title: z.string().min(1).max(160),
  description: z.string().min(1).max(30_000),
  tags: z.array(z.string().min(1).max(256)).max(200),
  owner: z.literal('securitySolution'),
  connector,
  settings: z.strictObject({ syncAlerts: z.boolean() }),
});
const attaching = z.strictObject({
  type: z.literal('alert'),
  alertId: z.array(z.string()).min(1),
  index: z.array(z.string()).min(1),
  rule: z.strictObject({ id: z.string().nullable(), name: z.string().nullable() }),
  owner: z.literal('securitySolution'),
});
const changing = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        id: z.string(),
        version: z.string(),
        status: z.enum(['open', 'in-progress', 'closed']).optional(),
        severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
        tags: z.array(z.string()).optional(),
        description: z.string().optional(),
      }),
    )
    .length(1),
});
const finding = z.looseObject({ tags: z.string(), owner: z.string() });

const shown = ({ alerts, ...rest }: Case) => ({ ...rest, totalAlerts: alerts.length });
const refuse = (reply: FastifyReply, statusCode: number, message: string) =>
  reply.code(statusCode).send({ statusCode, error: 'Refused', message });
const changed = (one: Case): void => {
  one.version = Buffer.from(randomUUID()).toString('base64');
};

/** Cases, changed under the version that was read. */
export function caseRoutes(server: FastifyInstance, spaceOf: (request: unknown) => Space): void {
  const the = (request: { params: unknown }): Case | undefined =>
    spaceOf(request).cases.find(({ id }) => id === (request.params as { id: string }).id);

  server.get('/api/cases/_find', (request) => {
    const { tags, owner } = finding.parse(request.query);
    const cases = spaceOf(request).cases.filter((one) => one.owner === owner && one.tags.includes(tags));
    return { cases: cases.map(shown), total: cases.length, page: 1, per_page: 20 };
  });

  server.post('/api/cases', (request) => {
    const { title, description, tags, owner } = creating.parse(request.body);
    const made: Case = {
      id: randomUUID(),
      version: '',
      title,
      description,
      tags,
      owner,
      status: 'open',
      severity: 'low',
      alerts: [],
    };
    changed(made);
    spaceOf(request).cases.push(made);
    return shown(made);
  });

  server.get('/api/cases/:id', (request, reply) => {
    const found = the(request);
    return found ? shown(found) : refuse(reply, 404, 'Saved object [cases] not found');
  });

  server.get('/api/cases/:id/alerts', (request, reply) => the(request)?.alerts ?? refuse(reply, 404, 'not found'));

  server.post('/api/cases/:id/comments', (request, reply) => {
    const found = the(request);
    if (!found) return refuse(reply, 404, 'Saved object [cases] not found');
    const { alertId, index } = attaching.parse(request.body);
    if (alertId.length !== index.length) return refuse(reply, 400, 'as many indices as alerts are needed');
    found.alerts.push(...alertId.map((id, at) => ({ id, index: index[at] ?? '' })));
    changed(found);
    return shown(found);
  });

  server.patch('/api/cases', (request, reply) => {
    const [change] = changing.parse(request.body).cases;
    const found = spaceOf(request).cases.find(({ id }) => id === change?.id);
    if (!change || !found) return refuse(reply, 404, 'These cases do not exist');
    const { id: _, version, ...fields } = change;
    if (version !== found.version) return refuse(reply, 409, 'This case has been updated. Please refresh');
    const same = Object.entries(fields).every(
      ([name, value]) => JSON.stringify(value) === JSON.stringify(found[name as keyof Case]),
    );
    if (same) return refuse(reply, 406, 'All update fields are identical to current version.');
    Object.assign(found, fields);
    changed(found);
    return [shown(found)];
  });
}
