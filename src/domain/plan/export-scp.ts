import { accountScp } from './account-scp.ts';
import { exportActions } from '../policy/export-permission.ts';
import type { PlanInput, Proposal } from './planning.ts';

/** What a bucket policy cannot deny (S114): the calls themselves, in the whole account, unless somebody is authorised. */
export function denyExportCalls(input: PlanInput): Proposal[] {
  const { policy, alert } = input;
  if (!policy.organisation) return [];
  const what = 'deny-exports-scp';
  if (!policy.organisation.denyExports) {
    return [{ what, why: 'the policy does not deny the export calls in the account (organisation.denyExports)' }];
  }
  const authorised = authorisedArns(input);
  const account = alert.recipientAccount;
  return [
    accountScp(input, {
      kind: what,
      purpose: 'deny-exports',
      title: `Deny the export calls in account ${account} to all but authorised exporters`,
      sources: ['S112', 'S114', 'S115', 'S124'],
      statement: {
        Effect: 'Deny',
        Action: [...exportActions].sort(),
        Resource: '*',
        ...(authorised.length === 0 ? {} : { Condition: { ArnNotLike: { 'aws:PrincipalArn': authorised } } }),
      },
      mayBreak: [
        `exports and stored images in account ${account} by anybody but ${authorised.join(', ') || '(nobody is authorised)'}`,
      ],
    }),
  ];
}

/** Exporters of the configuration, and whom the allow-list lets export under its conditions. */
function authorisedArns({ policy, now }: PlanInput): string[] {
  const allowed = policy.allowList.filter(({ expires }) => now === undefined || expires > now).map(({ role }) => role);
  return [...new Set([...policy.authorisedExporters, ...allowed])].sort();
}
