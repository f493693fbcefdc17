import { shortened } from '../approval/request-message.ts';
import type { Finding } from '../findings/evidence.ts';
import type { Assessment, Severity } from '../severity/assessment.ts';

/** What an incident knew at one time. */
export interface Standing {
  assessment: Assessment | null | undefined;
  findings: Finding[];
}

/** What makes it worse and was not known before: a download, criteria that are met now, a higher severity. */
export function newsSince(before: Standing, after: Standing): string[] {
  const read = ({ findings }: Standing) => findings.find(({ id }) => id === 'downloaded');
  const [readBefore, readNow] = [read(before), read(after)];
  const found = readNow?.answer === 'yes' && readBefore?.answer !== 'yes' ? [readNow] : [];
  const met = new Set(before.assessment?.met.map(({ id }) => id));
  const criteria = (after.assessment?.met ?? []).filter(({ id, level }) => level !== 'lower' && !met.has(id));
  return [
    ...found.map(({ detail }) => line(`the exported image was downloaded: ${detail}`)),
    ...criteria.map(({ level, criterion, evidence }) => line(`${level}: ${criterion} (${evidence.join('; ')})`)),
    ...severityChange(before.assessment?.severity, after.assessment?.severity),
  ];
}

const severityChange = (before: Severity | undefined, after: Severity | undefined): string[] =>
  before === undefined || after === undefined || before === after ? [] : [`severity ${before} → ${after}`];

const line = (text: string): string => shortened(text, 400);
