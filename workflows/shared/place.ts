import type { Alert } from '../../src/domain/alert/alert.ts';

/** Where it happened: account and Region of every read about it. */
export const placeOf = (alert: Pick<Alert, 'recipientAccount' | 'region'>) => ({
  accountId: alert.recipientAccount,
  region: alert.region,
});
