import { z } from 'zod';
import { parseModal } from './block-kit/parse.ts';
import type { Modals } from './modals.ts';
import { SlackRefusal } from './refusal.ts';
import type { View } from './view.ts';

/** What the person saw. */
export interface Seen {
  ok: boolean;
  /** `operation_timeout`, `http_service_error`, `dispatch_failed`, `bad_response` or `incomplete`. */
  error?: string;
  /** At the inputs of a modal, by block. */
  errors?: Record<string, string>;
}

const answer = z.union([
  z.undefined(),
  z.object({ response_action: z.undefined().optional() }),
  z.object({ response_action: z.literal('clear') }),
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.enum(['update', 'push']), view: z.unknown().optional() }),
]);

/** What an app may answer to a submitted view: close it, complain, replace it, or put another one on top. */
export function answerSubmission(modals: Modals, view: View, body: unknown): Seen {
  const { data, success } = answer.safeParse(body);
  if (!success) return { ok: false, error: 'bad_response' };
  try {
    return carryOut(modals, view, data);
  } catch (error) {
    if (error instanceof SlackRefusal) return { ok: false, error: 'bad_response' };
    throw error;
  }
}

function carryOut(modals: Modals, view: View, given: z.infer<typeof answer>): Seen {
  switch (given?.response_action) {
    case undefined:
      modals.close(view.member);
      break;
    case 'clear':
      modals.close(view.member, true);
      break;
    case 'update':
      modals.update(view, parseModal(given.view));
      break;
    case 'push':
      modals.push(view.member, parseModal(given.view));
      break;
    case 'errors':
      return complaint(view, given.errors);
  }
  return { ok: true };
}

/** Slack shows a complaint at an input block only; one about anything else is the app's mistake. */
function complaint(view: View, errors: Record<string, string>): Seen {
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id);
  const known = Object.keys(errors).every((blockId) => inputs.includes(blockId));
  return known ? { ok: false, errors } : { ok: false, error: 'bad_response' };
}
