import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askCodecServer } from '../../../src/cli/doctor/ask-others.ts';
import { codecServer, listen } from '../../../src/encryption/codec-server.ts';
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
const portOf = (url: string): number => Number(new URL(url).port);

describe('what soar doctor says of the codec server', () => {
  it('is nothing where none is wanted', async () => {
    expect(await askCodecServer(parse(leastConfig()))).toEqual([]);
  });

  it('is that it answers, and when it does not, what people cannot see', async () => {
    const codec = { encode: () => Promise.resolve([]), decode: () => Promise.resolve([]) };
    const server = codecServer({ codec, approvers: [], uiOrigins: [], requestsPerMinute: 600, log: () => undefined });
    const url = await listen(server, { host: '127.0.0.1', port: 0 });
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
    const other = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await at(port)).toMatchObject([{ state: 'warning', found: `http://127.0.0.1:${port} answers 404` }]);
    await new Promise((resolve) => other.close(resolve));
  });
});
