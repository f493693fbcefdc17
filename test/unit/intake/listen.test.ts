import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { CannotListen, listen } from '../../../src/intake/listen.ts';
import { createServer } from '../../../src/intake/server.ts';

const aServer = () => createServer({ maxBodyBytes: 1000, requestsPerMinute: 10, log: () => undefined });

it('says where it listens', async () => {
  const server = aServer();
  const url = await listen(server, { host: '127.0.0.1', port: 0 }, 'intake');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await server.close();
});

it('says why it cannot listen, and which setting is meant', async () => {
  const other = createHttpServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const error = await listen(aServer(), { host: '127.0.0.1', port }, 'intake').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CannotListen);
  expect((error as Error).message).toBe(
    `cannot listen on 127.0.0.1:${port}, as intake says: another process listens there; end it if it is an older one of ours, or choose another port (EADDRINUSE)`,
  );
  await new Promise((resolve) => other.close(resolve));
  await expect(listen(aServer(), { host: '192.0.2.1', port: 0 }, 'intake')).rejects.toThrow(
    'cannot listen on 192.0.2.1:0, as intake says: this machine has no such address (EADDRNOTAVAIL)',
  );
});
