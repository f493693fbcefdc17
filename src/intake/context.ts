import type { Client } from '@temporalio/client';
import type { SoarConfig } from '../config/load-config.ts';
import { responsePolicy } from '../config/response-policy.ts';
import type { IntakeContext } from './open-incident.ts';

/** What opening an incident takes, from the configuration; reads the correlation key. */
export const intakeContext = (config: SoarConfig, client: Client): IntakeContext => ({
  client,
  policyFor: (accountId) => responsePolicy(config, accountId),
  correlationKey: config.intake.correlationKey.read(),
});
