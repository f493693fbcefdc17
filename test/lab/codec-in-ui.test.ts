import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codecServer } from '../../src/encryption/codec-server.ts';
import { listen } from '../../src/intake/listen.ts';
import { dataKeys } from '../../src/encryption/data-keys.ts';
import { payloadCodec } from '../../src/encryption/payload-codec.ts';
import { sha256OfToken } from '../../src/intake/bearer.ts';
import { startDevServer, type DevServer } from '../../src/temporal/dev-server.ts';
import { startBrowser } from '../support/browser.ts';
import { shared } from '../support/shared.ts';
import { keysInMemory, masterKey } from '../unit/encryption/keys.ts';

const token = 'soar_the-token-of-alice-0000000000000';
const secret = 'the finance department was asked';
const workflowId = 'ec2-vm-export/111111111111/eu-west-1/export-i-1';

/** Temporal with its UI, an encrypted incident in it, a codec server, and a browser. */
interface Installation {
  dev: DevServer;
  endpoint: string;
  lines: string[];
  browser: Browser;
  end: () => Promise<void>;
}
async function installation(): Promise<Installation> {
  const browser = await startBrowser();
  const dev = await startDevServer({ searchAttributes: {}, progress: () => undefined, ui: true });
  const codec = payloadCodec(dataKeys(keysInMemory(), [masterKey('2027')]));
  const lines: string[] = [];
  const server = codecServer({
    codec,
    approvers: [{ id: 'alice', tokenHash: sha256OfToken(token) }],
    uiOrigins: [dev.uiUrl!],
    requestsPerMinute: 600,
    log: (line) => void lines.push(line),
  });
  const endpoint = await listen(server, { host: '127.0.0.1', port: 0 }, 'encryption.codecServer');
  const connection = await Connection.connect({ address: dev.address });
  const client = new Client({ connection, dataConverter: { payloadCodecs: [codec] } });
  await client.workflow.start('ec2VmExport', { args: [{ note: secret }], taskQueue: 'nobody', workflowId });
  const end = async () => {
    await browser.close();
    await connection.close();
    await server.close();
    await dev.stop();
  };
  return { dev, endpoint, lines, browser, end };
}
const installed = shared(installation, ({ end }) => end());

/** What the browser asked the codec server, and what it was answered. */
function asked(page: Page, endpoint: string): string[] {
  const answers: string[] = [];
  page.on('response', (response) => {
    if (!response.url().startsWith(endpoint)) return;
    answers.push(`${response.request().method()} ${response.url().slice(endpoint.length)} ${response.status()}`);
  });
  return answers;
}

const incidentPage = () => `${installed().dev.uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
/** How often somebody was shown something. */
const decoded = (lines: string[]) => lines.filter((line) => /: decode \d/.test(line)).length;
const textOf = (page: Page) => page.evaluate<string>('document.body.innerText');

describe('Temporal UI, in a browser,', () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    context = await installed().browser.newContext({ viewport: { width: 1400, height: 1000 } });
    page = await context.newPage();
  });
  afterAll(() => context.close());

  it('shows nothing of an encrypted incident by itself', async () => {
    await page.goto(incidentPage());
    await expect.poll(() => textOf(page)).toContain('encryption-key-id');
    expect(await textOf(page)).not.toContain(secret);
  });

  it('shows nothing with the codec server named to somebody who has not logged in there', async () => {
    const { endpoint, lines } = installed();
    await page.getByTestId('data-encoder-status').click();
    await page.getByPlaceholder('Paste your endpoint here').fill(endpoint);
    await page.getByTestId('data-encoder-include-credentials').click();
    const answers = asked(page, endpoint);
    await page.getByTestId('confirm-data-encoder-button').click();
    await page.goto(incidentPage());
    await expect.poll(() => answers).toContain('POST /decode 401');
    await expect.poll(() => textOf(page)).toContain('Input');
    expect(await textOf(page)).not.toContain(secret);
    expect(decoded(lines)).toBe(0);
  });

  it('shows it to an approver who logs in there, who is named in the log', async () => {
    const { endpoint, lines } = installed();
    await page.goto(`${endpoint}/login`);
    await page.getByLabel('Personal token').fill('soar_of-somebody-else');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect.poll(() => textOf(page)).toContain('the personal token is missing or not known');
    await page.goto(`${endpoint}/login`);
    await page.getByLabel('Personal token').fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect.poll(() => textOf(page)).toContain('You are logged in');
    const answers = asked(page, endpoint);
    await page.goto(incidentPage());
    await expect.poll(() => textOf(page)).toContain(secret);
    expect(answers).toContain('POST /decode 200');
    expect(lines.join('\n')).toMatch(/alice: decode \d+ payload\(s\) of [0-9a-f]{32}-1/);
    expect(lines.join('\n')).not.toContain(secret);
  });

  it('shows it to no other page of that browser, although the login goes along', async () => {
    const { endpoint, lines } = installed();
    const server = createServer((_request, response) => response.end('<!doctype html><title>other</title>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const before = decoded(lines);
    expect(before).toBeGreaterThan(0);
    const ask = (init: string) =>
      other.evaluate<string>(
        `fetch('${endpoint}/decode', { method: 'POST', credentials: 'include', body: '{"payloads":[]}', ${init} })
          .then(async (answer) => answer.type + ' ' + (await answer.text()), (error) => error.message)`,
      );
    // With a preflight, and as a form would send it, without.
    expect(await ask(`headers: { 'content-type': 'application/json', 'x-namespace': 'default' }`)).toBe(
      'Failed to fetch',
    );
    expect(await ask(`mode: 'no-cors'`)).toBe('opaque ');
    expect(decoded(lines)).toBe(before);
    await other.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
