import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}
type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
/** What answers a request; by the path without its query. */
export type Answers = (asked: Asked) => Answer;

/** A server that speaks as much of `_search` as a test needs, over real HTTP. */
export function useSearchDouble() {
  let answers: Answers = () => ({ status: 500, body: '' });
  const asked: Asked[] = [];
  const server = createServer((request, response) => void reply(request, response));
  async function reply(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const source = Buffer.concat(chunks).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: decodeURIComponent((request.url ?? '').split('?')[0] ?? ''),
      authorization: request.headers.authorization,
      body: (source === '' ? {} : JSON.parse(source)) as Record<string, unknown>,
    };
    asked.push(one);
    const { status = 200, headers = {}, body } = answers(one);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  }
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => void asked.splice(0));
  return {
    asked,
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (next: Answers) => {
      answers = next;
    },
  };
}
