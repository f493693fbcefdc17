import { ed25519 } from '@noble/curves/ed25519.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { approvalRoutes } from '../../../src/approvals/gateway.ts';
import type { Incidents } from '../../../src/approvals/incidents.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { ApprovalRequest, DecisionAnswer } from '../../../src/domain/approval/approval.ts';
import type { PlannedAction } from '../../../src/domain/plan/plan.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { createServer } from '../../../src/intake/server.ts';
import { ids } from '../../support/builders.ts';
import { aRequest } from './a-plan.ts';
import { soar } from './a-terminal.ts';

const token = 'the-token-of-alice';
const accepted: DecisionAnswer = { result: 'accepted', settled: true, detail: 'approved' };
let request: ApprovalRequest | null;
const asked = (shown: ApprovalRequest | null) => ({
  incidentKey: ids.incidentKey,
  workflowId: 'ec2-vm-export/x',
  runId: 'run-1',
  running: true,
  status: 'RUNNING',
  request: shown,
});
const incidents = { pendingApproval: vi.fn<Incidents['pendingApproval']>() };
let decide: ReturnType<typeof vi.fn<Incidents['decide']>>;
let server: ReturnType<typeof createServer>;
let address: string;

beforeEach(async () => {
  request = aRequest();
  incidents.pendingApproval.mockImplementation(() => Promise.resolve(asked(request)));
  decide = vi.fn<Incidents['decide']>(() => Promise.resolve(accepted));
  server = createServer({ maxBodyBytes: 100_000, requestsPerMinute: 1000, log: () => {} });
  approvalRoutes(server, {
    incidents: { ...incidents, decide },
    approvers: [{ id: 'alice', tokenHash: sha256OfToken(token) }],
    keyId: 'gateway-1',
    signingKey: Buffer.from(ed25519.utils.randomSecretKey()).toString('hex'),
    codeSecret: 'a code secret of these tests',
  });
  address = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

const incident = (argv: string[], options: Partial<Terminal> = {}) =>
  soar(['incident', ...argv], { env: { SOAR_TOKEN: token, SOAR_GATEWAY: address }, ...options });
const decideOn = (argv: string[], options?: Partial<Terminal>) =>
  incident(['decide', ids.incidentKey, ...argv], options);

describe('soar incident decide', () => {
  test('shows the plan, asks, and sends its digest', async () => {
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve(questions.push(question) ? 'yes' : '');
    const { code, out, err } = await decideOn(['--approve', '--reason', 'checked'], { ask });
    expect({ code, out }).toEqual({ code: 0, out: 'accepted: approved\n' });
    expect(err).toContain('cancel-export  IRREVERSIBLE');
    expect(err).toMatch(/By hand\n +User account: how to contain +docs\/procedures\/user-account-containment\.md\n/);
    expect(questions).toEqual([expect.stringContaining('approve? Type yes')]);
    expect(decide.mock.calls[0]).toMatchObject([
      ids.incidentKey,
      { decision: 'approve', approver: 'alice', reason: 'checked', digest: aRequest().digest },
      expect.stringMatching(/^decide-/),
    ]);
  });

  test('sends nothing when it is not meant', async () => {
    const { code, err } = await decideOn(['--approve'], { ask: () => Promise.resolve('y') });
    expect(code).toBe(1);
    expect(err).toContain('soar: nothing was sent');
    expect(decide).not.toHaveBeenCalled();
  });

  test('sends nothing where somebody breaks off, and says so on a line of its own', async () => {
    const brokenOff = Object.assign(new Error('Aborted with Ctrl+C'), { name: 'AbortError' });
    const { code, err } = await decideOn(['--approve'], { ask: () => Promise.reject(brokenOff) });
    expect(code).toBe(1);
    expect(err).toMatch(/\nsoar: nothing was sent\n$/);
    expect(decide).not.toHaveBeenCalled();
  });

  test('selects actions', async () => {
    await decideOn(['--approve', '--action', 'deactivate-keys', '--yes']);
    expect(decide.mock.calls[0]?.[1].actions).toEqual(['deactivate-keys']);
  });

  test('hands over to whom is named, with the reason', async () => {
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve(questions.push(question) ? 'yes' : '');
    await decideOn(['--hand-over', 'on-call', '--reason', 'not my systems'], { ask });
    expect(questions).toEqual([expect.stringContaining('hand-over to on-call? Type yes')]);
    const { decision, to, reason, digest } = decide.mock.calls[0]![1];
    expect({ decision, to, reason, digest }).toEqual({
      decision: 'hand-over',
      to: 'on-call',
      reason: 'not my systems',
      digest: aRequest().digest,
    });
  });

  test('takes the token from a file, and answers a script in JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-token-'));
    try {
      await writeFile(join(folder, 'token'), `${token}\n`);
      const argv = ['--reject', '--yes', '--json', '--token-file', join(folder, 'token')];
      const { code, out } = await decideOn(argv, { env: { SOAR_GATEWAY: address } });
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual(accepted);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('exits with 1 and the reason when the incident refuses', async () => {
    decide.mockResolvedValue({ result: 'refused', reason: 'already decided' });
    expect(await decideOn(['--more-time', '--yes'])).toMatchObject({ code: 1, out: '' });
    expect((await decideOn(['--more-time', '--yes'])).err).toMatch(/soar: refused: already decided\n$/);
  });

  test('sends again what did not get through, as the same decision', async () => {
    decide.mockRejectedValueOnce(new Error('deadline'));
    expect((await decideOn(['--approve', '--yes'])).code).toBe(0);
    const [first, second] = decide.mock.calls.map(([, , updateId]) => updateId);
    expect(second).toBe(first);
  });

  test('does not send a plan that is not what its digest says', async () => {
    request = aRequest({ digest: 'e'.repeat(64) });
    const { code, err } = await decideOn(['--approve', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('does not have the digest that it names');
    expect(decide).not.toHaveBeenCalled();
  });

  test('does not approve what claims to be something else, and rejects it', async () => {
    const [cancel, keys] = aRequest().plan.actions as [PlannedAction, PlannedAction];
    request = aRequest({}, [{ ...keys, input: cancel.input }]);
    const { code, err } = await decideOn(['--approve', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('claims to be reversible, and is irreversible');
    expect(err).toMatch(/look who writes to the Temporal namespace; nothing was sent\n$/);
    expect(decide).not.toHaveBeenCalled();
    expect((await decideOn(['--reject', '--yes'])).code).toBe(0);
  });

  test('does not approve another plan than the one that was meant', async () => {
    const { code, err } = await decideOn(['--approve', '--yes', '--digest', 'f'.repeat(64)]);
    expect(code).toBe(1);
    expect(err).toContain('another plan');
    expect(decide).not.toHaveBeenCalled();
  });

  test('says when nothing is asked', async () => {
    request = null;
    expect(await decideOn(['--approve', '--yes'])).toMatchObject({
      code: 1,
      err: `soar: ${ids.incidentKey}: nothing is asked now\n`,
    });
  });

  test.each([
    [['--yes'], /say one of --approve/],
    [['--approve', '--reject', '--yes'], /say one of --approve/],
    [['--more-time', '--hand-over', 'bob', '--yes'], /say one of --approve/],
    [['--hand-over', 'bob', '--action', 'cancel-export', '--yes'], /--action selects/],
    [['--reject', '--action', 'cancel-export', '--yes'], /--action selects/],
    [['--approve', '--action', 'unknown', '--yes'], /not in this plan: unknown/],
    [['--approve'], /nobody can be asked here: add --yes/],
    [['--approve', '--yes', '--gateway', 'nonsense'], /--gateway must be an address/],
  ])('%j is wrong usage', async (argv, reason) => {
    const { code, err } = await decideOn(argv);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
    expect(decide).not.toHaveBeenCalled();
  });

  test('asks who you are', async () => {
    expect(await decideOn(['--approve', '--yes'], { env: { SOAR_GATEWAY: address } })).toMatchObject({ code: 2 });
    const stranger = await decideOn(['--approve', '--yes'], { env: { SOAR_GATEWAY: address, SOAR_TOKEN: 'x' } });
    expect(stranger.code).toBe(1);
    expect(stranger.err).toContain('set SOAR_TOKEN');
  });

  test('tells a token that cannot be sent from a gateway that is away', async () => {
    const pasted = { SOAR_GATEWAY: address, SOAR_TOKEN: 'the “token” of alice' };
    const { code, err } = await decideOn(['--approve', '--yes'], { env: pasted });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('that is no personal token') as string });
    expect(err).not.toContain('alice');
  });

  test('exits with 4 when nobody is there, and says why nothing came', async () => {
    const encrypted = await decideOn(['--approve', '--yes', '--gateway', address.replace('http', 'https')]);
    expect(encrypted).toMatchObject({ code: 4, err: expect.stringMatching(/does not answer \(.*SSL.*\)/) as string });
    await server.close();
    const { code, err } = await decideOn(['--approve', '--yes']);
    expect(code).toBe(4);
    expect(err).toContain(`the gateway at ${address} does not answer (ECONNREFUSED); is soar intake running there?`);
  });
});

/** Somebody else than the gateway at its address. */
async function answering(status: number, type: string, body: string): Promise<{ url: string; close: () => void }> {
  const somebody = createHttpServer((_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => somebody.listen(0, '127.0.0.1', resolve));
  const { port } = somebody.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => somebody.close() };
}

describe('who answers in place of the gateway', () => {
  test.each([
    [200, 'text/html', '<!doctype html>', /what answers at .* \(200\) is not the gateway; look at --gateway/],
    [404, 'text/html', 'not found', /what answers at .* \(404\) is not the gateway/],
    [404, 'application/json', '{"message":"no route"}', /what answers at .* \(404\) is not the gateway/],
    [502, 'text/html', '<h1>Bad Gateway</h1>', /the proxy at .* does not reach the gateway \(502\); is soar intake/],
  ])('%i %s %s is said to be another', async (status, type, body, reason) => {
    const somebody = await answering(status, type, body);
    for (const argv of [
      ['decide', 'VMX-7Q2MZ4K6AB', '--approve', '--yes'],
      ['codes', 'VMX-7Q2MZ4K6AB'],
    ]) {
      const { code, err } = await incident([...argv, '--gateway', somebody.url]);
      expect({ code, err }).toEqual({ code: 4, err: expect.stringMatching(reason) as string });
    }
    somebody.close();
  });
});

describe('soar incident codes', () => {
  test('shows what to paste in Temporal UI', async () => {
    const { code, out, err } = await incident(['codes', ids.incidentKey]);
    expect(code).toBe(0);
    expect(err).toContain('cancel-export  IRREVERSIBLE');
    expect(out).toMatch(/^approve: send the signal decide with\n\{[\s\S]*"kind": "code"[\s\S]*reject: /);
  });

  test('shows none for a plan that it does not show', async () => {
    incidents.pendingApproval.mockResolvedValueOnce(asked(aRequest({ runId: 'run-1' }, [])));
    const { code, out, err } = await incident(['codes', ids.incidentKey]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('another plan is asked about by now');
  });

  test('answers a script in JSON', async () => {
    const { out } = await incident(['codes', ids.incidentKey, '--json']);
    expect(JSON.parse(out)).toMatchObject({ approver: 'alice', signals: { reject: { decision: 'reject' } } });
  });
});
