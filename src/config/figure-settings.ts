import { awsEndpoint, type AwsEndpoint } from './aws-settings.ts';
import type { SoarConfig } from './load-config.ts';

/** Where the figures of incidents lie that Temporal no longer has. */
export type FigureSettings =
  | { folder: string }
  | (AwsEndpoint & { bucket: string; region: string; figuresRole: string; account?: string; prefix?: string });

/** Null: the evidence is in a bucket, and no role was given to read the index of incidents. */
export function figureSettings(config: SoarConfig): FigureSettings | null {
  const { evidence } = config;
  if ('folder' in evidence) return evidence;
  const { figuresRole } = evidence;
  return figuresRole === undefined ? null : { ...awsEndpoint(config, 'figures'), ...evidence, figuresRole };
}
