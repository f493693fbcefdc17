import { isExportEvent } from '../alert/alert.ts';
import { authentication } from './authentication.ts';
import { beyondNoise } from './beyond-noise.ts';
import { concealmentIn } from './concealment.ts';
import { deniedRun } from './denied-run.ts';
import type { Finding } from './evidence.ts';
import { grantsExport } from '../policy/export-permission.ts';
import { finding, fromTrail, overTime, some, unanswered, whyUnread } from './finding.ts';
import { geography } from './geography.ts';
import type { Investigated } from './investigated.ts';
import { keyTimeline } from './key-timeline.ts';
import { newForActor } from './new-for-actor.ts';
import { permissionAtExport } from './permission-at-export.ts';
import { privilegeGained } from './privilege-gained.ts';
import { isDryRun } from './failure-cause.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';
import type { PrincipalFacts, PrincipalPolicies } from './principal-facts.ts';

/** What else the key and its user did (S20, S31, S71, S72). */
export function activityFindings(file: CaseFile): Finding[] {
  const { alert, actorTrail } = file;
  return [
    overTime(actorTrail, sameKey(alert.eventId, actorTrail)),
    keyTimeline(file),
    deniedRun(file),
    fromTrail(
      'actor-changes',
      ['S31', 'S72'],
      'Did the actor change anything else?',
      actorTrail,
      (event) => !event.readOnly && event.errorCode === undefined && event.eventId !== alert.eventId,
      'nothing but reading',
    ),
    fromTrail(
      'refused-exports',
      ['S20'],
      'Were other exports by the actor refused?',
      actorTrail,
      (event) =>
        isExportEvent(event.eventName) &&
        event.errorCode !== undefined &&
        // What would have succeeded was not refused.
        !isDryRun(event.errorCode) &&
        event.eventId !== alert.eventId,
      'no other refused export',
    ),
  ];
}

function sameKey(eventId: string, trail: CaseFile['actorTrail']): Finding {
  const id = 'key-activity';
  const question = 'Did the same key do anything else?';
  if (!trail) return unanswered(id, ['S71'], question, 'the trail was not read');
  const own = trail.events.find((event) => event.eventId === eventId);
  const others = trail.total - (own ? 1 : 0);
  const why = whyUnread(trail);
  if (others <= 0) {
    return why === null
      ? finding(id, ['S71'], question, 'no', `nothing else between ${trail.from} and ${trail.to}`)
      : unanswered(id, ['S71'], question, why);
  }
  const calls = Object.entries(trail.countByName)
    .map(([name, count]): [string, number] => [name, name === own?.eventName ? count - 1 : count])
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([name, count]) => `${name} (${count})`);
  const addresses = [...new Set(trail.events.map(({ sourceAddress }) => sourceAddress ?? 'an unnamed address'))];
  const detail = `${others} other call(s) in ${trail.regions.join(', ')}: ${some(calls)}; from ${some(addresses)}`;
  return finding(id, ['S71'], question, 'yes', why === null ? detail : `${detail}; incomplete: ${why}`);
}

/** How the actor came in, what it changed about access, and whether it did this before (S23, S61, S89–S92). */
export function actorFindings(file: Investigated): Finding[] {
  const { actorTrail } = file;
  return [
    authentication(file),
    geography(file),
    newForActor(file),
    beyondNoise(file),
    privilegeGained(file),
    permissionAtExport(file),
    fromTrail(
      'access-changes',
      ['S23', 'S91'],
      'Did the actor change who may do what?',
      actorTrail,
      changesAccess,
      'no change of users, roles, keys or policies',
    ),
    concealment(file),
  ];
}

const accessSources = [
  'iam.amazonaws.com',
  'sso.amazonaws.com',
  'organizations.amazonaws.com',
  'identitystore.amazonaws.com',
];

const changesAccess = ({ eventSource, readOnly }: TrailEvent): boolean =>
  accessSources.includes(eventSource) && !readOnly;

/** Answered again when CloudTrail has told more (S61). */
export function concealment(file: CaseFile): Finding {
  const question = 'Did anybody try to hide what was done?';
  const { value, evidence } = concealmentIn(file);
  const { actorTrail, laterTrail } = file;
  const first = actorTrail ?? laterTrail ?? null;
  return overTime(
    first && { ...first, to: laterTrail?.to ?? first.to },
    value === 'unknown'
      ? unanswered('concealment', ['S61'], question, evidence)
      : finding('concealment', ['S61'], question, value, evidence),
  );
}

/** Which of the actor's policies grant the export now (S22, S105). */
export function permissionFinding(principal: PrincipalFacts | null): Finding {
  const id = 'permission-source';
  const sources = ['S22', 'S105'];
  const question = "Do the actor's policies grant the export?";
  if (!principal) return unanswered(id, sources, question, 'the actor could not be read in IAM');
  const found = [
    ...granting(principal, `${principal.type} ${principal.name}`),
    ...principal.groups.flatMap((group) => granting(group, `group ${group.name}`)),
  ];
  if (found.length > 0) return finding(id, sources, question, 'yes', some(found));
  const gap = principal.gaps[0];
  return gap
    ? unanswered(id, sources, question, `${gap.what}: ${gap.why}`)
    : finding(id, sources, question, 'no', 'no identity policy does now; permissions at the time may have been others');
}

function granting({ inline, attached }: PrincipalPolicies, holder: string): string[] {
  return [
    ...inline.map((policy) => ({ ...policy, kind: 'inline policy' })),
    ...attached.map((policy) => ({ ...policy, kind: policy.awsManaged ? "AWS's own policy" : 'managed policy' })),
  ].flatMap(({ kind, name, document }) => (grantsExport(document).length > 0 ? [`${kind} ${name} of ${holder}`] : []));
}
