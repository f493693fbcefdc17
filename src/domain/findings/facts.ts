import type { PolicyDocument } from '../policy/policy-document.ts';
import type { TrailEvent } from './trail-facts.ts';
import type { Gap, Kept } from './kept.ts';

/** What observing activities report. Values only: the evidence behind them is stored and referenced. */

export interface InstanceFacts extends Kept {
  instanceId: string;
  state: string;
  imageId?: string;
  /** What it was launched from, by whoever named it; null: there is no such image any more; absent: not read. */
  image?: { name?: string; owner?: string } | null;
  /** Whether it has any; absent: not read. What is in it is nowhere kept. */
  userData?: boolean;
  platform?: string;
  launchTime?: string;
  instanceProfileArn?: string;
  tags: Record<string, string>;
  volumes: { volumeId: string; encrypted: boolean; sizeGiB: number }[];
  /** Absent: there are none. */
  gaps?: Gap[];
}

/**
 * Of which machine an image was made, as EC2 and CloudTrail have it. What people wrote on the image (name, tags, description)
 * is not asked: whoever made it chose that.
 */
export interface ImageSourceFacts extends Kept {
  imageId: string;
  /** Absent: not known, and `why` says why. It can be of another account, and in another Region. */
  machine?: { instanceId: string; accountId: string; region: string };
  /** Of the images that were copied from one to the next on the way to the machine, the nearest first; absent: none. */
  through?: { imageId: string; region: string }[];
  /** The call that made an image of the machine; absent: EC2 itself names the machine. */
  call?: Pick<TrailEvent, 'eventName' | 'time' | 'principalArn' | 'sourceAddress'>;
  /** When that was. */
  madeAt?: string;
  /** Nothing names the machine, but it has the volumes of which these disks of the image are snapshots. */
  byDisks?: { snapshotId: string; volumeId: string }[];
  /** Beside those: disks of the image that are not known to be of the machine. */
  otherDisks?: string[];
  /** The snapshots that the image itself is made of; absent: EC2 does not know the image. */
  disks?: { snapshotId: string; encrypted: boolean }[];
  why?: string;
  /** Absent: there are none. */
  gaps?: Gap[];
}

/** What Systems Manager's agent reported of a machine, as far as it says what the machine carries. */
export interface SoftwareFacts extends Kept {
  /** When the agent looked, as it says it; absent: Systems Manager has no inventory of the machine. */
  capturedAt?: string;
  /** Packages that were listed. */
  total: number;
  /** True when the budget of calls ended before the list did. */
  truncated: boolean;
  /** Those that keep secrets on a disk; see `secretsOf`. */
  keeping: { name: string; version?: string }[];
}

export interface ExportTaskFacts extends Kept {
  exportTaskId: string;
  state: 'active' | 'cancelling' | 'cancelled' | 'completed';
  statusMessage?: string;
  instanceId?: string;
  bucket?: string;
  key?: string;
  diskImageFormat?: string;
  containerFormat?: string;
  targetEnvironment?: string;
}

export interface ExportObjectFacts extends Kept {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  versionId?: string;
  lastModified: string;
  /** Everything under exactly this key; absent: not read, and `versionsGap` says why. */
  versions?: ObjectVersion[];
  versionsGap?: string;
}

/** One version of an object, or a delete marker, which has neither content nor ETag. */
export interface ObjectVersion {
  /** The text `null` is S3's name for what was written without versioning. */
  versionId: string;
  etag: string;
  /** Bytes. */
  size: number;
  deleteMarker: boolean;
}

/** An image or snapshot of the machine, as EC2 has it. */
export interface CopyFacts {
  type: 'image' | 'snapshot';
  id: string;
  /** The instance, image or volume that EC2 says it was made of. */
  from?: string;
  createdAt?: string;
  /** Account ids, ARNs of organisations and their units, `all` for everybody; sorted. null: it could not be read. */
  sharedWith: string[] | null;
  /** Absent: it has none, or facts of an earlier version. */
  tags?: Record<string, string>;
}
/** The copies of one Region. */
export interface CopiesFacts extends Kept {
  region: string;
  copies: CopyFacts[];
  gaps: Gap[];
}

/** Which service control policies bind one account directly. */
export interface AccountScpFacts extends Kept {
  accountId: string;
  /** False: the account is not in the organisation of the management account that was asked. */
  member: boolean;
  /** Names of the policies attached to the account itself; those of its units and of the root are not among them. */
  attached: string[];
  /** Those that were asked for by name and exist. */
  own: { name: string; document: PolicyDocument; targets: string[] }[];
}

/** AWS Config in one account and Region. */
export interface ConfigFacts extends Kept {
  /** Without a recorder that records, no rule is evaluated. */
  recording: boolean;
  /** `source`: AWS's name for what a managed rule checks, or the function of a custom one. */
  rules: { name: string; source: string; description: string }[];
}
