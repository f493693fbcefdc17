import { ed25519 } from '@noble/curves/ed25519.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { publicKeyOf } from '../../../src/approvals/signing-key.ts';
import { startIntake } from '../../../src/intake/serve.ts';
import type { TemporalConnection } from '../../../src/temporal/connect.ts';
import { startSlackLab } from '../../../src/lab/slack/slack-lab.ts';
import { leastConfig, parse } from '../config/configuration.ts';

it('opens no Socket Mode where it cannot listen: its process would stay, and take what people press', async () => {
  const appToken = 'xapp-of-these-tests';
  const slack = await startSlackLab({ botToken: 'xoxb-t', signingSecret: 's', appToken, channels: [], members: [] });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const secretKey = Buffer.from(ed25519.utils.randomSecretKey()).toString('hex');
  for (const name of ['TOKEN', 'CORRELATION', 'CODES', 'BOT'])
    vi.stubEnv(`TEST_SOAR_${name}`, 'a secret of these tests');
  vi.stubEnv('TEST_SOAR_SIGNING', secretKey);
  vi.stubEnv('TEST_SOAR_APP', appToken);
  const least = leastConfig();
  const config = parse({
    ...least,
    intake: { ...least.intake, port: (other.address() as AddressInfo).port },
    approvals: { ...least.approvals, gatewayKeys: { 'gateway-1': publicKeyOf(secretKey) } },
    slack: { botToken: 'env:TEST_SOAR_BOT', appToken: 'env:TEST_SOAR_APP', channel: 'C012AB3CD', apiUrl: slack.apiUrl },
  });
  try {
    // Nobody asks Temporal anything before somebody comes.
    const temporal = { namespace: 'default' } as TemporalConnection;
    await expect(startIntake(config, temporal, () => undefined)).rejects.toThrow('another process listens there');
    await sleep(300);
    expect(slack.socketConnections()).toBe(0);
  } finally {
    vi.unstubAllEnvs();
    await new Promise((resolve) => other.close(resolve));
    await slack.stop();
  }
});
