import { isExportEvent } from '../alert/alert.ts';
import type { Finding } from './evidence.ts';
import { isDryRun } from './failure-cause.ts';
import { isOfImage, machineOf } from './machine.ts';
import { finding, overTime, some, told, unanswered, whyIncomplete } from './finding.ts';
import type { Principal } from '../alert/principal.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** Whether the principal made the call: with the same key, or in any session of the same role. */
export function byActor(
  { accessKeyId, principalArn }: TrailEvent,
  actor: Pick<Principal, 'accessKeyId' | 'arn'>,
): boolean {
  if (accessKeyId !== undefined && accessKeyId === actor.accessKeyId) return true;
  if (principalArn === undefined || actor.arn === undefined) return false;
  return withoutSession(principalArn) === withoutSession(actor.arn);
}

/** Whoever assumes a role chooses the name of the session. */
const withoutSession = (arn: string): string => arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');

/** Tries and exports of the account before this one, by the actor and by others (S85, S92). */
export const exportHistoryFindings = (file: CaseFile): Finding[] => [dryRuns(file), earlierExports(file)];

/** Export calls before the alert's own, from both trails, the newest first. */
function before({ alert, exportTrail, actorTrail }: CaseFile): TrailEvent[] {
  const events = [...(exportTrail?.events ?? []), ...(actorTrail?.events ?? [])].filter(
    ({ eventName, eventId, time }) =>
      isExportEvent(eventName) && eventId !== alert.eventId && Date.parse(time) < Date.parse(alert.time),
  );
  const once = [...new Map(events.map((event) => [event.eventId, event])).values()];
  return once.sort((a, b) => b.time.localeCompare(a.time));
}

/** A dry run tells its maker that the real call would succeed. */
function dryRuns(file: CaseFile): Finding {
  const question = 'Was the export tried as a dry run before?';
  const found = before(file).filter(({ errorCode }) => isDryRun(errorCode));
  return judged('dry-runs', ['S85'], question, found, file, 'no dry run of an export call');
}

/** Those that succeeded, the newest first. */
export const earlierExportCalls = (file: CaseFile): TrailEvent[] =>
  before(file).filter(({ errorCode }) => errorCode === undefined);

function earlierExports(file: CaseFile): Finding {
  const which = isOfImage(file.alert) ? 'the image or its machine' : 'the instance';
  const question = `Were there earlier exports by the actor, of ${which} or in the account?`;
  return judged(
    'earlier-exports',
    ['S92'],
    question,
    earlierExportCalls(file),
    file,
    'no earlier export in the account',
  );
}

function judged(
  id: string,
  sources: string[],
  question: string,
  found: TrailEvent[],
  file: CaseFile,
  none: string,
): Finding {
  const { alert, exportTrail } = file;
  const log = exportTrail ?? file.actorTrail;
  const why = exportTrail ? whyIncomplete(exportTrail) : 'the export calls of the account were not read';
  if (found.length > 0) {
    const subjects = [machineOf(file)?.instanceId, alert.imageId].filter((id) => id !== undefined);
    const own = found.filter((event) => byActor(event, alert.principal)).length;
    const same = found.filter((event) => isOf(event, subjects)).length;
    const which = isOfImage(alert) ? 'this image or its machine' : 'this instance';
    const counts = `${own} by the actor, ${same} of ${which}, ${found.length} in all: ${some(found.map(told))}`;
    return overTime(
      log,
      finding(id, sources, question, 'yes', why === null ? counts : `${counts}; incomplete: ${why}`),
    );
  }
  return overTime(
    log,
    why === null
      ? finding(id, sources, question, 'no', `${none} between ${exportTrail?.from ?? ''} and ${exportTrail?.to ?? ''}`)
      : unanswered(id, sources, question, why),
  );
}

const isOf = ({ resources, copies = [] }: TrailEvent, subjects: string[]): boolean =>
  subjects.some((id) => resources.includes(id) || copies.some(({ from }) => from === id));
