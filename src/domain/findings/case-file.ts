import type { Alert } from '../alert/alert.ts';
import type {
  CopiesFacts,
  ExportObjectFacts,
  ExportTaskFacts,
  ImageSourceFacts,
  InstanceFacts,
  SoftwareFacts,
} from './facts.ts';
import type { Mention } from './sources.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import type { BlindingCalls, TrailFacts } from './trail-facts.ts';
import type { BucketFacts, RequestMetricsFacts } from './bucket-facts.ts';
import type { ObjectReadFacts } from './read-facts.ts';
import type { Gap } from './kept.ts';
import type { Lineage } from './lineage.ts';

/** The entry by which an export is known and legitimate, with what it rests on (P9). */
export interface AllowListMatch {
  id: string;
  owner: string;
  reason: string;
  expires: string;
  /** The conditions that held, in words: `role`, `bucket`, … */
  conditions: string[];
}

/** An allow-list entry for the actor's role that does not hold for another reason. */
export interface NearMiss {
  id: string;
  why: string;
}

/** What people who decide have to know of a role that is on the list: it may be a backup, or a stolen one. */
export const nearMissWords = (misses: NearMiss[] = []): string =>
  misses.map(({ id, why }) => `; allow-list entry ${id} is for this role, but does not hold: ${why}`).join('');

/** Everything that is known about an incident when a judgement is made; null: not read, or it could not be (P8). */
export interface CaseFile {
  alert: Alert;
  policy: ResponsePolicy;
  /** The moment of the judgement, ISO 8601 UTC. */
  now: string;
  allowListed: AllowListMatch | null;
  /** Where no entry matches: those of the actor's role. */
  nearMisses?: NearMiss[];
  /** Of which machine the image was made; absent: the alert names the machine, or no image, or nobody asked. */
  source?: ImageSourceFacts | null;
  /** The machine; of an image the one of which it was made, see `machineOf`. */
  instance: InstanceFacts | null;
  /** What is installed on it; absent: not asked. */
  software?: SoftwareFacts | null;
  task: ExportTaskFacts | null;
  object: ExportObjectFacts | null;
  bucket: BucketFacts | null;
  reads: ObjectReadFacts | null;
  /** What the actor's access key or name did around the export. */
  actorTrail: TrailFacts | null;
  /** What the name did with other keys and in the console, where the trail above is that of a key. */
  nameTrail?: TrailFacts | null;
  /** What anybody in the account did to trails and logs; absent: nobody asked. */
  blinding?: BlindingCalls;
  /** What CloudTrail told of the actor later: calls that it had not listed yet, and those made since; absent: not asked. */
  laterTrail?: TrailFacts | null;
  /** Where the actor's session came from and where its credentials went; absent: not asked yet. */
  lineage?: Lineage | null;
  /** Who changed tags of the instance; absent: an incident of an earlier version. */
  tagTrail?: TrailFacts | null;
  /** The export calls of the account, by anybody; absent as above. */
  exportTrail?: TrailFacts | null;
  /** Who changed what is recorded of reads; absent as above. */
  recordingTrail?: TrailFacts | null;
  /** Other copies of the machine, by Region; absent or null: not read yet. */
  copies?: CopiesFacts[] | null;
  /** What CloudWatch counts of reads of the bucket; absent: not asked. */
  requestMetrics?: RequestMetricsFacts | null;
  /** A ticket that asked for the export and was declined, where one is known. */
  declined?: Mention | null;
  /** Why something above is null; `what` is its field name. */
  gaps?: Gap[];
}

/** What is asked again, because its log tells of calls late. */
export type LaterFacts = Pick<CaseFile, 'blinding' | 'laterTrail'>;

/** Bucket and key of the export, from the most reliable source that names them. */
export const exportLocation = (
  file: Pick<CaseFile, 'alert' | 'task' | 'object'>,
): { bucket?: string; key?: string } => {
  const bucket = file.object?.bucket ?? file.task?.bucket ?? file.alert.bucket;
  const key = file.object?.key ?? file.task?.key ?? file.alert.objectKey;
  return { ...(bucket !== undefined && { bucket }), ...(key !== undefined && { key }) };
};
