import { ApplicationFailure, CancellationScope, condition } from '@temporalio/workflow';
import { noticeMessage, type NoticeContext } from '../../src/domain/notices/notice-message.ts';
import {
  dueNotices,
  noticeLine,
  noticeReminders,
  type DueNotice,
  type NoticeDetail,
  type NoticeRecord,
  type NoticeRule,
  type NoticeStanding,
  type NoticeTold,
} from '../../src/domain/notices/notices.ts';
import type { People } from './people.ts';
import { now, type IncidentRecord } from './record.ts';

/** How long the report waits for notices that are on their way. */
const patience = 60_000;

/**
 * Tells audiences beside the approvers, each once, and lets the clocks run that begin with the verdict (S32). Nothing
 * waits for it: what Slack does not take, or what has no channel, is due until a person says that they told them.
 */
export class Notices {
  readonly records: NoticeRecord[] = [];
  private readonly rules: NoticeRule[];
  private readonly people: People;
  private readonly record: IncidentRecord;
  private readonly standing: () => NoticeStanding;
  private readonly context: () => NoticeContext;
  private readonly changed: () => void;
  private verdictAt: string | undefined;
  private posting = 0;

  constructor(options: {
    rules: NoticeRule[];
    people: People;
    record: IncidentRecord;
    standing: () => NoticeStanding;
    context: () => NoticeContext;
    changed: () => void;
  }) {
    this.rules = options.rules;
    this.people = options.people;
    this.record = options.record;
    this.standing = options.standing;
    this.context = options.context;
    this.changed = options.changed;
  }

  /** The clocks of what becomes due from now on start here. */
  verdictReached(): void {
    this.verdictAt = now();
  }

  /** Called whenever a phase has ended or the incident was judged again. */
  check(): void {
    const known = new Set(this.records.map(({ id }) => id));
    for (const due of dueNotices(this.rules, this.standing(), known)) this.begin(due);
  }

  /** What a person says who has told them, also before it is due. Nobody checks that it is true. */
  told({ notice: id, by, note }: NoticeTold): NoticeRecord {
    const rule = this.rules.find((one) => one.id === id);
    if (!rule) {
      const ids = this.rules.map((one) => one.id).join(', ') || 'none';
      throw refusal(`the policy of this incident has no notice of that id; it has: ${ids}`);
    }
    const notice = this.records.find((one) => one.id === id) ?? this.add(rule);
    if (notice.status === 'told') throw refusal(`they were told already: ${noticeLine(notice)}`);
    this.markTold(notice, by);
    if (note !== undefined) notice.note = note;
    this.record.add('notice', `${noticeLine(notice)}${note === undefined ? '' : `; ${note}`}`);
    this.changed();
    return notice;
  }

  /** So that the report says what became of those that are on their way, for a while. */
  async delivered(): Promise<void> {
    if (this.posting > 0) await condition(() => this.posting === 0, patience);
  }

  private begin({ rule, unknown }: DueNotice): void {
    const notice = this.add(rule);
    if (unknown.length > 0) notice.why = `told although ${unknown.join(' and ')}`;
    const knownAt = this.verdictAt ?? this.record.openedAt;
    if (rule.within !== undefined) {
      notice.dueBy = new Date(Date.parse(knownAt) + rule.within).toISOString();
      void this.watch(notice, noticeReminders(knownAt, rule.within));
    }
    this.record.add('notice', noticeLine(notice));
    if (rule.channel !== undefined && this.people.reachable) void this.post(notice, rule.channel, rule.detail);
    this.changed();
  }

  private add({ id, who, instructions }: NoticeRule): NoticeRecord {
    const notice: NoticeRecord = { id, who, status: 'due', ...(instructions === undefined ? {} : { instructions }) };
    this.records.push(notice);
    return notice;
  }

  private async post(notice: NoticeRecord, channel: string, detail: NoticeDetail): Promise<void> {
    const message = noticeMessage(this.context(), detail);
    this.posting += 1;
    const problem = await this.people.notify(notice.id, channel, message);
    this.posting -= 1;
    // A person was faster.
    if (notice.status === 'told') return;
    if (problem === undefined) {
      this.markTold(notice, `Slack channel ${channel}`);
    } else {
      notice.status = 'failed';
      notice.why = problem;
    }
    this.record.add('notice', noticeLine(notice));
    this.changed();
  }

  private markTold(notice: NoticeRecord, by: string): void {
    notice.status = 'told';
    notice.at = now();
    notice.by = by;
  }

  /** Never awaited: the incident may end while a clock runs, and the report then says that the notice is due. */
  private async watch(notice: NoticeRecord, reminders: ReturnType<typeof noticeReminders>): Promise<void> {
    for (const { at, what } of reminders) {
      const told = await CancellationScope.nonCancellable(() =>
        condition(() => notice.status === 'told', Math.max(at - Date.now(), 1)),
      );
      if (told) return;
      const text = `${what}: ${noticeLine(notice)}`;
      this.record.add('notice', text);
      this.people.remind(text, () => notice.status !== 'told');
      this.changed();
    }
  }
}

/** Fails the update, not the incident. */
const refusal = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'NoticeRefused');
