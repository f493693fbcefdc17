import type { Retention } from '../domain/acts/acts.ts';
import type { SoarConfig } from './load-config.ts';

/** How AWS is reached; what the whole configuration shares. */
export interface AwsEndpoint {
  endpoint?: string;
  forcePathStyle?: boolean;
  externalId?: string;
  /** Profile of the AWS configuration files; absent: the default credential chain. */
  profile?: string;
}
export interface AwsSettings extends AwsEndpoint {
  purpose: 'observe' | 'contain';
  accounts: { id: string; roles: { observe: string; contain: string } }[];
  organisation?: { account: string; roles: { observe: string; contain: string } };
  requestsPerSecond: SoarConfig['aws']['requestsPerSecond'];
}
export type EvidenceSettings =
  | { folder: string }
  | (AwsEndpoint & {
      bucket: string;
      region: string;
      role?: string;
      account?: string;
      prefix?: string;
      retention?: Retention;
    });

export function awsEndpoint({ aws }: SoarConfig, purpose: keyof SoarConfig['aws']['profiles']): AwsEndpoint {
  const profile = aws.profiles[purpose];
  return {
    ...(aws.endpoint === undefined ? {} : { endpoint: aws.endpoint }),
    ...(aws.forcePathStyle === undefined ? {} : { forcePathStyle: aws.forcePathStyle }),
    ...(aws.externalId === undefined ? {} : { externalId: aws.externalId.read() }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** For the worker that observes, or the one that contains (P12). */
export const awsSettings = (config: SoarConfig, purpose: 'observe' | 'contain'): AwsSettings => ({
  ...awsEndpoint(config, purpose),
  purpose,
  requestsPerSecond: config.aws.requestsPerSecond,
  accounts: config.accounts.map(({ id, roles }) => ({ id, roles })),
  ...(config.organisation.management ? { organisation: config.organisation.management } : {}),
});

/** For the worker that notifies: where evidence is appended. */
export const evidenceSettings = (config: SoarConfig): EvidenceSettings =>
  'folder' in config.evidence ? config.evidence : { ...awsEndpoint(config, 'notify'), ...config.evidence };

/** For a worker that asks: where it appends what was answered; null: no role was given to do it under. */
export function observedSettings(
  config: SoarConfig,
  purpose: 'observe' | 'detect' = 'observe',
): EvidenceSettings | null {
  const { evidence } = config;
  if ('folder' in evidence) return evidence;
  const { observeRole: role, ...where } = evidence;
  return role === undefined ? null : { ...awsEndpoint(config, purpose), ...where, role };
}

/** For the worker that detects: the queues that it polls. */
export const queueSettings = (config: SoarConfig) =>
  config.intake.queues.map((queue) => ({ ...awsEndpoint(config, 'detect'), ...queue }));

/** For the worker that detects: it reads CloudTrail under roles of its own, or under the observe roles (ADR 13). */
export const trailSettings = (config: SoarConfig): AwsSettings => ({
  ...awsEndpoint(config, 'detect'),
  purpose: 'observe',
  requestsPerSecond: config.aws.requestsPerSecond,
  accounts: config.accounts.map(({ id, roles }) => ({
    id,
    roles: { ...roles, observe: roles.detect ?? roles.observe },
  })),
});
