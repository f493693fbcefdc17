import { awsEndpoint, type AwsEndpoint } from './aws-settings.ts';
import type { SoarConfig } from './load-config.ts';

/** Where the intake looks up events of incidents that Temporal no longer has. */
export type ArchiveSettings =
  | { folder: string }
  | (AwsEndpoint & { bucket: string; region: string; readRole: string; account?: string; prefix?: string });

/** Null: the evidence is in a bucket, and no role was given to read its index. */
export function archiveSettings(config: SoarConfig): ArchiveSettings | null {
  const { evidence } = config;
  if ('folder' in evidence) return evidence;
  const { readRole } = evidence;
  return readRole === undefined ? null : { ...awsEndpoint(config, 'intake'), ...evidence, readRole };
}
