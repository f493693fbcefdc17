import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseJson } from '../domain/cloudtrail/fields.ts';
import { digestOf } from '../domain/digest.ts';
import { bodyOf, HttpRefusal } from '../intake/server.ts';
import { UndoRefused } from '../audit/closed-incident.ts';
import { answering } from './gateway.ts';
import { personalLogin } from './login.ts';
import type { Undoing } from './undoing.ts';

const actionIds = z.array(z.string().min(1).max(500)).min(1).max(100);
const undoBody = z.strictObject({ reason: z.string().min(1).max(2000), actions: actionIds.exactOptional() });

/**
 * Where people see what an undo would do, and ask for it. Whoever is logged in may ask; their name goes on record. Whether
 * anything is undone the approvers decide, as about every plan.
 */
export function undoRoutes(
  server: FastifyInstance,
  { undoing, approvers }: { undoing: Undoing; approvers: { id: string; tokenHash: string }[] },
): void {
  const { onRequest, approverOf } = personalLogin(approvers);

  server.get<{ Params: { ref: string }; Querystring: { action?: string | string[] } }>(
    '/incidents/:ref/undo',
    { onRequest },
    async ({ params, query }) => {
      const actions = query.action === undefined ? undefined : actionIds.safeParse([query.action].flat());
      if (actions?.success === false) throw new HttpRefusal(400, 'action is the id of an action, at most 100 of them');
      return answering(() => readable(undoing.plan(params.ref, actions?.data)));
    },
  );

  server.post<{ Params: { ref: string } }>('/incidents/:ref/undo', { onRequest }, async (request) => {
    const parsed = undoBody.safeParse(parseJson(bodyOf(request)));
    if (!parsed.success) throw new HttpRefusal(400, 'the body is not { reason, actions? }');
    const asked = { ...parsed.data, by: approverOf(request) };
    const id = `undo-${digestOf({ ...asked, key: request.headers['idempotency-key'] ?? null })}`;
    const answer = await answering(() => undoing.ask(request.params.ref, asked, id));
    if (answer.result === 'refused') throw new HttpRefusal(409, answer.reason, { details: { result: 'refused' } });
    return answer;
  });
}

/** What Temporal does not have any more will not come back. */
async function readable<T>(plan: Promise<T>): Promise<T> {
  try {
    return await plan;
  } catch (error) {
    throw error instanceof UndoRefused ? new HttpRefusal(409, error.message) : error;
  }
}
