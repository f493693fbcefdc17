import type { TrailAttribute } from '../../activities/cloudtrail/contract.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { iamIdentity, stableId, trailName, userIdIn } from '../../src/domain/alert/principal.ts';
import { observe } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { observed } from './observed.ts';
import { placeOf } from './place.ts';
import { readTrail, windowStart } from './trail.ts';
import type { CaseFile } from '../../src/domain/findings/case-file.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';
import type { PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

/** How many events travel with the incident; the rest is counted. */
const keep = 200;
/** What hides something is no mere read, and those are left out first. */
const keepLater = 50;
/** Pages of 50: ten thousand calls of one key within two minutes at CloudTrail's pace. */
const pagesOfActor = 200;

/** Everything that the same access key did (S71); without a key, what the same name did (S72). */
export function readActorTrail(incident: IncidentRun, alert: Alert): Promise<TrailFacts | null> | null {
  const attribute = ofActor(alert);
  if (!attribute) return null;
  const window = { from: windowStart(incident, alert), keep, pages: pagesOfActor, summarise: true };
  return readTrail(incident, alert, "the actor's activity", attribute, window);
}

/** What CloudTrail may not have listed when that was read, and what came since; all of it where nothing was read. */
export function readLaterTrail(
  incident: IncidentRun,
  { alert, actorTrail }: Pick<CaseFile, 'alert' | 'actorTrail'>,
  logLag: number,
): Promise<TrailFacts | null> | null {
  const attribute = ofActor(alert);
  if (!attribute) return null;
  const from = actorTrail ? new Date(Date.parse(actorTrail.to) - logLag).toISOString() : windowStart(incident, alert);
  return readTrail(incident, alert, "the actor's later activity", attribute, {
    from,
    keep: keepLater,
    pages: pagesOfActor,
  });
}

function ofActor({ principal }: Alert): TrailAttribute | null {
  const { accessKeyId } = principal;
  const value = accessKeyId ?? trailName(principal);
  return value === undefined ? null : { name: accessKeyId ? 'AccessKeyId' : 'Username', value };
}

/** The actor as IAM has it; null for principals that IAM of this account does not hold. */
export async function readPrincipal(incident: IncidentRun, alert: Alert): Promise<PrincipalFacts | null> {
  const { accountId } = alert.principal;
  const identity = iamIdentity(alert.principal);
  if (!identity || (accountId !== undefined && accountId !== alert.recipientAccount)) return null;
  const asked = observe.describePrincipal({ ...placeOf(alert), ...identity });
  const found = await observed(incident.record, 'the actor in IAM', asked);
  const userId = userIdIn(stableId(alert.principal));
  return isElsewhere(found, userId) ? findUser(incident, alert, 'the actor', userId) : found;
}

/**
 * Whoever may rename users leaves a responder with a name that nobody has, or that somebody else has: then the user is looked
 * for by its id.
 */
export const isElsewhere = (found: PrincipalFacts | null, userId: string | undefined): userId is string =>
  userId !== undefined && (found === null || (found.userId ?? userId) !== userId);

export const findUser = (
  { record }: IncidentRun,
  alert: Alert,
  what: string,
  userId: string,
): Promise<PrincipalFacts | null> =>
  observed(record, `${what} in IAM by the id ${userId}`, observe.findUser({ ...placeOf(alert), userId }));
