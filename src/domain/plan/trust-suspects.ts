import type { Alert } from '../alert/alert.ts';
import { accountOfArn } from '../policy/arns.ts';
import type { Hop, Lineage } from '../findings/lineage.ts';
import { isInside, perimeterOf } from '../policy/perimeter.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { nameOfArn } from '../policy/role-trust.ts';
import type { TrailEvent } from '../findings/trail-facts.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** A trust policy as a call wrote it. */
export interface TrustChange {
  at: string;
  by?: string;
  byActor: boolean;
  document: PolicyDocument;
}
/** A role whose trust policy lets in whom it should not. */
export interface TrustSuspect {
  roleName: string;
  /** How it is known, in words. */
  why: string[];
  /** What the trail holds of it, newest first. */
  changes: TrustChange[];
}
/** As IAM has it; null: it could not be read. */
export interface KnownTrust extends TrustSuspect {
  facts: PrincipalFacts | null;
}

/**
 * Roles whose trust the actor changed, that trust an identity provider which the actor made, or through which somebody of
 * another account came to export. Roles that the actor made are denied everything instead.
 */
export function trustSuspects(
  { behind, made }: Lineage,
  alert: Pick<Alert, 'recipientAccount' | 'region'>,
  policy: ResponsePolicy,
  trustingProviders: string[],
): Omit<TrustSuspect, 'changes'>[] {
  const found = new Map<string, string[]>();
  const own = new Set(made.flatMap(({ kind, name }) => (kind === 'role' ? [name] : [])));
  const add = (roleName: string, why: string) => {
    if (own.has(roleName)) return;
    found.set(roleName, [...new Set([...(found.get(roleName) ?? []), why])]);
  };
  for (const { kind, name, at } of made) {
    if (kind === 'trust') add(name, `the actor changed who may assume it at ${at}`);
  }
  for (const name of trustingProviders) add(name, 'it trusts an identity provider that the actor made or changed');
  const perimeter = perimeterOf(alert, policy);
  for (const hop of behind) {
    const account = callerAccountOf(hop);
    if (account === undefined || isInside(account, perimeter) || hop.roleArn === undefined) continue;
    if (accountOfArn(hop.roleArn) !== alert.recipientAccount) continue;
    if (hop.callerArn !== undefined && isInside(hop.callerArn, perimeter)) continue;
    add(nameOfArn(hop.roleArn), `account ${account} assumed it at ${hop.at}, on the way to the export`);
  }
  return [...found].map(([roleName, why]) => ({ roleName, why }));
}

const callerAccountOf = ({ callerArn, callerAccount }: Hop): string | undefined =>
  callerAccount ?? (callerArn === undefined ? undefined : accountOfArn(callerArn));

/** What the trail holds of a role's trust policy, newest first. */
export const trustChanges = (roleName: string, events: TrailEvent[], { made }: Lineage): TrustChange[] =>
  events
    .flatMap(({ wayIn, trust, time, principalArn }) =>
      wayIn?.name === roleName && trust
        ? [
            {
              at: time,
              ...(principalArn === undefined ? {} : { by: principalArn }),
              byActor: made.some(({ kind, name, at }) => kind === wayIn.kind && name === roleName && at === time),
              document: trust,
            },
          ]
        : [],
    )
    .toSorted((a, b) => b.at.localeCompare(a.at));
