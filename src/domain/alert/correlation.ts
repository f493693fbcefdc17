export type CorrelationKind = keyof CorrelationHashes;
/** As people read them. */
const correlationNames: Record<CorrelationKind, string> = {
  accessKey: 'access key',
  principal: 'actor',
  bucket: 'bucket',
  instance: 'instance',
  sourceAddress: 'source address',
};
export const sharedNames = (shares: CorrelationKind[]): string =>
  shares.map((kind) => correlationNames[kind]).join(', ');

/** An incident as others know it. */
export interface CorrelatedIncident {
  incidentKey: string;
  workflowId: string;
  openedAt: string;
  /** Keyed hash of the machine, where the alert names one. */
  instance?: string;
}
/** To the workflow that keeps who shares one value: an incident that does. */
export interface Joining extends CorrelatedIncident {
  kind: CorrelationKind;
  /** It waits to hear whether it belongs to a burst: it hears, too, that it is alone. */
  waits?: boolean;
}
/** One actor, many machines: incidents that share access key or principal within an hour, told as one thing. */
export interface Burst {
  /** The first of them. */
  lead: string;
  leadWorkflowId: string;
  size: number;
}
/** To an incident: others that share this with it. */
export interface Relation {
  kind: CorrelationKind;
  members: CorrelatedIncident[];
  /** All that share it, this one included. */
  total: number;
  burst: Burst | null;
}
/** Memo of an incident that belongs to a burst: what a list shows of it. */
export const burstMemo = 'burst';
export type ListedBurst = Pick<Burst, 'lead' | 'size'>;

export interface RelatedIncident {
  incidentKey: string;
  workflowId: string;
  shares: CorrelationKind[];
}

export const mostRelated = 50;
const burstWindow = 3_600_000;
/** By what a burst is told, the first that is known. */
export const burstKinds: readonly CorrelationKind[] = ['principal', 'accessKey'];

/** What the workflow of one shared value keeps. */
export interface Correlated {
  /** The first that joined, in that order. */
  members: CorrelatedIncident[];
  total: number;
  burst: (Burst & { since: string }) | null;
}
export const noneCorrelated: Correlated = { members: [], total: 0, burst: null };

/** Takes new incidents in, and says whom to tell what: the new ones who is there, the others who is new. */
export function correlate(state: Correlated, joining: Joining[]): { state: Correlated; tell: [string, Relation][] } {
  const [{ kind } = { kind: 'principal' as const }] = joining;
  const newcomers = joining.map(({ incidentKey, workflowId, openedAt, instance }) => ({
    ...{ incidentKey, workflowId, openedAt },
    ...(instance === undefined ? {} : { instance }),
  }));
  const all = [...state.members, ...newcomers];
  const next: Correlated = {
    members: all.slice(0, mostRelated),
    total: state.total + joining.length,
    burst: burstKinds.includes(kind) ? newcomers.reduce(addToBurst, state.burst) : null,
  };
  const burst = next.burst && next.burst.size > 1 ? withoutSince(next.burst) : null;
  const relation = (members: CorrelatedIncident[], self: string): Relation => ({
    kind,
    members: members.filter(({ workflowId }) => workflowId !== self).slice(0, mostRelated),
    total: next.total,
    burst,
  });
  // Who knows enough hears of totals only, each time that they have doubled.
  const doubled = Math.floor(Math.log2(next.total)) > Math.floor(Math.log2(Math.max(1, state.total)));
  const informed = state.total < mostRelated || doubled ? state.members : [];
  return {
    state: next,
    tell:
      next.total < 2
        ? joining.filter(({ waits }) => waits === true).map(({ workflowId }) => [workflowId, relation([], workflowId)])
        : [
            ...informed.map(({ workflowId }) => [workflowId, relation(newcomers, workflowId)] as [string, Relation]),
            ...newcomers.map(({ workflowId }) => [workflowId, relation(all, workflowId)] as [string, Relation]),
          ],
  };
}

const withoutSince = ({ lead, leadWorkflowId, size }: Burst): Burst => ({ lead, leadWorkflowId, size });

function addToBurst(burst: Correlated['burst'], incident: CorrelatedIncident): Correlated['burst'] {
  const { incidentKey, workflowId, openedAt } = incident;
  const near = burst && Math.abs(Date.parse(openedAt) - Date.parse(burst.since)) <= burstWindow;
  return near
    ? { ...burst, size: burst.size + 1 }
    : { lead: incidentKey, leadWorkflowId: workflowId, size: 1, since: openedAt };
}

/** Hashes with a secret key, so that incidents can be correlated without naming anybody in search attributes. */
export interface CorrelationHashes {
  accessKey?: string;
  principal?: string;
  bucket?: string;
  instance?: string;
  sourceAddress?: string;
}
