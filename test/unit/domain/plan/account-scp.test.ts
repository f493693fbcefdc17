import { describe, expect, it } from 'vitest';
import type { SetAccountScp } from '../../../../src/domain/acts/acts.ts';
import { actsNamed } from '../../../../src/domain/acts/action-kinds.ts';
import { needOf } from '../../../../src/domain/approval/approval-policy.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { AccountScpFacts } from '../../../../src/domain/findings/facts.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import type { PolicyDocument } from '../../../../src/domain/policy/policy-document.ts';
import { preApprovableKinds } from '../../../../src/domain/approval/pre-approval.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import type { OrganisationPolicy } from '../../../../src/domain/response-policy.ts';
import { standingOfAccountScp } from '../../../../src/domain/acts/standing-of-scp.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import {
  aFailedAlert,
  anAllowListEntry,
  anAccount,
  anAlert,
  anActionRecord,
  aPlanInput,
  aPolicy,
  ids,
} from '../../../support/builders.ts';

const management = '444444444444';
const isolate = `SOAR-${ids.incidentKey}-isolate-${ids.account}`;
const denyExports = `SOAR-${ids.incidentKey}-deny-exports-${ids.account}`;

const scps = (changes: Partial<AccountScpFacts> = {}): AccountScpFacts => ({
  accountId: ids.account,
  member: true,
  attached: ['FullAWSAccess'],
  own: [],
  ...changes,
});
const organisation = (changes: Partial<OrganisationPolicy> = {}): OrganisationPolicy => ({
  managementAccount: management,
  isolation: 'on-high',
  reviewAfter: 4 * 3_600_000,
  denyExports: true,
  ...changes,
});
const input = (changes: Partial<PlanInput> = {}, policy: Partial<OrganisationPolicy> = {}): PlanInput =>
  aPlanInput({
    severity: 'high',
    accountScps: scps(),
    policy: aPolicy({ organisation: organisation(policy) }),
    ...changes,
  });
const isolation = (given = input()) => containmentPlan(given).actions.find(({ id }) => id === 'isolate-account');
const whyNot = (given: PlanInput) =>
  containmentPlan(given).notPlanned.find(({ what }) => what === 'isolate-account')?.why;
const exportsDenied = (given = input()) => recoveryPlan(given).actions.find(({ id }) => id === 'deny-exports-scp');

describe('isolating the account', () => {
  it('denies everything in it to all but responders, by a policy that the management account keeps', () => {
    expect(isolation()?.input).toEqual({
      act: 'setAccountScp',
      incidentKey: ids.incidentKey,
      accountId: management,
      region: ids.region,
      targetAccount: ids.account,
      policyName: isolate,
      before: null,
      after: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'VMXABCDEFGHIJIsolate',
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: {
              ArnNotLike: {
                'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/soar-*', 'arn:*:iam::*:role/aws-service-role/*'],
              },
            },
          },
        ],
      },
    } satisfies SetAccountScp);
  });

  it('comes last, after a failed export too', () => {
    expect(containmentPlan(input()).actions.at(-1)?.id).toBe('isolate-account');
    expect(containmentPlan(input({ alert: aFailedAlert() })).actions.at(-1)?.id).toBe('isolate-account');
  });

  it('says how long it is meant for, when it can be lifted, and what it does not bind', () => {
    const { undo, mayBreak } = isolation()!;
    expect(undo).toContain(`detaches and deletes policy ${isolate}`);
    expect(undo).toContain('after 4h people are asked to lift it');
    expect(undo).toContain('Lift it when');
    expect(mayBreak.join(' ')).toContain('not bound: principals of other accounts');
  });

  it('takes as many people as what cannot be undone, and so does lifting it', () => {
    const where = { severity: 'high' as const, accountId: ids.account, account: null };
    const rule = { id: 'one', actions: ['isolate-account'], approve: ['security'], quorum: 1 };
    const quorum = { reversible: 1, irreversible: 2 };
    for (const id of ['isolate-account', 'undo/isolate-account', 'deny-exports-scp']) {
      expect(needOf({ id, reversible: true }, where, { rules: [rule], quorum }).quorum, id).toBe(2);
    }
    expect(needOf({ id: 'deny-actor', reversible: true }, where, { rules: [], quorum }).quorum).toBe(1);
    expect(preApprovableKinds).not.toContain('isolate-account');
    expect(actsNamed('deny-actor')).not.toContain('setAccountScp');
  });

  it.each<[string, Partial<PlanInput>, Partial<OrganisationPolicy>, string]>([
    ['by policy never', {}, { isolation: 'never' }, 'the policy never isolates'],
    ['at a lower severity', { severity: 'medium' }, {}, 'isolates at severity high, and this is medium'],
    ['without a management account', {}, { managementAccount: null }, 'no management account is configured'],
    ['of the organisation itself', {}, { managementAccount: ids.account }, 'no service control policy binds it'],
    ['that could not be looked at', { accountScps: null }, {}, 'the organisation could not be read'],
    ['of no organisation', { accountScps: scps({ member: false }) }, {}, `not in the organisation of ${management}`],
    [
      'with no room for another policy',
      { accountScps: scps({ attached: ['a', 'b', 'c', 'd', 'e'] }) },
      {},
      'has 5 service control policies (a, b, c, d, e) and AWS allows 5',
    ],
  ])('is not planned for an account %s, and says why', (_, changes, policy, why) => {
    const given = input(changes, policy);
    expect(isolation(given)).toBeUndefined();
    expect(whyNot(given)).toContain(why);
  });

  it('is not planned where it would lock out whoever responds', () => {
    for (const responders of [[], ['arn:aws:iam::222222222222:role/soar-*'], ['arn:aws:iam::*:user/alice']]) {
      const given = input({ policy: aPolicy({ organisation: organisation(), responders }) });
      expect(whyNot(given), String(responders)).toContain('locked out, too');
    }
    const roles = {
      observe: 'arn:aws:iam::111111111111:role/soar-observe',
      contain: 'arn:aws:iam::111111111111:role/act',
    };
    const responders = ['arn:aws:iam::*:role/soar-*'];
    const out = aPolicy({ organisation: organisation(), responders, account: anAccount({ roles }) });
    expect(whyNot(input({ policy: out }))).toContain('it would lock out arn:aws:iam::111111111111:role/act, which');
    const anywhere = input({
      policy: aPolicy({ organisation: organisation(), responders: ['arn:aws:iam::*:role/soar-*'] }),
    });
    expect(isolation(anywhere)).toBeDefined();
  });

  it('is not planned with a policy that is longer than AWS takes', () => {
    const responders = Array.from({ length: 120 }, (_, n) => `arn:aws:iam::${ids.account}:role/responder-number-${n}`);
    const given = input({ policy: aPolicy({ organisation: organisation(), responders }) });
    expect(whyNot(given)).toMatch(/the policy has \d+ characters, AWS takes 5120/);
  });

  it('is not mentioned in incidents of earlier versions', () => {
    const earlier = containmentPlan(input({ policy: aPolicy() }));
    expect(JSON.stringify(earlier)).not.toContain('isolate-account');
    expect(JSON.stringify(recoveryPlan(input({ policy: aPolicy() })))).not.toContain('deny-exports-scp');
  });

  it('takes up what an earlier attempt left: a policy that binds nobody', () => {
    const after = (isolation()!.input as SetAccountScp).after!;
    const left = isolation(input({ accountScps: scps({ own: [{ name: isolate, document: after, targets: [] }] }) }));
    expect(left?.input).toMatchObject({ before: null, after });
    const inForce = scps({ own: [{ name: isolate, document: after, targets: [ids.account] }] });
    expect(whyNot(input({ accountScps: inForce }))).toContain('in force already');
  });

  it('mends a policy of ours that somebody changed, and touches none that somebody uses elsewhere', () => {
    const weakened: PolicyDocument = { Version: '2012-10-17', Statement: [] };
    const own = { name: isolate, document: weakened, targets: [ids.account] };
    expect(isolation(input({ accountScps: scps({ own: [own] }) }))?.input).toMatchObject({ before: weakened });
    const elsewhere = scps({ own: [{ ...own, targets: [ids.account, 'ou-1'] }] });
    expect(whyNot(input({ accountScps: elsewhere }))).toContain('attached to ou-1, too');
  });

  it('is undone by detaching and deleting', () => {
    const done = anActionRecord({ id: 'isolate-account', input: isolation()!.input, status: 'applied' });
    const [undo] = undoPlan([done]).actions;
    expect(undo).toMatchObject({
      id: 'undo/isolate-account',
      calls: ['organizations:DetachPolicy', 'organizations:DeletePolicy'],
      after: null,
      input: { act: 'setAccountScp', after: null },
    });
    expect(undo?.mayBreak.join()).toContain('may do again what is denied by');
  });
});

describe('denying the export calls in the account', () => {
  it('exempts authorised exporters and whom the allow-list lets export, as long as it does', () => {
    const policy = aPolicy({
      organisation: organisation(),
      authorisedExporters: ['arn:aws:iam::111111111111:role/migration'],
      allowList: [
        anAllowListEntry({ role: 'arn:aws:iam::111111111111:role/backup', expires: '2026-12-31T00:00:00Z' }),
        anAllowListEntry({ role: 'arn:aws:iam::111111111111:role/old', expires: '2026-01-01T00:00:00Z' }),
      ],
    });
    const action = exportsDenied(input({ policy, now: '2026-03-02T10:20:00Z' }));
    expect(action?.input).toMatchObject({
      policyName: denyExports,
      after: {
        Statement: [
          {
            Sid: 'VMXABCDEFGHIJDenyExports',
            Effect: 'Deny',
            Action: ['ec2:CreateInstanceExportTask', 'ec2:CreateStoreImageTask', 'ec2:ExportImage'],
            Condition: {
              ArnNotLike: {
                'aws:PrincipalArn': [
                  'arn:aws:iam::111111111111:role/backup',
                  'arn:aws:iam::111111111111:role/migration',
                ],
              },
            },
          },
        ],
      },
    });
  });

  it('denies them to everybody where nobody is authorised', () => {
    const { after } = exportsDenied()!.input as SetAccountScp;
    expect(after?.Statement[0]).not.toHaveProperty('Condition');
  });

  it('is not planned unless the policy says so', () => {
    const given = input({ alert: anAlert() }, { denyExports: false });
    expect(exportsDenied(given)).toBeUndefined();
    expect(recoveryPlan(given).notPlanned.map(({ what }) => what)).toContain('deny-exports-scp');
  });
});

describe('a service control policy on an account', () => {
  const act = isolation()!.input as SetAccountScp;
  const other: PolicyDocument = { Version: '2012-10-17', Statement: [] };

  it.each<[string, Parameters<typeof standingOfAccountScp>[1], string]>([
    ['is done when it is attached with exactly that document', { document: act.after, targets: [ids.account] }, 'done'],
    ['is ready when there is none', { document: null, targets: [] }, 'ready'],
    ['is ready when it was made and not attached', { document: act.after, targets: [] }, 'ready'],
    ['is changed when it says something else', { document: other, targets: [ids.account] }, 'changed'],
    ['is changed when another of that name binds nobody', { document: other, targets: [] }, 'changed'],
    ['is changed when it binds others, too', { document: act.after, targets: [ids.account, 'ou-1'] }, 'changed'],
    ['is gone when the account is not in the organisation', null, 'gone'],
  ])('%s', (_, state, standing) => {
    expect(standingOfAccountScp(act, state).standing).toBe(standing);
  });

  it('is lifted once it is deleted, and half-way when it is only detached', () => {
    const undo = invert(act) as SetAccountScp;
    expect(standingOfAccountScp(undo, { document: null, targets: [] }).standing).toBe('done');
    expect(standingOfAccountScp(undo, { document: act.after, targets: [] }).standing).toBe('ready');
    expect(standingOfAccountScp(undo, { document: act.after, targets: [ids.account] }).standing).toBe('ready');
    expect(standingOfAccountScp(undo, { document: other, targets: [ids.account] }).standing).toBe('changed');
  });
});
