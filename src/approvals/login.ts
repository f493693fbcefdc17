import type { FastifyRequest } from 'fastify';
import { matchingToken } from '../intake/bearer.ts';
import { HttpRefusal } from '../intake/server.ts';

export interface Login {
  /** Hook that lets in whoever has a personal token. */
  onRequest: (request: FastifyRequest, reply: unknown, done: (error?: Error) => void) => void;
  /** Id of whoever was let in. */
  approverOf: (request: FastifyRequest) => string;
}

/** Knows approvers by the SHA-256 of their personal token in hex. */
export function personalLogin(approvers: { id: string; tokenHash: string }[]): Login {
  const tokens = approvers.map(({ tokenHash }) => tokenHash);
  const people = new WeakMap<FastifyRequest, string>();
  return {
    onRequest(request, _reply, done) {
      const approver = approvers[matchingToken(request.headers.authorization, tokens)];
      if (approver) {
        people.set(request, approver.id);
        done();
      } else {
        done(new HttpRefusal(401, 'the personal token is missing or not known'));
      }
    },
    approverOf(request) {
      const approver = people.get(request);
      if (approver === undefined) throw new Error('the route has no login');
      return approver;
    },
  };
}
