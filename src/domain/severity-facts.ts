import type { Alert } from './alert.ts';
import type { AllowListMatch } from './allow-list.ts';
import type {
  BucketFacts,
  ExportObjectFacts,
  ExportTaskFacts,
  InstanceFacts,
  ObjectReadFacts,
  TrailFacts,
} from './facts.ts';
import type { ResponsePolicy } from './response-policy.ts';

/** Everything that is known about an incident when a judgement is made; null: not read, or it could not be (P8). */
export interface CaseFile {
  alert: Alert;
  policy: ResponsePolicy;
  /** The moment of the judgement, ISO 8601 UTC. */
  now: string;
  allowListed: AllowListMatch | null;
  instance: InstanceFacts | null;
  task: ExportTaskFacts | null;
  object: ExportObjectFacts | null;
  bucket: BucketFacts | null;
  reads: ObjectReadFacts | null;
  /** What the actor's access key or name did around the export. */
  actorTrail: TrailFacts | null;
}
