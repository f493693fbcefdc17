import type { Assessment, Severity, Verdict } from '../severity/assessment.ts';
import { phases, type Phase } from '../phase.ts';

/** Who beyond the approvers hears of an incident, from when on, and in how much detail (S32). Durations are milliseconds. */
export interface NoticeRule {
  id: string;
  /** An audience, such as `legal and privacy`. */
  who: string;
  /** From this severity on; absent: any. */
  severity?: Severity;
  /** Absent: any. */
  verdicts?: Verdict[];
  /** The phase that has to be over. */
  phase: Phase;
  detail: NoticeDetail;
  /** Where it is posted in Slack; without it, a person tells them. */
  channel?: string;
  /** The clock that runs from when the incident knew its verdict, such as 72 hours. */
  within?: number;
  /** What that person has to do. */
  instructions?: string;
}

/** What is said: nothing that an attacker could have written, what happened, or everything that is known. */
export const noticeDetails = ['headline', 'summary', 'full'] as const;
export type NoticeDetail = (typeof noticeDetails)[number];

/** One notice of an incident. `failed`: Slack did not take it, so that a person has to tell them. */
export interface NoticeRecord {
  id: string;
  who: string;
  status: 'told' | 'due' | 'failed';
  /** When they were told. */
  at?: string;
  /** Absent: no clock runs. */
  dueBy?: string;
  /** Who told them: a person's name, as that person gave it, or the channel. */
  by?: string;
  note?: string;
  instructions?: string;
  /** Why it is due although not everything was known (P8), or why it failed. */
  why?: string;
}

/** Somebody says that they told them. */
export interface NoticeTold {
  /** The notice's id. */
  notice: string;
  by: string;
  note?: string;
}

/** What decides which notices are due. */
export interface NoticeStanding {
  /** The phase that runs: those before it are over, or were not needed. */
  phase: Phase | 'closed';
  assessment: Pick<Assessment, 'severity'> | null;
  verdict: Verdict | null;
}

export interface DueNotice {
  rule: NoticeRule;
  /** What was not known and could have spoken against it; a notice is never withheld for that (P8). */
  unknown: string[];
}

/** The notices that are due now and were not before. */
export function dueNotices(rules: NoticeRule[], standing: NoticeStanding, known: ReadonlySet<string>): DueNotice[] {
  const { phase, assessment, verdict } = standing;
  return rules.flatMap((rule) => {
    if (known.has(rule.id) || !isOver(rule.phase, phase)) return [];
    const unknown: string[] = [];
    if (rule.severity !== undefined) {
      if (!assessment) unknown.push('severity was not assessed');
      else if (rank[assessment.severity] < rank[rule.severity]) return [];
    }
    if (rule.verdicts && !(verdict && rule.verdicts.includes(verdict))) {
      if (verdict && verdict !== 'undetermined') return [];
      unknown.push('the verdict is not determined');
    }
    return [{ rule, unknown }];
  });
}

const rank: Record<Severity, number> = { low: 0, medium: 1, high: 2 };

const isOver = (phase: Phase, current: Phase | 'closed'): boolean =>
  current === 'closed' || phases.indexOf(current) > phases.indexOf(phase);

/** Told and due ones, as one line for timelines and lists. */
export function noticeLine({ id, who, status, at, by, dueBy, why, instructions }: NoticeRecord, now?: string): string {
  const late = status !== 'told' && dueBy !== undefined && now !== undefined && now >= dueBy ? ' (OVERDUE)' : '';
  const parts = [
    `${who} (${id}): ${status}${at === undefined ? '' : ` at ${at}`}${by === undefined ? '' : ` by ${by}`}`,
    ...(status === 'told' || dueBy === undefined ? [] : [`due by ${dueBy}${late}`]),
    ...(why === undefined ? [] : [why]),
    ...(status === 'told' || instructions === undefined ? [] : [instructions]),
  ];
  return parts.join('; ');
}

/** When each reminder of a running clock is due: half of its time, and all of it. */
export const noticeReminders = (knownAt: string, within: number): { at: number; what: string }[] => [
  { at: Date.parse(knownAt) + within / 2, what: 'half of the time has passed' },
  { at: Date.parse(knownAt) + within, what: 'OVERDUE: all of the time has passed' },
];
