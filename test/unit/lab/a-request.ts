import type { ApprovalRequest } from '../../../src/domain/approval/approval.ts';
import { aRequest } from '../cli/a-plan.ts';

/** A request for a plan of actions with these ids. */
export function aRequestFor(...ids: string[]): ApprovalRequest {
  const [action] = aRequest().plan.actions;
  return aRequest(
    {},
    ids.map((id) => ({ ...action!, id })),
  );
}
