import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askCodecServer, askGateway } from '../../../src/cli/doctor/ask-others.ts';
import { codecServer } from '../../../src/encryption/codec-server.ts';
import { listen } from '../../../src/intake/listen.ts';
import { leastConfig, parse } from '../config/configuration.ts';

const at = (port: number) =>
  askCodecServer(
    parse({
      ...leastConfig(),
      encryption: {
        masterKeys: [{ id: '2027', key: 'env:TEST_SOAR_X' }],
        codecServer: { port, uiOrigins: ['https://temporal.acme.example'] },
      },
    }),
  );
/** A server of somebody else, which answers every path alike. */
async function another(status: number): Promise<{ url: string; close: () => Promise<unknown> }> {
  const server = createServer((_request, response) => response.writeHead(status).end('<!doctype html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}
const portOf = (url: string): number => Number(new URL(url).port);

describe('what soar doctor says of the codec server', () => {
  it('is nothing where none is wanted', async () => {
    expect(await askCodecServer(parse(leastConfig()))).toEqual([]);
  });

  it('is that it answers, and when it does not, what people cannot see', async () => {
    const codec = { encode: () => Promise.resolve([]), decode: () => Promise.resolve([]) };
    const server = codecServer({ codec, approvers: [], uiOrigins: [], requestsPerMinute: 600, log: () => undefined });
    const url = await listen(server, { host: '127.0.0.1', port: 0 }, 'encryption.codecServer');
    expect(await at(portOf(url))).toEqual([{ name: 'codec server', state: 'ok', found: `${url} answers` }]);
    await server.close();
    expect(await at(portOf(url))).toEqual([
      {
        name: 'codec server',
        state: 'warning',
        found: `${url} does not answer (ECONNREFUSED)`,
        next: 'soar codec-server: without it Temporal UI shows nothing of what incidents say',
      },
    ]);
  });

  it('is what something else answers there', async () => {
    const { url, close } = await another(404);
    expect(await at(portOf(url))).toMatchObject([{ state: 'warning', found: `${url} answers 404` }]);
    await close();
  });

  it('is that something else answers there, and well', async () => {
    const { url, close } = await another(200);
    const found = expect.stringContaining(`${url} is something else`) as string;
    expect(await at(portOf(url))).toMatchObject([{ state: 'warning', found }]);
    expect(await askGateway(parse({ ...leastConfig(), gateway: { ...leastConfig().gateway, url } }))).toMatchObject([
      { name: 'intake', state: 'failed', found },
    ]);
    await close();
  });
});
