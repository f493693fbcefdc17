import type { ActInput, ActResult } from '../src/domain/acts/acts.ts';
import {
  approvalOnRecord,
  authorisationRefusal,
  type ApprovalOnRecord,
  type Authorisation,
  type Authorised,
  type AuthorisationRules,
} from '../src/domain/approval/authorisation.ts';
import { isAskedBy } from '../src/domain/approval/approval-request.ts';
import { failureTypes } from '../src/domain/failures.ts';
import { isPreApproval, type PreApproval } from '../src/domain/approval/pre-approval.ts';
import { execution, isActivity } from './aws/activity-context.ts';
import { failure } from './aws/failures.ts';

/** Puts the check of the approval before every act; without a valid one nothing is read and nothing is changed (P2). */
export function authorised<T extends object>(acts: T, readRules: () => Promise<AuthorisationRules>): Authorised<T> {
  const checked = Object.entries(acts).map(([name, act]) => [
    name,
    async (input: ActInput, authorisation: unknown): Promise<ActResult> => {
      // The digest covers the act's name: an approved input cannot be given to another act.
      const rules = await readRules();
      const refusal =
        input.act === name
          ? (authorisationRefusal(input, authorisation, rules) ??
            repetition(authorisation as Authorisation | PreApproval))
          : `its input is for ${input.act}`;
      if (refusal !== null) throw failure(failureTypes.notAuthorised, `${name} was not done: ${refusal}`);
      const approval = approvalOnRecord(input, authorisation as Authorisation | PreApproval, rules);
      return (act as (input: ActInput, approval: ApprovalOnRecord) => Promise<ActResult>)(input, approval);
    },
  ]);
  return Object.fromEntries(checked) as Authorised<T>;
}

/**
 * An approval is for the run that asked. Who reads a history has the approvals in it with their proofs: without this, an undo
 * of last year could be done once more, years later, from any workflow.
 */
function repetition(authorisation: Authorisation | PreApproval): string | null {
  if (isPreApproval(authorisation)) return null;
  const { runId } = execution() ?? {};
  if (!isActivity() || (runId !== undefined && isAskedBy(authorisation.requestId, runId))) return null;
  return `${authorisation.requestId} was asked by another run: after a reset, have it asked again (soar incident retry)`;
}
