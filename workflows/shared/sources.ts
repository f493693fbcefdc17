import { condition, isCancellation } from '@temporalio/workflow';
import { declinedTicket, lateAnswer, sourceFindings } from '../../src/domain/findings/source-findings.ts';
import {
  sourceNames,
  type Mention,
  type Source,
  type SourceAnswer,
  type SourcePolicy,
  type SourceQuestion,
  type SourceReplies,
} from '../../src/domain/findings/sources.ts';
import { peopleWrote } from '../activities.ts';
import { reasonOf } from './observed.ts';
import type { IncidentRecord } from './record.ts';

const ask: Record<Source, (question: SourceQuestion) => Promise<SourceAnswer>> = {
  github: (question) => peopleWrote.searchGithub(question),
  jira: (question) => peopleWrote.searchJira(question),
  confluence: (question) => peopleWrote.searchConfluence(question),
  slack: (question) => peopleWrote.searchSlack(question),
};

/**
 * What people wrote about the export. All sources are asked at the same time; investigation waits for them within the
 * policy's budget, and what they answer later is appended, whichever phase it is.
 */
export class Sources {
  private question: SourceQuestion | null = null;
  private readonly replies: SourceReplies = {};
  private askedAt = 0;
  private waiting = 0;
  private late = false;
  private readonly policy: SourcePolicy | undefined;
  private readonly record: IncidentRecord;
  /** Thinks again about what one has answered. */
  private readonly answered: () => void;
  /** Tells people what came late. */
  private readonly learnt: (text: string) => void;

  constructor(options: {
    policy: SourcePolicy | undefined;
    record: IncidentRecord;
    answered: () => void;
    learnt: (text: string) => void;
  }) {
    this.answered = options.answered;
    this.policy = options.policy;
    this.record = options.record;
    this.learnt = options.learnt;
  }

  /** A ticket that asked for the export and was declined: the one thing here that changes a judgement, and only to worse. */
  get declined(): Mention | null {
    return this.policy && this.question ? declinedTicket(this.policy, this.question, this.replies) : null;
  }

  /** Nobody is asked: it is on record that nobody was. */
  leaveOut(): void {
    this.conclude();
  }

  /** Asks once, and returns at once. */
  ask(question: SourceQuestion): void {
    if (this.question) return;
    this.question = question;
    this.askedAt = Date.now();
    for (const source of this.policy?.connected ?? []) void this.askOne(source, question);
    this.conclude();
  }

  /** Returns when all have answered, or when their time is over. */
  async settled(): Promise<void> {
    const left = this.askedAt + (this.policy?.budget ?? 0) - Date.now();
    if (this.waiting > 0 && left > 0) await condition(() => this.waiting === 0, left);
    this.late = true;
  }

  private async askOne(source: Source, question: SourceQuestion): Promise<void> {
    this.waiting += 1;
    this.replies[source] = { state: 'asked' };
    try {
      this.replies[source] = { state: 'answered', ...(await ask[source](question)) };
    } catch (error) {
      const why = isCancellation(error) ? 'the incident was cancelled' : reasonOf(error);
      this.replies[source] = { state: 'failed', why };
      this.record.addGap(sourceNames[source], why);
    }
    this.waiting -= 1;
    this.conclude();
    this.answered();
    if (this.late && this.replies[source].state === 'answered') {
      const text = lateAnswer(source, this.record.findings);
      this.record.add('finding', text);
      this.learnt(text);
    }
  }

  private conclude(): void {
    this.record.addFindings(sourceFindings(this.policy, this.question, this.replies));
  }
}
