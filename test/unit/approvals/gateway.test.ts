import { ServiceError } from '@temporalio/client';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test, vi } from 'vitest';
import { IncidentNotFound } from '../../../src/approvals/find-incident.ts';
import { approvalRoutes } from '../../../src/approvals/gateway.ts';
import type { Incidents } from '../../../src/approvals/incidents.ts';
import {
  codeCommitment,
  commitmentKey,
  decisionCode,
  type ApprovalRequest,
  type Decision,
  type DecisionAnswer,
} from '../../../src/domain/approval/approval.ts';
import { planDigest, type Plan, type PlannedAction } from '../../../src/domain/plan/plan.ts';
import { EncryptionFailed, KeyErased } from '../../../src/encryption/failures.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { createServer } from '../../../src/intake/server.ts';
import { anIamUser } from '../../support/builders.ts';
import { aRequest } from '../cli/a-plan.ts';
import { judgePerson } from '../../../src/domain/approval/judgement.ts';

const secretKey = '11'.repeat(32);
const publicKey = bytesToHex(ed25519.getPublicKey(Uint8Array.from({ length: 32 }, () => 0x11)));
const codeSecret = 'a code secret of these tests';
const tokens = { alice: 'the-token-of-alice', bob: 'the-token-of-bob' };
const requestId = 'containment-1-0a1b2c3d';
const plan: Plan = { phase: 'containment', actions: [], notPlanned: [] };
const digest = planDigest('VMX-ABCDEFGHIJ', requestId, plan);
const codeFor = (approver: string, decision: string) => decisionCode(codeSecret, requestId, digest, approver, decision);

const request: ApprovalRequest = {
  requestId,
  incidentKey: 'VMX-ABCDEFGHIJ',
  phase: 'containment',
  digest,
  plan,
  askedAt: '2026-03-02T10:10:00Z',
  dueAt: '2026-03-02T14:10:00Z',
  overdue: false,
  quorum: 1,
  needs: { 'deny-actor': { rule: 'default', groups: ['everybody'], quorum: 1 } },
  askedOf: [],
  runId: 'run-1',
  commitments: { [commitmentKey('bob', 'approve')]: codeCommitment(codeFor('bob', 'approve')) },
};
const found = {
  incidentKey: 'VMX-ABCDEFGHIJ',
  workflowId: 'ec2-vm-export/111111111111/eu-west-1/export-i-1',
  runId: 'run-1',
  running: true,
  status: 'RUNNING',
};
const accepted: DecisionAnswer = { result: 'accepted', settled: true, detail: 'approved' };

/** The judgement of a real incident about what the gateway hands on. */
const directory = {
  approvers: [
    { id: 'alice', name: 'Alice', principals: [] },
    { id: 'bob', name: 'Bob', principals: ['arn:aws:iam::*:user/bob'] },
  ],
  gatewayKeys: { 'gateway-1': publicKey },
  policyDigest: '',
};
const judged = (decision: Decision) =>
  judgePerson(
    decision,
    { request, approvals: [], burnt: new Set(), settled: false, owners: [] },
    directory,
    anIamUser(),
  );

function gateway(incidents: Partial<Incidents> = {}) {
  const decide = vi.fn(incidents.decide ?? (() => Promise.resolve(accepted)));
  const server = createServer({ maxBodyBytes: 100_000, requestsPerMinute: 1000, log: () => {} });
  approvalRoutes(server, {
    incidents: { pendingApproval: () => Promise.resolve({ ...found, request }), ...incidents, decide },
    approvers: Object.entries(tokens).map(([id, token]) => ({ id, tokenHash: sha256OfToken(token) })),
    keyId: 'gateway-1',
    signingKey: secretKey,
    codeSecret,
    now: () => new Date('2026-03-02T10:12:00Z'),
  });
  const call = (token: string, url: string, payload?: object, headers: Record<string, string> = {}) =>
    server.inject({
      method: payload ? 'POST' : 'GET',
      url: `/incidents/${encodeURIComponent('VMX-ABCDEFGHIJ')}/${url}`,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(payload ? { payload } : {}),
    });
  return { server, decide, call };
}
const yes = { requestId, digest, decision: 'approve' };

describe('a login', () => {
  test.each(['approval', 'codes'])('is needed to see %s', async (url) => {
    const response = await gateway().call('a-token-of-nobody', url);
    expect(response.statusCode).toBe(401);
    expect(response.body).not.toContain(requestId);
  });

  test('is needed to decide', async () => {
    const { call, decide } = gateway();
    expect((await call('a-token-of-nobody', 'decisions', yes)).statusCode).toBe(401);
    expect(decide).not.toHaveBeenCalled();
  });
});

describe('what is asked', () => {
  test('is shown with the plan and its digest, without hashes of codes', async () => {
    const response = await gateway().call(tokens.alice, 'approval');
    expect(response.json()).toMatchObject({ incidentKey: 'VMX-ABCDEFGHIJ', request: { requestId, digest } });
    expect(response.body).not.toContain('commitments');
    expect(response.headers['cache-control']).toBe('no-store');
  });

  test('may be nothing', async () => {
    const { call } = gateway({ pendingApproval: () => Promise.resolve({ ...found, request: null }) });
    expect((await call(tokens.alice, 'approval')).json()).toMatchObject({ request: null });
    expect((await call(tokens.alice, 'codes')).statusCode).toBe(404);
  });

  test('of no incident is 404, of one that does not answer 503', async () => {
    const missing = gateway({ pendingApproval: () => Promise.reject(new IncidentNotFound()) });
    expect((await missing.call(tokens.alice, 'approval')).statusCode).toBe(404);
    const silent = gateway({ pendingApproval: () => Promise.reject(new Error('deadline')) });
    const response = await silent.call(tokens.alice, 'approval');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
  });

  test('of an incident that was erased is 410, and nobody is told to try again', async () => {
    const erased = new ServiceError('Failed to query Workflow', { cause: new KeyErased('data key 1 was erased') });
    const response = await gateway({ pendingApproval: () => Promise.reject(erased) }).call(tokens.alice, 'approval');
    expect(response.statusCode).toBe(410);
    expect(response.headers['retry-after']).toBeUndefined();
    expect(response.json<{ error: string }>().error).toBe('the incident was erased: what it said is gone for good');
  });

  test('is found by workflow id too, encoded once', async () => {
    const pendingApproval = vi.fn(() => Promise.resolve({ ...found, request }));
    const { server } = gateway({ pendingApproval });
    await server.inject({
      url: `/incidents/${encodeURIComponent(found.workflowId)}/approval`,
      headers: { authorization: `Bearer ${tokens.alice}` },
    });
    expect(pendingApproval).toHaveBeenCalledWith(found.workflowId);
  });
});

describe('codes for Temporal UI', () => {
  test("are this person's, and count as theirs", async () => {
    const response = await gateway().call(tokens.bob, 'codes');
    const { signals } = response.json<{ signals: Record<string, Decision> }>();
    expect(Object.keys(signals)).toEqual(['approve', 'reject']);
    expect(judged(signals.approve!)).toEqual({ verifiedBy: 'code', channel: 'temporal-ui' });
    expect(response.body).not.toContain(codeFor('alice', 'approve'));
  });
});

describe('whoever can write to the Temporal namespace', () => {
  const asking = (shown: ApprovalRequest | null) =>
    gateway({ pendingApproval: () => Promise.resolve({ ...found, request: shown }) });
  const [cancel, keys] = aRequest().plan.actions as [PlannedAction, PlannedAction];
  const disguised = aRequest({}, [{ ...keys, input: cancel.input }]);
  const lies: [string, ApprovalRequest, RegExp][] = [
    ['a plan beside the digest of another', { ...aRequest(), digest }, /does not have the digest/],
    ['words beside an input that they are not about', disguised, /claims to be reversible, and is irreversible/],
  ];

  test.each(lies)('gets no approval signed by showing %s, and no code; only a rejection', async (_, shown, reason) => {
    const { call, decide } = asking(shown);
    const about = { requestId: shown.requestId, digest: shown.digest };
    const refused = await call(tokens.bob, 'decisions', { ...about, decision: 'approve' });
    expect(refused.statusCode).toBe(409);
    expect(refused.json<{ error: string }>().error).toMatch(reason);
    expect((await call(tokens.bob, 'codes')).statusCode).toBe(409);
    expect(decide).not.toHaveBeenCalled();
    expect((await call(tokens.bob, 'decisions', { ...about, decision: 'reject' })).statusCode).toBe(200);
    expect(decide.mock.calls[0]![1]).toMatchObject({ decision: 'reject', approver: 'bob' });
  });

  test.each<[string, ApprovalRequest | null]>([
    ['nothing', null],
    ['another request', aRequest({ requestId: 'containment-2-0a1b2c3d' })],
    ['another digest', aRequest({ requestId })],
  ])('gets an approval in nobody’s name, for the record, where the incident shows %s', async (_, shown) => {
    const { call, decide } = asking(shown);
    await call(tokens.bob, 'decisions', yes);
    const [, decision, updateId] = decide.mock.calls[0]!;
    expect(decision.approver).toBe('gateway:bob');
    expect(judged(decision)).toEqual({ refused: 'gateway:bob is not on the list of approvers' });
    // The same decision sent again once it has been taken is still the same update.
    const taken = gateway();
    await taken.call(tokens.bob, 'decisions', yes);
    expect(taken.decide.mock.calls[0]![2]).toBe(updateId);
  });
});

describe('a decision', () => {
  test('is signed in the name of whoever logged in', async () => {
    const { call, decide } = gateway();
    const response = await call(tokens.bob, 'decisions', { ...yes, actions: ['a', 'b'], reason: 'checked' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(accepted);
    const [ref, decision] = decide.mock.calls[0]!;
    expect(ref).toBe('VMX-ABCDEFGHIJ');
    expect(decision).toMatchObject({ approver: 'bob', decidedAt: '2026-03-02T10:12:00.000Z', reason: 'checked' });
    expect(judged({ ...decision, actions: undefined! })).toHaveProperty('refused'); // changed after signing
    expect(judged(decision)).toEqual({ refused: 'not in this plan: a, b' });
  });

  test('counts', async () => {
    const { call, decide } = gateway();
    await call(tokens.bob, 'decisions', yes);
    expect(judged(decide.mock.calls[0]![1])).toEqual({ verifiedBy: 'gateway-signature', channel: 'gateway' });
  });

  test('may be a hand-over, with whom it goes to under the signature', async () => {
    const { call, decide } = gateway();
    const over = { requestId, digest, decision: 'hand-over', to: 'alice', reason: 'not my systems' };
    expect((await call(tokens.bob, 'decisions', over)).statusCode).toBe(200);
    const decision = decide.mock.calls[0]![1];
    expect(decision).toMatchObject({ decision: 'hand-over', approver: 'bob', to: 'alice' });
    expect(judged(decision)).toEqual({ verifiedBy: 'gateway-signature', channel: 'gateway' });
    expect(judged({ ...decision, to: 'everybody' })).toHaveProperty('refused');
  });

  test.each([
    ['a hand-over to nobody', { decision: 'hand-over' }],
    ['a hand-over of some actions', { decision: 'hand-over', to: 'alice', actions: ['deny-actor'] }],
    ['an approval to somebody', { decision: 'approve', to: 'alice' }],
  ])('that is %s is 400', async (_, changes) => {
    const { call, decide } = gateway();
    expect((await call(tokens.bob, 'decisions', { ...yes, ...changes })).statusCode).toBe(400);
    expect(decide).not.toHaveBeenCalled();
  });

  test('that the incident refuses is 409 with its reason', async () => {
    const { call } = gateway({ decide: () => Promise.resolve({ result: 'refused', reason: 'already decided' }) });
    const response = await call(tokens.bob, 'decisions', yes);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ error: 'already decided', result: 'refused' });
  });

  test('sent again is the same update; by another person or with another key it is not', async () => {
    const { call, decide } = gateway();
    await call(tokens.bob, 'decisions', yes);
    await call(tokens.bob, 'decisions', yes);
    await call(tokens.alice, 'decisions', yes);
    await call(tokens.bob, 'decisions', yes, { 'idempotency-key': 'again' });
    const [first, second, third, fourth] = decide.mock.calls.map(([, , updateId]) => updateId);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  test.each([
    [{}],
    [{ ...yes, approver: 'alice' }],
    [{ ...yes, proof: { kind: 'code', code: 'x' } }],
    [{ ...yes, decision: 'perhaps' }],
    [{ ...yes, digest: 'short' }],
    [{ ...yes, actions: [] }],
    [{ ...yes, reason: 'x'.repeat(2001) }],
  ])('of another form is 400: %j', async (body) => {
    const { call, decide } = gateway();
    expect((await call(tokens.bob, 'decisions', body)).statusCode).toBe(400);
    expect(decide).not.toHaveBeenCalled();
  });

  test.each<[Error, RegExp]>([
    [new ServiceError('deadline'), /Temporal or its workers are not reachable; try again/],
    [new EncryptionFailed('/keys is not mounted'), /the keys that encrypt incidents cannot be used now; try again/],
    [new TypeError('undefined'), /the intake failed, and its log says why; try again/],
  ])('that did not get through is 503, which names the cause: it can be sent again', async (cause, why) => {
    const { call } = gateway({ decide: () => Promise.reject(cause) });
    const response = await call(tokens.bob, 'decisions', yes);
    expect(response.statusCode).toBe(503);
    expect(response.json<{ error: string }>().error).toMatch(why);
    expect(response.body).not.toContain('/keys');
  });
});
