import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Nobody can be answered at the configured address, at least not now: whoever starts us again may have more luck. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** What the codes of the operating system mean for whoever wrote the address. */
const meanings: Record<string, string> = {
  EADDRINUSE: 'another process listens there; end it if it is an older one of ours, or choose another port',
  EACCES: 'this user may not listen there; choose a port from 1024 on',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
};

/**
 * Where it listens once it does; of use when the configured port is 0.
 *
 * @param section of soar.yaml that says host and port
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
  section: string,
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = meanings[code] === undefined ? message : `${meanings[code]} (${code})`;
    throw new CannotListen(`cannot listen on ${host}:${port}, as ${section} says: ${reason}`, { cause: error });
  }
  const { address, family, port: actual } = server.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}
