import type { EvidenceRef, Finding } from './evidence.ts';
import { isFetched } from './finding-basis.ts';
import type { CopiesFacts } from './facts.ts';
import type { Lineage } from './lineage.ts';
import type { PolicyUsers } from '../policy/policy-users.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailFacts, BlindingCalls } from './trail-facts.ts';
import type { PrincipalFacts } from './principal-facts.ts';
import type { Kept } from './kept.ts';

/** What answers are drawn from. */
export interface Sources extends Partial<
  Pick<
    CaseFile,
    | 'source'
    | 'instance'
    | 'software'
    | 'task'
    | 'object'
    | 'bucket'
    | 'reads'
    | 'actorTrail'
    | 'nameTrail'
    | 'blinding'
    | 'laterTrail'
    | 'tagTrail'
    | 'exportTrail'
    | 'recordingTrail'
    | 'requestMetrics'
  >
> {
  principal?: PrincipalFacts | null;
  bucketTrail?: TrailFacts | null;
  lineage?: Lineage | null;
  copies?: CopiesFacts[] | null;
  history?: TrailFacts | null;
  places?: Kept | null;
  permissionTrails?: (TrailFacts | null)[] | null;
  policyUsers?: PolicyUsers | null;
}

const drawnFrom: Record<string, (keyof Sources)[]> = {
  'image-source': ['source'],
  'instance-purpose': ['instance'],
  'instance-owner': ['instance'],
  'owner-channel': ['instance'],
  'instance-description': ['instance'],
  'instance-launched': ['tagTrail'],
  classification: ['instance'],
  'encrypted-data': ['instance', 'source'],
  'instance-software': ['software'],
  'image-secrets': ['software'],
  'tags-changed': ['instance', 'tagTrail', 'actorTrail'],
  'disks-attached': ['tagTrail', 'actorTrail'],
  'export-task': ['task', 'object'],
  'export-format': ['task'],
  'key-activity': ['actorTrail'],
  'key-timeline': ['actorTrail'],
  'denied-run': ['actorTrail', 'nameTrail'],
  'actor-changes': ['actorTrail'],
  'refused-exports': ['actorTrail'],
  downloaded: ['reads', 'object', 'bucket', 'recordingTrail'],
  'request-metrics': ['requestMetrics', 'bucket'],
  'bucket-owner': ['bucket'],
  'bucket-encryption': ['bucket'],
  'bucket-access': ['bucket'],
  'service-grants': ['bucket'],
  replicated: ['bucket'],
  'access-points': ['bucket'],
  'bucket-changes': ['bucketTrail'],
  authentication: ['actorTrail', 'nameTrail'],
  geography: ['actorTrail', 'nameTrail', 'history', 'places'],
  'new-for-actor': ['actorTrail', 'history'],
  'beyond-noise': ['actorTrail', 'history'],
  'privilege-gained': ['actorTrail', 'nameTrail', 'bucketTrail', 'permissionTrails', 'lineage'],
  'access-changes': ['actorTrail'],
  concealment: ['actorTrail', 'laterTrail', 'blinding'],
  'earlier-exports': ['exportTrail'],
  'dry-runs': ['exportTrail'],
  'known-automation': ['exportTrail'],
  prevention: ['bucket', 'instance', 'source', 'principal'],
  'session-origin': ['lineage'],
  'sessions-taken': ['lineage'],
  'ways-in-made': ['lineage'],
  'machines-entered': ['lineage'],
  'other-copies': ['lineage', 'copies'],
  'copies-shared': ['copies'],
  'permission-source': ['principal'],
  'permission-at-export': ['principal', 'permissionTrails', 'policyUsers'],
};

type Source = Kept | (Kept | null)[] | BlindingCalls | null | undefined;

/** The findings with references to what their sources answered, as far as it was kept. */
export const withEvidence = (findings: Finding[], sources: Sources): Finding[] =>
  findings.map((found) => {
    const names = Object.hasOwn(drawnFrom, found.id) ? (drawnFrom[found.id] ?? []) : [];
    return restingOn(found, ...names.flatMap((name) => referencesIn(sources[name])));
  });

/** An answer that was fetched and refers to nothing; what is unknown may have had no answer to keep. */
export const lacksEvidence = ({ answer, source, evidence }: Finding): boolean =>
  answer !== 'unknown' && source !== undefined && isFetched(source) && evidence.length === 0;

/** The same finding, which rests on these documents, too. */
export function restingOn(found: Finding, ...references: EvidenceRef[]): Finding {
  const byHash = new Map([...found.evidence, ...references].map((reference) => [reference.sha256, reference]));
  return { ...found, evidence: [...byHash.values()] };
}

/** Where the answers lie that something was drawn from. */
export function referencesIn(source: Source): EvidenceRef[] {
  if (!source) return [];
  if ('logBuckets' in source) return referencesIn(source.trail);
  return Array.isArray(source) ? source.flatMap(referencesIn) : (source.evidence ?? []);
}
