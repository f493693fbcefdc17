import type { Finding } from './evidence.ts';
import { finding, overTime, some, unanswered, whyChangesMissing } from './finding.ts';
import { isResponder } from '../policy/perimeter.ts';
import type { Investigated } from './investigated.ts';
import type { TrailEvent, TrailFacts } from './trail-facts.ts';

/**
 * What widened somebody's rights before the export: by the actor, or by anybody for the actor, its groups and its policies
 * (S23, S91, S105).
 */
export function privilegeGained(file: Investigated): Finding {
  const { alert, actorTrail, nameTrail, bucketTrail, permissionTrails, lineage } = file;
  const id = 'privilege-gained';
  const sources = ['S23', 'S91', 'S105'];
  const question = 'Were rights gained before the export, by the actor or for it?';
  const trails = [actorTrail, nameTrail, bucketTrail, ...(permissionTrails ?? [])].filter((trail) => trail != null);
  const events = [...new Map(trails.flatMap((trail) => trail.events).map((event) => [event.eventId, event])).values()];
  const { responders } = file.policy;
  const found = [
    ...events
      .filter(({ time, errorCode }) => errorCode === undefined && Date.parse(time) <= Date.parse(alert.time))
      .filter(({ principalArn }) => !isResponder(principalArn ?? '', responders))
      .sort((a, b) => a.time.localeCompare(b.time))
      .flatMap(gainOf),
    // Made by sessions whose own calls are not among these.
    ...(lineage?.made ?? [])
      .filter(({ at }) => Date.parse(at) <= Date.parse(alert.time) && !events.some(({ time }) => time === at))
      .map(({ kind, name, at }) => `${kind} ${name} at ${at}`),
  ];
  const range = (answer: Finding) => overTime(actorTrail, answer);
  const why = whyNotKnown(file, trails);
  if (found.length > 0) {
    const detail = why === null ? some(found) : `${some(found)}; incomplete: ${why}`;
    return range(finding(id, sources, question, 'yes', detail));
  }
  return range(
    why === null
      ? finding(id, sources, question, 'no', `none between ${actorTrail?.from ?? ''} and ${alert.time}`)
      : unanswered(id, sources, question, why),
  );
}

function whyNotKnown({ actorTrail, permissionTrails }: Investigated, trails: TrailFacts[]): string | null {
  if (!actorTrail) return "the actor's trail was not read";
  if (!permissionTrails) return "changes of the actor's policies and groups were not read";
  if (permissionTrails.includes(null)) return "not every change of the actor's policies and groups was read";
  return trails.map(whyChangesMissing).find((why) => why !== null) ?? null;
}

/** Bucket settings that let somebody in; who may read the bucket now is a question of its own. */
const opensBuckets: ReadonlySet<string> = new Set([
  'PutBucketPolicy',
  'PutBucketAcl',
  'PutBucketOwnershipControls',
  'DeleteBucketPublicAccessBlock',
  'PutBucketPublicAccessBlock',
]);

/** In words what a call gave; nothing for calls that give no rights. */
function gainOf({ eventName, permission, wayIn, passedRole, time, principalArn, resources }: TrailEvent): string[] {
  const by = `at ${time}${principalArn === undefined ? '' : ` by ${principalArn}`}`;
  if (permission) {
    const { effect, holder, policy, passesRoles } = permission;
    if (effect === 'takes away') return [];
    const on = [policy, holder].filter((part) => part !== undefined).join(' of ');
    const what = [
      ...(effect === 'allows' ? ['which allows exports'] : []),
      ...(passesRoles === true ? ['which allows passing roles'] : []),
    ].join(' and ');
    return [`${eventName} ${on}${what === '' ? '' : `, ${what},`} ${by}`];
  }
  if (wayIn) return [`${eventName} for ${wayIn.kind} ${wayIn.name} ${by}`];
  if (passedRole !== undefined) return [`${eventName} with role ${passedRole} ${by}`];
  return opensBuckets.has(eventName) ? [`${eventName} of ${resources.join(', ') || 'a bucket'} ${by}`] : [];
}
