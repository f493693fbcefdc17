import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectTemporal, type TemporalConnection } from '../../../src/temporal/connect.ts';
import { hasStatus } from '../../../src/temporal/grpc-status.ts';

/** gRPC over HTTP/2 that answers every call as `respond` says; an empty message is a valid answer to any. */
function grpcServer() {
  let status = '0';
  const server = createServer();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
    stream.end(status === '0' ? Buffer.alloc(5) : undefined);
    stream.resume();
  });
  const sessions = new Set<{ destroy: () => void }>();
  server.on('session', (session) => sessions.add(session));
  return {
    listen: () =>
      new Promise<number>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
      ),
    answers: (code: string) => (status = code),
    stop: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

let server: ReturnType<typeof grpcServer>;
let temporal: TemporalConnection;
beforeEach(async () => {
  server = grpcServer();
  const address = `127.0.0.1:${await server.listen()}`;
  temporal = await connectTemporal({
    target: { namespace: 'soar', nativeConnectionOptions: { address } },
    callersWait: true,
  });
});
afterEach(async () => {
  await temporal.close();
  server.stop();
});

/** As the intake asks: within ten seconds. */
async function failure(): Promise<{ error: unknown; seconds: number }> {
  const { client, namespace } = temporal;
  const start = performance.now();
  const error: unknown = await client
    .withDeadline(Date.now() + 10_000, () => client.workflowService.describeNamespace({ namespace }))
    .then(() => undefined)
    .catch((reason: unknown) => reason);
  return { error, seconds: (performance.now() - start) / 1000 };
}

test('whoever waits for an answer is told after some three seconds that nothing listens there, and why', async () => {
  server.stop();
  const { error, seconds } = await failure();
  expect(hasStatus(error, 'unavailable')).toBe(true);
  expect(String((error as { details?: string }).details)).toContain('ECONNREFUSED');
  expect(seconds).toBeGreaterThan(1.5);
  expect(seconds).toBeLessThan(7);
});

test('a server that is busy is given its time', async () => {
  // RESOURCE_EXHAUSTED: asked again after a second and more, and taken once it has room.
  server.answers('8');
  setTimeout(() => server.answers('0'), 4500);
  const { error, seconds } = await failure();
  expect(error).toBeUndefined();
  expect(seconds).toBeGreaterThan(4);
});
