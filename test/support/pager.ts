import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What PagerDuty's Events API v2 takes; the routing key is the name of one service. */
const event = z.discriminatedUnion('event_action', [
  z.strictObject({
    event_action: z.literal('trigger'),
    routing_key: z.string(),
    dedup_key: z.string().max(255).optional(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
  }),
  z.strictObject({
    event_action: z.enum(['acknowledge', 'resolve']),
    routing_key: z.string(),
    dedup_key: z.string().max(255),
  }),
]);
export type PagerDoubleEvent = z.infer<typeof event>;

/** An answer that it gives once in place of its own. */
interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface PagerDouble {
  url: string;
  /** What was taken, in order. */
  events: PagerDoubleEvent[];
  /** Alerts that ring. */
  open: Set<string>;
  /** Answers for the next requests, in order; then its own. */
  answers: Answer[];
  /** How many requests came, taken or not. */
  requests: number;
  stop: () => Promise<void>;
}

/**
 * Speaks the protocol of `POST /v2/enqueue` as PagerDuty's API description has it: 202 with the key, 400 with what is
 * wrong, 429 and 5xx when a test says so. There is none to be had that runs here.
 */
export async function startPager(routingKey: string): Promise<PagerDouble> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answerTo(`${request.method} ${request.url}`, Buffer.concat(chunks).toString());
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  const answerTo = (route: string, body: string): Answer => {
    double.requests += 1;
    const given = double.answers.shift();
    if (given) return given;
    if (route !== 'POST /v2/enqueue') return { status: 404 };
    const parsed = event.safeParse(jsonOf(body));
    const errors = parsed.success
      ? parsed.data.routing_key === routingKey
        ? []
        : ['routing_key is unknown']
      : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    if (!parsed.success || errors.length > 0) {
      return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
    }
    const { event_action: action, dedup_key: key = `made-up-${double.requests}` } = parsed.data;
    double.events.push(parsed.data);
    if (action === 'trigger') double.open.add(key);
    if (action === 'resolve') double.open.delete(key);
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const double: PagerDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: [],
    open: new Set(),
    answers: [],
    requests: 0,
    stop: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
  return double;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
