import { CancellationScope, condition } from '@temporalio/workflow';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import type { Severity } from '../../src/domain/severity/assessment.ts';
import { pageKey, pageOf } from '../../src/domain/notices/page.ts';
import { pager } from '../activities.ts';
import { reasonOf } from './observed.ts';
import type { IncidentRecord } from './record.ts';

/**
 * Pages whoever is on call about a request, and resolves that once the request is settled. No question and no decision
 * waits for it; what the pager did not take is on record.
 */
export class Pager {
  private readonly workflowId: string;
  private readonly severity: () => Severity;
  private readonly record: IncidentRecord;
  private readonly paged = new Set<string>();
  private last: Promise<void> = Promise.resolve();
  private underway = 0;

  constructor(options: { workflowId: string; severity: () => Severity; record: IncidentRecord }) {
    this.workflowId = options.workflowId;
    this.severity = options.severity;
    this.record = options.record;
  }

  /** `taken` is called once the pager has it. */
  page(request: ApprovalRequest, taken: () => void): void {
    const page = pageOf(request, { workflowId: this.workflowId, severity: this.severity() });
    this.paged.add(page.requestId);
    this.tell(`about ${page.requestId}`, () => pager.pageOnCall(page).then(taken));
  }

  /** After the page, whatever became of it: an alert must not come up once nobody is needed any more. */
  settled(request: ApprovalRequest): void {
    const { requestId } = request;
    if (!this.paged.delete(requestId)) return;
    this.tell(`that ${requestId} is settled`, () => pager.resolvePage({ key: pageKey(request), requestId }));
  }

  /** Waits, for a while, until everything is told or given up. */
  async finish(within: '1h' | '1m'): Promise<void> {
    if (this.underway === 0 || (await condition(() => this.underway === 0, within))) return;
    this.record.add('gap', 'the pager did not answer: it was not told everything when the incident ended');
  }

  private tell(what: string, send: () => Promise<void>): void {
    this.underway += 1;
    this.last = this.last.then(() => this.deliver(what, send));
  }

  /** Never fails, and is not cancelled with the incident: whoever was woken hears that it is over. */
  private async deliver(what: string, send: () => Promise<void>): Promise<void> {
    try {
      await CancellationScope.nonCancellable(send);
    } catch (error) {
      this.record.addOnce('gap', `the pager was not told ${what} (${reasonOf(error)})`);
    } finally {
      this.underway -= 1;
    }
  }
}
