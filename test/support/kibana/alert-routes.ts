import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { alertQuery, matches } from './query.ts';
import { setStatusOf, setTagsOf, tagsOf, type Space } from './store.ts';

const status = z.enum(['open', 'acknowledged', 'closed']);
const byQuery = z.object({ query: alertQuery, status, conflicts: z.enum(['abort', 'proceed']).default('abort') });
const byIds = z.object({ signal_ids: z.array(z.string().min(1)).min(1), status });
const tagging = z.object({
  ids: z.array(z.string().min(1)).min(1),
  tags: z.object({ tags_to_add: z.array(z.string().min(1)), tags_to_remove: z.array(z.string().min(1)) }),
});
const search = z.object({
  query: alertQuery,
  size: z.int().min(0).default(10),
  _source: z.array(z.string()).optional(),
});

/** Elasticsearch's answer to an update by query, which Kibana passes on. */
const updated = (total: number, conflicts: number) => ({
  took: 1,
  timed_out: false,
  total,
  updated: total - conflicts,
  version_conflicts: conflicts,
  noops: 0,
  failures: [],
});

/** Detection alerts: search, status, tags. `conflicts` are the documents that somebody else is changing right now. */
export function alertRoutes(
  server: FastifyInstance,
  spaceOf: (request: unknown) => Space,
  conflicts: () => number,
): void {
  const root = '/api/detection_engine/signals';

  server.post(`${root}/search`, (request) => {
    const { query, size } = search.parse(request.body);
    const hits = [...spaceOf(request).alerts.values()].filter((alert) => matches(alert, query));
    return {
      took: 1,
      timed_out: false,
      hits: { total: { value: hits.length, relation: 'eq' }, hits: hits.slice(0, size) },
    };
  });

  server.post(`${root}/status`, (request, reply) => {
    const body = z.union([byQuery, byIds]).parse(request.body);
    const wanted = [...spaceOf(request).alerts.values()].filter((alert) =>
      'query' in body ? matches(alert, body.query) : body.signal_ids.includes(alert._id),
    );
    const conflicting = Math.min(conflicts(), wanted.length);
    if (conflicting > 0 && !('query' in body && body.conflicts === 'proceed')) {
      return reply.code(409).send({ message: 'version conflict, document was changed', status_code: 409 });
    }
    for (const alert of wanted.slice(conflicting)) setStatusOf(alert, body.status);
    return updated(wanted.length, conflicting);
  });

  server.post(`${root}/tags`, (request) => {
    const { ids, tags } = tagging.parse(request.body);
    const wanted = [...spaceOf(request).alerts.values()].filter((alert) => ids.includes(alert._id));
    for (const alert of wanted) {
      const kept = tagsOf(alert).filter((tag) => !tags.tags_to_remove.includes(tag));
      setTagsOf(alert, [...new Set([...kept, ...tags.tags_to_add])]);
    }
    return updated(wanted.length, 0);
  });
}
