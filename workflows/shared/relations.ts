import type {
  Burst,
  CorrelatedIncident,
  CorrelationKind,
  RelatedIncident,
  Relation,
} from '../../src/domain/correlation.ts';
import { mostRelated } from '../../src/domain/correlation.ts';
import type { CorrelationHashes } from '../../src/domain/incident.ts';
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
  private readonly totals = new Map<CorrelationKind, number>();
  private readonly bursts = new Map<CorrelationKind, Burst>();
  private readonly record: IncidentRecord;

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

  /** One actor may use several keys: what shares the principal is the whole. */
  get burst(): Burst | null {
    return this.bursts.get('principal') ?? this.bursts.get('accessKey') ?? null;
  }

  async announce(incident: CorrelatedIncident, hashes: CorrelationHashes): Promise<void> {
    if (Object.keys(hashes).length === 0) return;
    try {
      for (const { shares, ...other } of await correlation.correlate({ incident, hashes })) {
        for (const kind of shares) this.add(kind, other);
      }
    } catch {
      this.record.addGap('related incidents', 'Temporal did not list them');
    }
  }

  take({ kind, members, total, burst }: Relation): void {
    for (const { incidentKey, workflowId } of members) this.add(kind, { incidentKey, workflowId });
    this.totals.set(kind, Math.max(total, this.totals.get(kind) ?? 0));
    if (burst) this.bursts.set(kind, burst);
  }

  private add(kind: CorrelationKind, { incidentKey, workflowId }: Omit<RelatedIncident, 'shares'>): void {
    const known = this.byId.get(workflowId);
    if (known?.shares.includes(kind) || (!known && this.byId.size >= mostRelated)) return;
    this.byId.set(workflowId, { incidentKey, workflowId, shares: [...(known?.shares ?? []), kind] });
    this.record.addOnce('alert', `${incidentKey} shares ${shared[kind]}`);
  }
}
