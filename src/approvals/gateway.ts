import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decisionCode, signDecision, type ApprovalRequest, type Decision } from '../domain/approval/approval.ts';
import { misleading } from '../domain/approval/as-called.ts';
import { parseJson } from '../domain/cloudtrail/fields.ts';
import { digestOf } from '../domain/digest.ts';
import { bodyOf, HttpRefusal, notNow } from '../intake/server.ts';
import { wasErased, whoFailed, type WhoFailed } from '../temporal/who-failed.ts';
import { IncidentNotFound } from './find-incident.ts';
import type { Incidents } from './incidents.ts';
import { personalLogin } from './login.ts';

export interface Gateway {
  incidents: Incidents;
  /** Who may log in, by the SHA-256 of their personal token in hex. */
  approvers: { id: string; tokenHash: string }[];
  keyId: string;
  /** 32-byte Ed25519 secret key in hex. */
  signingKey: string;
  codeSecret: string;
  now?: () => Date;
}

/** The decisions that have a code for Temporal UI. */
const codeDecisions = ['approve', 'reject'] as const;

const short = z.string().min(1).max(500);
const about = {
  requestId: short,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.string().max(2000).exactOptional(),
};
const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({
    ...about,
    decision: z.enum(['approve', 'reject', 'more-time']),
    actions: z.array(short).min(1).max(100).exactOptional(),
  }),
  z.strictObject({ ...about, decision: z.literal('hand-over'), to: short }),
]);

type Said = z.output<typeof decisionBody>;

/**
 * Where approvers see what is asked and answer it. The gateway verifies who they are and signs what they say; whether it
 * counts is decided by the incident alone (P7).
 */
export function approvalRoutes(server: FastifyInstance, gateway: Gateway): void {
  const { incidents } = gateway;
  const { onRequest, approverOf } = personalLogin(gateway.approvers);
  const asked = async (ref: string) => {
    const { request, ...incident } = await answering(() => incidents.pendingApproval(ref));
    return { incident, request };
  };

  /**
   * In whose name a decision is signed. An approval is theirs only if it is about the plan that the incident shows at this
   * moment, and that plan has the digest: whoever can write to the namespace could answer with any other one. What was not
   * shown is for the record alone: no approver's id has a colon.
   */
  const signer = async (ref: string, { decision, requestId, digest }: Said, person: string): Promise<string> => {
    if (decision !== 'approve') return person;
    const { request } = await asked(ref);
    if (request?.requestId !== requestId || request.digest !== digest) return `gateway:${person}`;
    refuseMisleading(request);
    return person;
  };

  server.get<{ Params: { ref: string } }>('/incidents/:ref/approval', { onRequest }, async ({ params }) => {
    const { incident, request } = await asked(params.ref);
    return { ...incident, request: request && shown(request) };
  });

  server.get<{ Params: { ref: string } }>('/incidents/:ref/codes', { onRequest }, async (httpRequest) => {
    const approver = approverOf(httpRequest);
    const { incident, request } = await asked(httpRequest.params.ref);
    if (!request) throw new HttpRefusal(404, 'nothing is asked in this incident now');
    refuseMisleading(request);
    const { requestId, digest } = request;
    const signals = codeDecisions.map((decision): [string, Decision] => {
      const code = decisionCode(gateway.codeSecret, requestId, digest, approver, decision);
      return [decision, { requestId, digest, decision, approver, proof: { kind: 'code', code } }];
    });
    return { ...incident, approver, signals: Object.fromEntries(signals) };
  });

  server.post<{ Params: { ref: string } }>('/incidents/:ref/decisions', { onRequest }, async (request) => {
    const parsed = decisionBody.safeParse(parseJson(bodyOf(request)));
    if (!parsed.success) {
      throw new HttpRefusal(
        400,
        'the body is not { requestId, digest, decision: approve|reject|more-time, actions?, reason? }, ' +
          'nor { requestId, digest, decision: hand-over, to, reason? }',
      );
    }
    const person = approverOf(request);
    const approver = await signer(request.params.ref, parsed.data, person);
    const said = { ...parsed.data, approver: person };
    const decidedAt = (gateway.now?.() ?? new Date()).toISOString();
    const decision = signDecision({ ...said, approver, decidedAt }, 'gateway', gateway.keyId, gateway.signingKey);
    // Without the time, and whatever is asked by then: the same decision sent again is the same update. A key tells intended
    // repetitions apart.
    const updateId = `decide-${digestOf({ ...said, key: request.headers['idempotency-key'] ?? null })}`;
    const answer = await answering(() => incidents.decide(request.params.ref, decision, updateId));
    if (answer.result === 'refused') throw new HttpRefusal(409, answer.reason, { details: { result: 'refused' } });
    return answer;
  });
}

/** Nobody approves a plan by what is said about it where its inputs say otherwise. */
function refuseMisleading(request: ApprovalRequest): void {
  const lie = misleading(request);
  if (lie !== null) throw new HttpRefusal(409, lie, { details: { result: 'refused' } });
}

/** Everything that an approver must see; the hashes of other people's codes are nobody's business. */
function shown(request: ApprovalRequest): Omit<ApprovalRequest, 'commitments'> {
  const { commitments: _, ...rest } = request;
  return rest;
}

const noAnswer: Record<WhoFailed, string> = {
  Temporal: 'Temporal or its workers are not reachable',
  keys: 'the keys that encrypt incidents cannot be used now',
  'this process': 'the intake failed, and its log says why',
};

/** What an incident answers, or the refusal that says why it does not. */
export async function answering<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HttpRefusal) throw error;
    if (error instanceof IncidentNotFound) throw new HttpRefusal(404, error.message);
    if (wasErased(error)) throw new HttpRefusal(410, 'the incident was erased: what it said is gone for good');
    throw notNow(`the incident does not answer: ${noAnswer[whoFailed(error)]}; try again`, error);
  }
}
