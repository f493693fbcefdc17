import type { Alert } from '../alert/alert.ts';
import { incidentKey, incidentWorkflowId } from '../names.ts';
import type { Severity, Verdict } from '../severity/assessment.ts';
import type { Finding } from './evidence.ts';
import { earlierExportCalls } from './export-history.ts';
import { finding, some, unanswered } from './finding.ts';
import { restingOn } from './finding-evidence.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';
import type { Gap, Kept } from './kept.ts';

/** An export before this one, and the incident that it opened, if it opened one on its subject. */
export interface EarlierExport {
  eventId: string;
  time: string;
  workflowId: string;
}

/** How far an incident about an earlier export has come. */
export interface EarlierIncident {
  eventId: string;
  workflowId: string;
  /** `broken off`: terminated, failed or timed out, without an end of the playbook. */
  state: 'open' | 'closed' | 'broken off';
  closedAt?: string;
  /** So far, where it is open; absent: not known any more. */
  severity?: Severity;
  verdict?: Verdict;
}

export interface EarlierIncidentsFacts extends Kept {
  /** Exports that are not listed have none that is known. */
  incidents: EarlierIncident[];
  gaps: Gap[];
}

export interface EarlierEnds {
  exports: EarlierExport[];
  /** Exports beyond those, which nobody was asked about. */
  more: number;
  /** null: nobody answered. */
  known: EarlierIncidentsFacts | null;
}

/** A job that exports every night has more of them in 90 days: the newest tell enough. */
const mostAsked = 20;

/** The newest exports before this one whose incidents are another one than this; none: there is nothing to ask. */
export function earlierExportsOf(
  file: CaseFile,
  { playbookId, eventIds }: { playbookId: string; eventIds: string[] },
): Omit<EarlierEnds, 'known'> {
  const others = earlierExportCalls(file).filter(({ eventId }) => !eventIds.includes(eventId));
  const exports = others.slice(0, mostAsked).map((event) => {
    const { eventId, time } = event;
    // An export that succeeded is keyed by what it made, and by no person.
    return { eventId, time, workflowId: incidentWorkflowId(playbookId, asAlert(file.alert, event), '') };
  });
  return { exports, more: others.length - exports.length };
}

/** The part of the alert of an earlier call that its incident is named by. */
function asAlert(alert: Alert, { eventId, eventName, region, copies = [] }: TrailEvent): Alert {
  const { arrival, principal, recipientAccount, time } = alert;
  const task = copies.find(({ kind }) => kind === 'export')?.id;
  const stored = copies.find(({ kind }) => kind === 'stored-image')?.id;
  const [, bucket, objectKey] = /^s3:\/\/([^/]+)\/(.+)$/.exec(stored ?? '') ?? [];
  return {
    ...{ arrival, principal, recipientAccount, eventId, eventName, region, time },
    outcome: 'success',
    missing: [],
    ...(task === undefined ? {} : { exportTaskId: task }),
    ...(bucket === undefined || objectKey === undefined ? {} : { bucket, objectKey }),
  };
}

/** How incidents about earlier exports ended (S92): a reason to think one legitimate, and no proof. */
export function earlierEndsFinding({ exports, more, known }: EarlierEnds): Finding {
  const question = 'Is it known how the incidents about the earlier exports ended?';
  const [id, sources] = ['earlier-incidents', ['S92']];
  if (!known) return unanswered(id, sources, question, 'neither Temporal nor the archive was read');
  const why = known.gaps.map(({ what, why }) => `${what}: ${why}`).join('; ');
  const range = { from: exports.at(-1)?.time ?? '', to: exports[0]?.time ?? '' };
  const told = (found: Finding) => restingOn({ ...found, range }, ...(known.evidence ?? []));
  if (known.incidents.length === 0) {
    return told(
      why === ''
        ? finding(id, sources, question, 'no', `no incident is known of ${exports.length} earlier export(s)`)
        : unanswered(id, sources, question, `no incident is known of ${exports.length} earlier export(s); ${why}`),
    );
  }
  const ends = exports.map(({ eventId, time }) => {
    const incident = known.incidents.find((one) => one.eventId === eventId);
    return `export at ${time}: ${incident ? endOf(incident) : 'no incident is known'}`;
  });
  const beyond = more > 0 ? [`${more} older export(s) were not asked about`] : [];
  const incomplete = why === '' ? [] : [`incomplete: ${why}`];
  return told(finding(id, sources, question, 'yes', [some(ends), ...beyond, ...incomplete].join('; ')));
}

function endOf({ workflowId, state, closedAt, severity, verdict }: EarlierIncident): string {
  const end = closedAt === undefined ? state : `${state} at ${closedAt}`;
  return `${incidentKey(workflowId)}, ${verdict ?? 'verdict not known'}, severity ${severity ?? 'not known'}, ${end}`;
}
