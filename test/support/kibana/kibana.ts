import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { alertRoutes } from './alert-routes.ts';
import { caseRoutes } from './case-routes.ts';
import { noteRoutes } from './note-routes.ts';
import { Space } from './store.ts';

/**
 * A stand-in for Kibana with Elastic Security: the part of its HTTP API that is used, over HTTP, with API key, xsrf
 * header, spaces and versions. Routes, bodies and refusals follow the public API of Kibana 8.16 to 9.x.
 */
export interface KibanaDouble {
  url: string;
  apiKey: string;
  /** A space is there as soon as it is named, as it is for Elasticsearch. */
  space(id?: string): Space;
  /** Requests that were let in, as method and path. */
  requests: string[];
  /** As many documents conflict in each of the next status changes, one number for each. */
  conflicts: number[];
  /** Instead of an answer: the status for the paths that a pattern matches. */
  refusal: { path: RegExp; status: number } | null;
  close(): Promise<void>;
}

export async function startKibana(apiKey: string): Promise<KibanaDouble> {
  const spaces = new Map<string, Space>();
  const space = (id = 'default'): Space => {
    const found = spaces.get(id) ?? new Space();
    spaces.set(id, found);
    return found;
  };
  const lab: Omit<KibanaDouble, 'url'> = {
    apiKey,
    space,
    requests: [],
    conflicts: [],
    refusal: null,
    close: () => server.close(),
  };

  // Kibana takes the space off the path before it looks for the route.
  const inSpace = /^\/s\/([^/]+)(?=\/)/;
  const server = Fastify({
    forceCloseConnections: true,
    rewriteUrl: ({ url = '/' }) => url.replace(inSpace, ''),
  });
  const spaceOf = (request: unknown): Space =>
    space(inSpace.exec((request as { originalUrl: string }).originalUrl)?.[1]);

  server.addHook('onRequest', async (request, reply) => {
    const refuse = (statusCode: number, error: string, message: string) =>
      reply.code(statusCode).send({ statusCode, error, message });
    if (request.method !== 'GET' && request.headers['kbn-xsrf'] === undefined) {
      return refuse(400, 'Bad Request', 'Request must contain a kbn-xsrf header.');
    }
    if (request.headers.authorization !== `ApiKey ${apiKey}`) {
      return refuse(401, 'Unauthorized', '[security_exception]: unable to authenticate with provided credentials');
    }
    lab.requests.push(`${request.method} ${request.url.split('?', 1)[0]}`);
    if (lab.refusal?.path.test(request.url)) return refuse(lab.refusal.status, 'Refused', 'as the test wants it');
    return undefined;
  });
  server.setErrorHandler((error, _request, reply) => {
    const statusCode = error instanceof ZodError ? 400 : 500;
    return reply.code(statusCode).send({ statusCode, error: 'Bad Request', message: String(error) });
  });
  alertRoutes(server, spaceOf, () => lab.conflicts.shift() ?? 0);
  noteRoutes(server, spaceOf);
  caseRoutes(server, spaceOf);

  await server.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(lab, { url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` });
}
