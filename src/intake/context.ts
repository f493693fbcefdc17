import type { Client } from '@temporalio/client';
import type { SoarConfig } from '../config/load-config.ts';
import { responsePolicy } from '../config/response-policy.ts';
import type { ResponsePolicy } from '../domain/response-policy.ts';
import { admission } from './admission.ts';
import { alertCounting } from './count-alerts.ts';
import { configuredArchive } from './archive-index.ts';
import type { IntakeContext } from './open-incident.ts';
import { playbooksOf } from './route.ts';

/** What opening an incident takes, from the configuration; reads the correlation key. */
export function intakeContext(
  config: SoarConfig,
  client: Client,
  log: (line: string) => void = console.error,
): IntakeContext {
  const policies = new Map<string, ResponsePolicy>();
  const configured = new Set(config.accounts.map(({ id }) => id));
  return {
    client,
    policyFor: (accountId) => {
      // All accounts that are not configured share one policy: whoever makes up account ids does not fill our memory.
      const key = configured.has(accountId) ? accountId : '';
      const policy = policies.get(key) ?? responsePolicy(config, accountId);
      policies.set(key, policy);
      return policy;
    },
    correlationKey: config.intake.correlationKey.read(),
    ...configuredArchive(config, client, log),
    counting: alertCounting(client),
    playbooks: playbooksOf(config),
    admission: admission(config.intake.incidentsPerMinute),
  };
}
