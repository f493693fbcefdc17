import type { Alert } from '../alert/alert.ts';
import type { CorrelatedIncident, CorrelationKind, RelatedIncident } from '../alert/correlation.ts';
import type { Finding } from './evidence.ts';
import { finding, unanswered } from './finding.ts';

/** Incidents of one actor from here on are told as one undertaking; two may be the same attempt made twice. */
const fewestOfCampaign = 3;

/** The same hands: others may well write to the same bucket, or sit behind the same address. */
const sameHands: CorrelationKind[] = ['principal', 'accessKey'];

/** What this incident knows of itself and of others that share something with it. */
export interface CampaignKnown {
  own: CorrelatedIncident;
  alert: Alert;
  related: RelatedIncident[];
  /** When each of them opened and for which machine, as far as it told, by workflow id. */
  told: ReadonlyMap<string, CorrelatedIncident>;
  /** How many share each thing, this one included: more than are known one by one. */
  totals: ReadonlyMap<CorrelationKind, number>;
  /** Why there may be more; null: nothing kept them from us. */
  why: string | null;
}

/** Many incidents as one thing (S24, S31): how many, since when, what they share, and how many machines. */
export function campaignFinding(known: CampaignKnown): Finding {
  const question = 'Is this one of several incidents by the same hands?';
  const [id, sources] = ['campaign', ['S24', 'S31']];
  const others = known.related.filter(({ shares }) => shares.some((kind) => sameHands.includes(kind)));
  const count = Math.max(others.length + 1, ...sameHands.map((kind) => known.totals.get(kind) ?? 0));
  if (count >= fewestOfCampaign) return finding(id, sources, question, 'yes', summary(known, others, count));
  if (known.why !== null) return unanswered(id, sources, question, known.why);
  const [other] = others;
  return finding(
    id,
    sources,
    question,
    'no',
    other ? `beside this one only ${other.incidentKey}` : 'no other incident by the same access key or actor',
  );
}

function summary(known: CampaignKnown, others: RelatedIncident[], count: number): string {
  const members = [known.own, ...others.flatMap(({ workflowId }) => known.told.get(workflowId) ?? [])];
  const since = members.map(({ openedAt }) => openedAt).sort()[0] ?? known.own.openedAt;
  const machines = new Set(members.flatMap(({ instance }) => instance ?? []));
  const all = members.length === count && members.every(({ instance }) => instance !== undefined);
  return [
    `${count} incidents since ${since}`,
    ...shared(known.alert).flatMap(([kind, words]) => {
      const sharing = others.filter(({ shares }) => shares.includes(kind)).length + 1;
      return words === null || sharing === 1 ? [] : [`${words} in ${Math.max(sharing, known.totals.get(kind) ?? 0)}`];
    }),
    `${all ? '' : 'at least '}${machines.size} instance(s)`,
    ...(known.why === null ? [] : [`there may be more: ${known.why}`]),
  ].join('; ');
}

/** What the alert calls the values that others share: of theirs only keyed hashes are known. */
function shared({ principal, sourceAddress, bucket }: Alert): [CorrelationKind, string | null][] {
  const words = (what: string, value: string | undefined) => (value === undefined ? null : `${what} ${value}`);
  return [
    ['accessKey', words('access key', principal.accessKeyId)],
    ['principal', words('actor', principal.arn ?? principal.name ?? principal.id)],
    ['sourceAddress', words('address', sourceAddress)],
    ['bucket', words('bucket', bucket)],
  ];
}
