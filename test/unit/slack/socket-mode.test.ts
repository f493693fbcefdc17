import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSlackLab, type SlackLab } from '../../../src/lab/slack/slack-lab.ts';
import { startSocketMode } from '../../../src/slack/socket-mode.ts';

const appToken = 'xapp-of-these-tests';
let lab: SlackLab;
let log: string[];
let door: { stop: () => Promise<void> } | undefined;

beforeEach(async () => {
  log = [];
  lab = await startSlackLab({ botToken: 'xoxb-t', signingSecret: 's', appToken, channels: [], members: [] });
});
afterEach(async () => {
  await door?.stop();
  await lab.stop();
});

const start = (token = appToken) => {
  door = startSocketMode({
    appToken: token,
    apiUrl: lab.apiUrl,
    handle: () => Promise.resolve({ result: 'ok' }),
    log: (line) => log.push(line),
    pauseMs: { first: 20, longest: 50 },
  });
};
const connected = () => vi.waitFor(() => expect(lab.socketConnections()).toBe(1), { timeout: 5000 });
const said = (text: string) => vi.waitFor(() => expect(log.join('\n')).toContain(text), { timeout: 5000 });
const saidLast = (text: string) => vi.waitFor(() => expect(log.at(-1)).toContain(text), { timeout: 5000 });
const refuse = (times: number) => lab.fault({ method: 'apps.connections.open', error: 'invalid_auth', times });

/** What rejects unhandled fails the run: it would end the intake, and with it the door for alerts. */
describe('Socket Mode', () => {
  it('connects once Slack lets it, however often it was refused before', async () => {
    refuse(3);
    start();
    await connected();
    await said('Socket Mode is connected');
    expect(log.filter((line) => line.includes('cannot connect'))).toHaveLength(1);
    expect(log[0]).toMatch(/invalid_auth.*nobody can decide in Slack until it does/);
  });

  it('connects again where Slack refuses it for a while after a break', async () => {
    start();
    await connected();
    refuse(2);
    await lab.down();
    await lab.up();
    await said('invalid_auth');
    await connected();
  });

  it('connects once an outage is over, whether Slack answered 503 or nothing', async () => {
    await lab.down('unavailable');
    start();
    await said('cannot connect');
    await lab.up();
    await connected();
    // The stand-in counts a connection before the door has heard of it.
    await saidLast('Socket Mode is connected');
    await lab.down();
    await saidLast('cannot connect');
    await lab.up();
    await connected();
    await saidLast('Socket Mode is connected');
    expect(log).toHaveLength(4);
  });

  it('ends while it cannot connect', async () => {
    start('xapp-revoked');
    await said('invalid_auth');
    await door?.stop();
    await vi.waitFor(() => expect(lab.socketConnections()).toBe(0), { timeout: 5000 });
  });
});
