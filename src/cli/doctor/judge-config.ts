import type { SoarConfig } from '../../config/load-config.ts';
import { failed, ok, warning, type Finding } from './check.ts';

/** Judges what the configuration says; reads nothing else. */

/** As config/soar.example.yaml has them: nobody knows the token or key of such a hash. */
const placeholder = /^(sha256:)?0{60}/;

/** Who could decide now, and prove that it is them. */
export function judgeApprovers({
  approvals,
  slack,
  gateway,
}: Pick<SoarConfig, 'approvals' | 'slack' | 'gateway'>): Finding {
  const { approvers, quorum, gatewayKeys } = approvals;
  if (placeholder.test(gatewayKeys[gateway.keyId] ?? '')) {
    return failed(
      `approvals.gatewayKeys.${gateway.keyId} is the placeholder of the example: no decision would be believed`,
      'soar gateway keygen',
    );
  }
  const without = approvers.filter(({ token }) => placeholder.test(token)).map(({ id }) => id);
  const able = approvers.length - without.length;
  const members = approvers.filter((approver) => approver.slack !== undefined).length;
  const inSlack = slack ? `, ${members} of them in Slack` : '';
  const found = `${able} of ${approvers.length} can prove who they are${inSlack}; irreversible actions need ${quorum.irreversible}`;
  if (able < quorum.irreversible) {
    return failed(found, `give ${without.join(', ')} a token: soar gateway keygen --approver NAME`);
  }
  if (without.length > 0)
    return warning(found, `the tokens of ${without.join(', ')} are placeholders: soar gateway keygen`);
  if (able === quorum.irreversible) {
    return warning(found, 'when one is away, or under investigation, none happens: add an approver');
  }
  if (slack && members === 0) {
    return warning(found, 'add slack: MEMBER-ID to approvals.approvers, or nobody can decide where they are asked');
  }
  return ok(found);
}

export function judgeAllowList({ allowList }: Pick<SoarConfig, 'allowList'>, now: Date): Finding {
  const soon = new Date(now.getTime() + 14 * 86_400_000);
  const until = (limit: Date) => allowList.filter(({ expires }) => new Date(expires) <= limit).map(({ id }) => id);
  const expired = until(now);
  if (expired.length > 0) {
    return warning(
      `expired, so that they match nothing: ${expired.join(', ')}`,
      'renew them in allowList, or take them out; what they allowed opens incidents',
    );
  }
  const ending = until(soon);
  if (ending.length === 0) return ok(`entries: ${allowList.length}; none expires within 14 days`);
  return warning(`expires within 14 days: ${ending.join(', ')}`, 'ask the owner whether it is still needed');
}

/** Whether the record leaves Temporal, and what holds it there. */
export function judgeSealing({ audit }: Pick<SoarConfig, 'audit'>): Finding {
  if (audit) return ok('incidents are sealed into the evidence store when they have closed');
  return warning(
    'incidents are not sealed: their record ends with the retention of the namespace',
    'soar audit keygen, then audit.signingKey',
  );
}
