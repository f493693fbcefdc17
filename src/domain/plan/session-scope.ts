import type { SessionMark } from '../acts/acts.ts';
import type { Alert } from '../alert/alert.ts';
import { accountOfArn } from '../policy/arns.ts';
import type { Hop, Lineage } from '../findings/lineage.ts';
import type { PlanInput } from './planning.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { nameOfArn, pinnedTo } from '../policy/role-trust.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/**
 * Whether revoking may hit one person's sessions of a role instead of everybody's. A name that the actor could have chosen
 * tells nobody apart: they may hold a second session under another one.
 */
export type SessionScope = { session: SessionMark } | { why: string };

/** The form that STS allows; anything else could mean something in a policy. */
const sessionForm = /^[\w+=,.@-]{2,64}$/;

export function sessionScope({ alert, lineage }: PlanInput, role: PrincipalFacts): SessionScope {
  if (!lineage) return { why: 'sessions were not traced' };
  const { trust, roleId } = role;
  if (!trust || roleId === undefined) return { why: `the trust policy of role ${role.name} was not read` };
  const changed = lineage.made.find(({ kind, name }) => kind === 'trust' && name === role.name);
  if (changed) return { why: `the actor changed who may assume role ${role.name} at ${changed.at}` };

  const hops = hopsInto(lineage, role);
  const keys = keysOf(lineage, alert, role);
  const untraced = keys.find((key) => hops.every(({ accessKeyId }) => accessKeyId !== key));
  if (untraced !== undefined) return { why: `who took session ${untraced} is not in the trail` };

  const marks = hops.map((hop) => markOf(hop, role, { trust, roleId }, lineage));
  const refused = marks.find((mark) => 'why' in mark);
  if (refused) return refused;
  const [first, ...others] = marks.filter((mark) => 'session' in mark);
  if (!first) return { why: `no session of role ${role.name} was traced` };
  const differs = others.some(
    ({ session }) => session.key !== first.session.key || session.value !== first.session.value,
  );
  return differs ? { why: `the actor has sessions of role ${role.name} under several names` } : first;
}

/** How the actor's sessions of this role were handed out. */
const hopsInto = ({ behind, taken }: Lineage, role: PrincipalFacts): Hop[] =>
  [...behind, ...taken].filter(({ roleArn }) => roleArn !== undefined && isRole(roleArn, role));

/** The keys of those sessions, traced or not. */
function keysOf({ behind }: Lineage, { principal }: Alert, role: PrincipalFacts): string[] {
  const own = { callerArn: principal.arn, callerKey: principal.accessKeyId };
  return [own, ...behind].flatMap(({ callerArn, callerKey }) =>
    callerKey !== undefined && callerArn !== undefined && isSessionOf(callerArn, role) ? [callerKey] : [],
  );
}

const isRole = (roleArn: string, role: PrincipalFacts): boolean =>
  accountOfArn(roleArn) === accountOfArn(role.arn) && nameOfArn(roleArn) === role.name;
const isSessionOf = (arn: string, role: PrincipalFacts): boolean =>
  arn.includes(`:assumed-role/${role.name}/`) && accountOfArn(arn) === accountOfArn(role.arn);

function markOf(
  hop: Hop,
  role: PrincipalFacts,
  { trust, roleId }: Required<Pick<PrincipalFacts, 'trust' | 'roleId'>>,
  lineage: Lineage,
): SessionScope {
  const { via, callerArn, sessionName, sourceIdentity } = hop;
  const marks: {
    key: SessionMark['key'];
    pin: 'sts:RoleSessionName' | 'sts:SourceIdentity';
    is: string | undefined;
  }[] = [
    { key: 'aws:SourceIdentity', pin: 'sts:SourceIdentity', is: sourceIdentity },
    { key: 'aws:userid', pin: 'sts:RoleSessionName', is: sessionName },
  ];
  const own = role.arn.replace(/:iam:(.*):role\/.*$/, `:sts:$1:assumed-role/${role.name}/${sessionName ?? ''}`);
  const madeProvider = lineage.made.some(({ kind }) => kind === 'identity-provider');
  for (const { key, pin, is } of marks) {
    if (is === undefined || !sessionForm.test(is)) continue;
    // Else the session could have begun another one under another name.
    if (pinnedTo(trust, own, pin) !== null && !isPinned(trust, own, pin, is)) continue;
    const given =
      via === 'AssumeRoleWithSAML'
        ? !madeProvider
        : via === 'AssumeRole' && callerArn !== undefined && isPinned(trust, callerArn, pin, is);
    if (given) return { session: { key, value: key === 'aws:userid' ? `${roleId}:${is}` : is } };
  }
  const name = `the name of session ${sessionName ?? 'unknown'}`;
  return {
    why:
      via === 'AssumeRoleWithSAML' && madeProvider
        ? `${name} came from an identity provider, and the actor made or changed one`
        : `${callerArn ?? 'the caller'} could choose ${name}: the trust policy of role ${role.name} does not ask for one sts:RoleSessionName or sts:SourceIdentity`,
  };
}

function isPinned(trust: PolicyDocument, arn: string, key: Parameters<typeof pinnedTo>[2], to: string): boolean {
  const pin = pinnedTo(trust, arn, key);
  return pin !== null && pin !== 'open' && pin.only === to;
}
