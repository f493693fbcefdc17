import { actorEvents } from './actor-events.ts';
import type { Finding } from './evidence.ts';
import { finding, overTime, some, told, unanswered, whyChangesMissing } from './finding.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** Sign-ins, and calls that hand out sessions. */
const authenticates = ({ eventSource, eventName }: TrailEvent): boolean =>
  eventSource === 'signin.amazonaws.com' ||
  (eventSource === 'sts.amazonaws.com' && /^(AssumeRole|GetSessionToken|GetFederationToken)/.test(eventName));

/** Sign-ins and sessions of the actor, with the second factor where the record tells (S89). */
export function authentication(file: CaseFile): Finding {
  const { alert, actorTrail, nameTrail } = file;
  const question = 'Did the actor sign in or take a session around the export?';
  const id = 'authentication';
  if (!actorTrail) return unanswered(id, ['S89'], question, 'the trail was not read');
  const events = actorEvents(file);
  const found = events.filter(authenticates);
  const own = events.find(({ eventId }) => eventId === alert.eventId);
  const ownFactor = own ? [`the export itself: ${factor(own)}`] : [];
  if (found.length > 0) {
    const signIns = some(found.map((event) => `${told(event)}, ${factor(event)}`));
    return overTime(actorTrail, finding(id, ['S89'], question, 'yes', [signIns, ...ownFactor].join('; ')));
  }
  // Sign-ins, and the call that made a temporary key, carry other keys or none: the key's trail cannot exclude them.
  const byName = alert.principal.accessKeyId === undefined ? actorTrail : nameTrail;
  const why = byName
    ? (whyChangesMissing(byName) ?? whyChangesMissing(actorTrail))
    : 'the trail is that of the access key, which sign-ins do not carry';
  const none = `none between ${actorTrail.from} and ${actorTrail.to} in ${actorTrail.regions.join(', ')}`;
  return overTime(
    actorTrail,
    why === null
      ? finding(id, ['S89'], question, 'no', [none, ...ownFactor].join('; '))
      : unanswered(id, ['S89'], question, why),
  );
}

const factor = ({ mfa }: TrailEvent): string =>
  mfa === undefined ? 'second factor not known' : mfa ? 'with a second factor' : 'without a second factor';
