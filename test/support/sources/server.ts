import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a source sees it. */
export interface Asked {
  method: string;
  path: string;
  search: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface SourceDouble {
  url: string;
  /** What came, in order. */
  asked: Asked[];
  /** Answers for the next requests, in order; then its own. A promise lets it be slow. */
  answers: (Answer | Promise<Answer>)[];
  stop: () => Promise<void>;
}

/** A source on this machine: what it answers is up to `answerTo`, unless a test says otherwise. */
export async function startSource(answerTo: (asked: Asked) => Answer): Promise<SourceDouble> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source');
      const asked: Asked = {
        method: request.method ?? '',
        path: pathname,
        search: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      double.asked.push(asked);
      void Promise.resolve(double.answers.shift() ?? answerTo(asked)).then(({ status, headers, body }) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const double: SourceDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answers: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return double;
}

/** The phrases of a query, which every one of these languages puts in quotes. */
export const phrasesIn = (query: string): string[] =>
  [...query.matchAll(/"((?:\\"|[^"])*)"/g)].map(([, phrase = '']) => phrase.replace(/\\"/g, '').toLowerCase());
export const holdsAny = (text: string, phrases: string[]): boolean =>
  phrases.some((phrase) => text.toLowerCase().includes(phrase));
