import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Ports that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  // Held open together, or the system could hand out the same one twice.
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen() {
  return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
