import { Agent, request as httpRequest } from 'node:http';
import type { LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

export type Forward = (request: LabRequest) => Promise<LabReply>;

/** Hop-by-hop headers; every other one reaches ministack as sent, because the signature covers it. */
const NOT_FORWARDED = /^(connection|transfer-encoding|expect|keep-alive)$/i;

export function forwarderTo(upstream: URL): { forward: Forward; close: () => void } {
  const agent = new Agent({ keepAlive: true });

  const send = (request: LabRequest) =>
    new Promise<LabReply>((resolve, reject) => {
      const headers: string[] = [];
      for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
        const [name = '', value = ''] = request.rawHeaders.slice(i, i + 2);
        if (!NOT_FORWARDED.test(name)) headers.push(name, value);
      }
      if (request.body.length > 0 && request.headers['content-length'] === undefined) {
        headers.push('content-length', String(request.body.length));
      }
      const outgoing = httpRequest(
        { agent, host: upstream.hostname, port: upstream.port, method: request.method, path: request.target, headers },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve({
              status: incoming.statusCode ?? 502,
              headers: { ...incoming.headers },
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.on('error', (cause: NodeJS.ErrnoException) => {
        // A kept-alive connection that ministack closed at the same moment: nothing was processed.
        if (outgoing.reusedSocket && cause.code === 'ECONNRESET') resolve(send(request));
        else reject(cause);
      });
      outgoing.end(request.body);
    });

  return { forward: send, close: () => agent.destroy() };
}
