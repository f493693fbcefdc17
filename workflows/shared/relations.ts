import { upsertMemo } from '@temporalio/workflow';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { campaignFinding } from '../../src/domain/findings/campaign.ts';
import type {
  Burst,
  CorrelatedIncident,
  CorrelationKind,
  RelatedIncident,
  Relation,
  CorrelationHashes,
} from '../../src/domain/alert/correlation.ts';
import { burstKinds, burstMemo, mostRelated, type ListedBurst } from '../../src/domain/alert/correlation.ts';
import { relatedFinding } from '../../src/domain/findings/findings.ts';
import { correlation } from '../activities.ts';
import type { IncidentRecord } from './record.ts';

const shared: Record<CorrelationKind, string> = {
  accessKey: 'the access key',
  principal: 'the principal',
  bucket: 'the bucket',
  instance: 'the instance',
  sourceAddress: 'the source address',
};

/** Which other incidents share something with this one (S24). Nothing waits for it. */
export class Relations {
  private readonly byId = new Map<string, RelatedIncident>();
  /** When each of them opened and for which machine; those that Temporal listed do not say. */
  private readonly told = new Map<string, CorrelatedIncident>();
  private readonly totals = new Map<CorrelationKind, number>();
  /** One actor may use several keys: where the principal is known, what shares it is the whole, and has one lead. */
  private burstKind: CorrelationKind | null = null;
  private heard = false;
  burst: Burst | null = null;
  /** Why older incidents are not known, or null. */
  private why: string | null = 'they are being read';
  private readonly record: IncidentRecord;
  private self: { own: CorrelatedIncident; alert: Alert } | null = null;

  constructor(record: IncidentRecord) {
    this.record = record;
  }

  get related(): RelatedIncident[] {
    return [...this.byId.values()];
  }

  /** At least so many others; of those that share different things nobody knows how many are the same. */
  get relatedTotal(): number {
    return Math.max(this.byId.size, ...[...this.totals.values()].map((total) => total - 1));
  }

  /** The incident that leads the burst; undefined: not known yet; null: there is none, or nothing is known of the actor. */
  get lead(): string | null | undefined {
    return this.burstKind === null ? null : (this.burst?.lead ?? (this.heard ? null : undefined));
  }

  /** `waits`: somebody is told once it is known whether it belongs to a burst. */
  async announce(
    incident: CorrelatedIncident,
    { alert, hashes, waits }: { alert: Alert; hashes: CorrelationHashes; waits: boolean },
  ): Promise<void> {
    this.self = { own: incident, alert };
    this.burstKind = burstKinds.find((kind) => hashes[kind] !== undefined) ?? null;
    if (Object.keys(hashes).length === 0) {
      this.conclude('the alert names nothing that could be shared');
      return;
    }
    const waitsFor = waits && this.burstKind ? { waitsFor: this.burstKind } : {};
    try {
      for (const { shares, ...other } of await correlation.correlate({ incident, hashes, ...waitsFor })) {
        for (const kind of shares) this.add(kind, other);
      }
      this.conclude(null);
    } catch {
      this.heard = true;
      this.record.addGap('related incidents', 'Temporal did not list them');
      this.conclude('Temporal did not list them');
    }
  }

  take({ kind, members, total, burst }: Relation): void {
    for (const member of members) {
      this.told.set(member.workflowId, member);
      this.add(kind, { incidentKey: member.incidentKey, workflowId: member.workflowId });
    }
    this.totals.set(kind, Math.max(total, this.totals.get(kind) ?? 0));
    this.conclude(this.why);
    if (kind !== this.burstKind) return;
    this.heard = true;
    if (!burst) return;
    this.burst = burst;
    // What a list of incidents shows of it; `soar incident list` reads no histories.
    const { lead, size } = burst;
    upsertMemo({ [burstMemo]: { lead, size } satisfies ListedBurst });
  }

  /** The answer to "is there more?", as it stands; called again whenever it may have changed. */
  private conclude(why: string | null): void {
    this.why = why;
    const { related, told, totals } = this;
    this.record.addFindings([
      relatedFinding(related, this.relatedTotal, why),
      ...(this.self ? [campaignFinding({ ...this.self, related, told, totals, why })] : []),
    ]);
  }

  private add(kind: CorrelationKind, { incidentKey, workflowId }: Omit<RelatedIncident, 'shares'>): void {
    const known = this.byId.get(workflowId);
    if (known?.shares.includes(kind) || (!known && this.byId.size >= mostRelated)) return;
    this.byId.set(workflowId, { incidentKey, workflowId, shares: [...(known?.shares ?? []), kind] });
    this.record.addOnce('alert', `${incidentKey} shares ${shared[kind]}`);
  }
}
