import { present } from '../cloudtrail/fields.ts';
import { whyIncomplete } from '../findings/finding.ts';
import { isForInstances } from '../policy/role-trust.ts';
import type { TrailFacts } from '../findings/trail-facts.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** Sessions of a role that were handed out in the window, by anybody to anybody: who feels it when they end. */
export interface RoleSessions {
  roleName: string;
  sessions: RoleSession[];
  /** Why there may be more; null: this is all. */
  incomplete: string | null;
}
export interface RoleSession {
  accessKeyId?: string;
  name: string;
  callerArn?: string;
  at: string;
}

/** From the trail of the role's ARN; null: it was not read. */
export const roleSessionsIn = (role: PrincipalFacts, trail: TrailFacts | null): RoleSessions => ({
  roleName: role.name,
  sessions: (trail?.events ?? []).flatMap(({ session, time, principalArn }) =>
    session?.roleArn === role.arn && session.sessionName !== undefined
      ? [
          {
            name: session.sessionName,
            at: time,
            ...present({ accessKeyId: session.accessKeyId, callerArn: principalArn }),
          },
        ]
      : [],
  ),
  incomplete: trail ? whyIncomplete(trail) : 'the trail of the role was not read',
});

/** More are counted: a line that nobody reads warns nobody. */
const mostNamed = 10;

/** Whoever else has to assume the role again once all its sessions are revoked, one line each (S99). */
export function whoElse(
  role: PrincipalFacts,
  known: RoleSessions | undefined,
  suspected: ReadonlySet<string | undefined>,
): string[] {
  const others = othersIn(known, suspected);
  const instances = others.flatMap(({ name }) => (isInstance(name) ? [name] : []));
  const people = others.filter(({ name }) => !isInstance(name));
  const incomplete = known === undefined ? 'the trail of the role was not read' : known.incomplete;
  return [
    ...people.slice(0, mostNamed).map(sessionWords),
    ...(people.length > mostNamed ? [`and ${people.length - mostNamed} more sessions of role ${role.name}`] : []),
    ...(instances.length > 0 || isForInstances(role.trust) ? [instanceWords(role.name, instances)] : []),
    ...(incomplete === null ? [] : [`who else has a session of role ${role.name} is not fully known: ${incomplete}`]),
  ];
}

/** Sessions that are not the actor's, one for each name. */
export function othersIn(known: RoleSessions | undefined, suspected: ReadonlySet<string | undefined>): RoleSession[] {
  const others = new Map<string, RoleSession>();
  for (const session of known?.sessions ?? []) {
    const { accessKeyId, name } = session;
    if (accessKeyId !== undefined && suspected.has(accessKeyId)) continue;
    // Newest first: the first of a name is the one that still lives.
    if (!others.has(name)) others.set(name, session);
  }
  return [...others.values()];
}

/** EC2 calls the sessions of instances after them. */
const isInstance = (sessionName: string): boolean => /^i-[0-9a-f]{8,17}$/.test(sessionName);

const sessionWords = ({ name, callerArn, at }: RoleSession): string =>
  `session ${name}${callerArn === undefined ? '' : ` of ${callerArn}`}, taken at ${at}`;

function instanceWords(roleName: string, instances: string[]): string {
  const named = instances.slice(0, mostNamed).join(', ');
  const more = instances.length > mostNamed ? ` and ${instances.length - mostNamed} more` : '';
  const which = instances.length === 0 ? `instances that have role ${roleName}` : `instance ${named}${more}`;
  return `${which}: goes on running, but what it does as role ${roleName} is denied until EC2 gives it new credentials, which can take hours`;
}
