import { actInWords } from '../acts/act-in-words.ts';
import { irreversibleActs } from '../acts/action-kinds.ts';
import { planDigest, type Plan, type PlannedAction } from '../plan/plan.ts';
import type { ApprovalRequest } from './approval.ts';

/**
 * A plan's title, target and states are claims of whoever answers for the incident; only inputs are approved, and only
 * they run. So whatever shows a plan for a decision shows what its inputs say.
 */
export const asCalled = (action: PlannedAction): PlannedAction => {
  const { calls, target, before, after } = actInWords(action.input);
  return { ...action, calls, target, before, after, reversible: !irreversibleActs.has(action.input.act) };
};

/** The whole plan so. */
export const planAsCalled = <P extends Pick<Plan, 'actions'>>(plan: P): P => ({
  ...plan,
  actions: plan.actions.map(asCalled),
});

/** What the action says about itself and its input does not, in words; empty: they agree. */
export function contradictions(action: PlannedAction): string[] {
  const { target, resource } = actInWords(action.input);
  const called = asCalled(action);
  return [
    ...(named(action.target, resource)
      ? []
      : [`${action.id} claims to be about ${action.target}, and is about ${target}`]),
    ...(action.reversible === called.reversible
      ? []
      : [`${action.id} claims to be ${reversibility(action)}, and is ${reversibility(called)}`]),
  ];
}

/** IAM gives names back in the letters in which they were made, whatever letters were asked for. */
const named = (target: string, resource: string): boolean => target.toLowerCase().includes(resource.toLowerCase());

const reversibility = ({ reversible }: Pick<PlannedAction, 'reversible'>): string =>
  reversible ? 'reversible' : 'irreversible';

type Shown = Pick<ApprovalRequest, 'incidentKey' | 'requestId' | 'digest' | 'plan'>;

export const hasOwnDigest = ({ incidentKey, requestId, digest, plan }: Shown): boolean =>
  planDigest(incidentKey, requestId, plan) === digest;

/** Why nobody may approve what is shown of this request; null: it is what its digest stands for. */
export function misleading(request: Shown): string | null {
  if (!hasOwnDigest(request)) {
    return (
      'the plan that is shown does not have the digest that it names, so an approval would be for another one: ' +
      'look who writes to the Temporal namespace'
    );
  }
  const found = request.plan.actions.flatMap(contradictions);
  if (found.length === 0) return null;
  return `the request contradicts what would be called: ${found.join('; ')}; look who writes to the Temporal namespace`;
}
