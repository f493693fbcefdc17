import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { undoRoutes } from '../../../src/approvals/undo-routes.ts';
import type { Undoing } from '../../../src/approvals/undoing.ts';
import { UndoRefused } from '../../../src/audit/closed-incident.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { undoPlan, type UndoAnswer } from '../../../src/domain/plan/undo-plan.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { createServer } from '../../../src/intake/server.ts';
import { anActionRecord, ids } from '../../support/builders.ts';
import { soar } from './a-terminal.ts';

/** `soar incident undo` and the gateway's routes for it, over HTTP. */
const token = 'the-token-of-alice';
const incidentKey = ids.incidentKey;
const base = { incidentKey, accountId: ids.account, region: ids.region };
const record = anActionRecord({
  id: 'disable-access-keys',
  title: 'Switch off 1 access key(s) of user mallory',
  input: {
    act: 'setAccessKeyStatus',
    ...base,
    userName: 'mallory',
    keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
  },
});
const asked: UndoAnswer = {
  result: 'asked',
  incidentKey: `${incidentKey}-undo-1`,
  planned: ['undo/disable-access-keys'],
  notPlanned: [],
  after: null,
};
const found = { incidentKey, workflowId: 'ec2-vm-export/x', runId: 'r', running: false, status: 'COMPLETED' };

let plan: Plan;
let planned: ReturnType<typeof vi.fn<Undoing['plan']>>;
let ask: ReturnType<typeof vi.fn<Undoing['ask']>>;
let server: ReturnType<typeof createServer>;
let address: string;

beforeEach(async () => {
  plan = undoPlan([record]);
  planned = vi.fn<Undoing['plan']>(() => Promise.resolve({ ...found, plan }));
  ask = vi.fn<Undoing['ask']>(() => Promise.resolve(asked));
  server = createServer({ maxBodyBytes: 100_000, requestsPerMinute: 1000, log: () => {} });
  const approvers = [{ id: 'alice', tokenHash: sha256OfToken(token) }];
  undoRoutes(server, { undoing: { plan: planned, ask }, approvers });
  address = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

const undo = (argv: string[], options: Partial<Terminal> = {}) =>
  soar(['incident', 'undo', incidentKey, '--reason', 'wrong user', ...argv], {
    env: { SOAR_TOKEN: token, SOAR_GATEWAY: address },
    ...options,
  });

describe('soar incident undo', () => {
  test('shows what it would undo and open again, asks, and sends who wants it and why', async () => {
    const questions: string[] = [];
    const answer = (question: string) => Promise.resolve(questions.push(question) ? 'yes' : '');
    const { code, out, err } = await undo([], { ask: answer });
    expect(code, err).toBe(0);
    expect(err).toContain('undo/disable-access-keys  reversible');
    expect(err).toContain(`may break  key ${ids.accessKey} of user mallory works again`);
    expect(questions).toEqual([expect.stringContaining('Ask the approvers to undo this action? Type yes')]);
    expect(out).toContain(`soar incident decide ${incidentKey}-undo-1 --approve`);
    const request = { reason: 'wrong user', by: 'alice' };
    expect(ask.mock.calls).toEqual([[incidentKey, request, expect.stringMatching(/^undo-[0-9a-f]{64}$/)]]);
  });

  test('sends nothing when it is not meant, or when there is nothing to undo', async () => {
    const no = await undo([], { ask: () => Promise.resolve('y') });
    expect(no).toMatchObject({ code: 1, err: expect.stringContaining('soar: nothing was sent') as string });
    const brokenOff = Object.assign(new Error('Aborted with Ctrl+D'), { name: 'AbortError' });
    const left = await undo([], { ask: () => Promise.reject(brokenOff) });
    expect(left).toMatchObject({ code: 1, err: expect.stringContaining('soar: nothing was sent') as string });
    expect((await undo([])).code).toBe(2);
    plan = undoPlan([{ ...record, status: 'already' }]);
    const nothing = await undo(['--yes']);
    expect(nothing.code).toBe(1);
    expect(nothing.err).toContain('Not planned');
    expect(nothing.err).toContain(`${incidentKey}: nothing can be undone`);
    expect(ask).not.toHaveBeenCalled();
  });

  test('names actions, also those with a target', async () => {
    const named = ['disable-access-keys', 'undo/narrow-permission:group/vm operators/a&b'];
    await undo(['--yes', '--action', ...named]);
    expect(planned).toHaveBeenCalledWith(incidentKey, named);
    expect(ask.mock.calls[0]?.[1].actions).toEqual(named);
  });

  test('exits with 1 and the reason when it is refused', async () => {
    ask.mockResolvedValue({ result: 'refused', reason: 'an undo is being decided' });
    expect(await undo(['--yes'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/refused: an undo is/) as string,
    });
    planned.mockRejectedValue(new UndoRefused('Temporal does not have it any more'));
    expect(await undo(['--yes'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/does not have it any more/) as string,
    });
  });

  test('says when it is asked later, and prints the answer as JSON', async () => {
    ask.mockResolvedValue({ ...asked, after: 'eradication-2-abcdefgh' });
    expect((await undo(['--yes'])).out).toContain('when eradication-2-abcdefgh is settled');
    expect(JSON.parse((await undo(['--yes', '--json'])).out)).toMatchObject({ result: 'asked' });
  });
});

describe('the routes of undos', () => {
  const post = (body: unknown, authorization = `Bearer ${token}`) =>
    fetch(`${address}/incidents/${incidentKey}/undo`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('let nobody in without a login', async () => {
    expect((await post({ reason: 'r' }, 'Bearer wrong')).status).toBe(401);
    expect((await fetch(`${address}/incidents/${incidentKey}/undo`)).status).toBe(401);
    expect(planned).not.toHaveBeenCalled();
    expect(ask).not.toHaveBeenCalled();
  });

  test('take nothing but a reason and actions, and the name of nobody but who is logged in', async () => {
    for (const body of [{}, { reason: '' }, { reason: 'r', by: 'bob' }, { reason: 'r', actions: [] }, 'x', null]) {
      expect((await post(body)).status).toBe(400);
    }
    expect(ask).not.toHaveBeenCalled();
    expect((await post({ reason: 'r', actions: ['deny-actor'] })).status).toBe(200);
    expect(ask.mock.calls[0]?.[1]).toEqual({ reason: 'r', actions: ['deny-actor'], by: 'alice' });
  });
});
