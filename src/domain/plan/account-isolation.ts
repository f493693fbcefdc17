import { accountScp, namesRoleOf } from './account-scp.ts';
import { durationText } from '../duration-text.ts';
import { lockedOut } from './lock-plan.ts';
import type { PlanInput, Proposal } from './planning.ts';

const what = 'isolate-account';

/** Whether an isolation may be proposed at all: then the organisation is read. */
export const mayIsolate = ({ policy, severity }: Pick<PlanInput, 'policy' | 'severity'>): boolean => {
  const { isolation = 'never' } = policy.organisation ?? {};
  return isolation === 'always' || (isolation === 'on-high' && severity === 'high');
};

/** Isolating the account (S29): for a while, nobody in it may do anything but those who respond. */
export function isolateAccount(input: PlanInput): Proposal[] {
  const { policy, alert, severity } = input;
  const { organisation, responders } = policy;
  const account = alert.recipientAccount;
  if (!organisation) return [];
  if (!mayIsolate(input)) {
    const why =
      organisation.isolation === 'never'
        ? 'the policy never isolates an account (organisation.isolation)'
        : `the policy isolates at severity high, and this is ${severity ?? 'not assessed'}`;
    return [{ what, why }];
  }
  if (!namesRoleOf(account, responders)) {
    return [
      { what, why: `no responder of account ${account} is configured: whoever responds would be locked out, too` },
    ];
  }
  const out = lockedOut(policy);
  if (out.length > 0) {
    const why = `it would lock out ${out.join(' and ')}, which looks on and undoes: name them in responders first`;
    return [{ what, why }];
  }
  return [
    accountScp(input, {
      kind: what,
      purpose: 'isolate',
      title: `Isolate account ${account}: deny everything to everybody in it but responders, until people lift it`,
      sources: ['S29'],
      statement: {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        // No service control policy binds service-linked roles; naming them says so to whoever reads the policy.
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [...responders, 'arn:*:iam::*:role/aws-service-role/*'] } },
      },
      mayBreak: [
        `everything in account ${account} that calls AWS under a user or role of its own: workloads, pipelines, people, root`,
        'not bound: principals of other accounts whom a resource of this account lets in, service-linked roles, presigned addresses of other accounts',
      ],
      undo: exitCriteria(organisation.reviewAfter),
    }),
  ];
}

const exitCriteria = (reviewAfter: number): string =>
  `It is for a while: after ${durationText(reviewAfter)} people are asked to lift it, and asked again until they do. ` +
  'Lift it when the actor and every way in that was found are contained, the trail shows no call that nobody can explain ' +
  'since then, and the owner of the account agrees';
