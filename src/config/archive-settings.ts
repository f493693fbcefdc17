import { awsEndpoint, type AwsEndpoint } from './aws-settings.ts';
import type { SoarConfig } from './load-config.ts';

/** Where events of incidents are looked up that Temporal no longer has. */
export type ArchiveSettings =
  | { folder: string }
  | (AwsEndpoint & { bucket: string; region: string; readRole: string; account?: string; prefix?: string });

/** Null: the evidence is in a bucket, and no role was given to read its index. */
export function archiveSettings(config: SoarConfig, purpose: 'intake' | 'notify' = 'intake'): ArchiveSettings | null {
  const { evidence } = config;
  if ('folder' in evidence) return evidence;
  const { readRole } = evidence;
  return readRole === undefined ? null : { ...awsEndpoint(config, purpose), ...evidence, readRole };
}
