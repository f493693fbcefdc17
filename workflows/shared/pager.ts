import { CancellationScope, condition } from '@temporalio/workflow';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import type { Severity } from '../../src/domain/severity/assessment.ts';
import { pageKey, pageOf, uncontainedPage } from '../../src/domain/notices/page.ts';
import { pager } from '../activities.ts';
import { reasonOf } from './observed.ts';
import { now, type IncidentRecord } from './record.ts';

/**
 * Pages whoever is on call about a request, and resolves that once the request is settled; and where there is nothing to
 * ask. No question and no decision waits for it; what the pager did not take is on record.
 */
export class Pager {
  private readonly incident: { incidentKey: string; workflowId: string };
  private readonly severity: () => Severity;
  private readonly record: IncidentRecord;
  private readonly paged = new Set<string>();
  /** Key of the alert that nobody could be asked about containment. */
  private uncontained: string | undefined;
  private last: Promise<void> = Promise.resolve();
  private underway = 0;

  constructor(options: {
    incident: { incidentKey: string; workflowId: string };
    severity: () => Severity;
    record: IncidentRecord;
  }) {
    this.incident = options.incident;
    this.severity = options.severity;
    this.record = options.record;
  }

  /** `taken` is called once the pager has it. */
  page(request: ApprovalRequest, taken: () => void): void {
    const page = pageOf(request, { workflowId: this.incident.workflowId, severity: this.severity() });
    this.paged.add(page.requestId);
    this.tell(`about ${page.requestId}`, () => pager.pageOnCall(page).then(taken));
  }

  /** After the page, whatever became of it: an alert must not come up once nobody is needed any more. */
  settled(request: ApprovalRequest): void {
    const { requestId } = request;
    if (!this.paged.delete(requestId)) return;
    this.tell(`that ${requestId} is settled`, () => pager.resolvePage({ key: pageKey(request), requestId }));
  }

  /** Nobody is asked about containment, so no request can be paged about: what stands in its way takes somebody. */
  pageUncontained(notPlanned: number): void {
    const { incidentKey, workflowId } = this.incident;
    const page = uncontainedPage(incidentKey, { workflowId, severity: this.severity(), since: now(), notPlanned });
    this.uncontained = page.key;
    this.tell('that containment could plan nothing', async () => {
      await pager.pageUncontained(page);
      this.record.add('approval', `paged: whoever is on call, as containment could plan nothing, as alert ${page.key}`);
    });
  }

  /** Somebody is asked now, or the incident is over. */
  settledUncontained(): void {
    const key = this.uncontained;
    this.uncontained = undefined;
    if (key === undefined) return;
    this.tell('that nothing more is to be contained', () => pager.resolvePage({ key, requestId: 'containment' }));
  }

  /** Waits, for a while, until everything is told or given up. */
  async finish(within: '1h' | '1m'): Promise<void> {
    this.settledUncontained();
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
