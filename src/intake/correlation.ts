import type { Alert } from '../domain/alert.ts';
import { present } from '../domain/cloudtrail/fields.ts';
import { keyedHash } from '../domain/digest.ts';
import type { CorrelationHashes } from '../domain/incident.ts';
import { policyArn, stableId } from '../domain/principal.ts';

/** What incidents have in common, findable and still not readable without the key. */
export function correlationHashes(alert: Alert, key: string): CorrelationHashes {
  const hash = (kind: string, value: string | undefined) =>
    value === undefined ? undefined : keyedHash(key, `${kind}:${value}`).slice(0, 32);
  return present({
    accessKey: hash('accessKey', alert.principal.accessKeyId),
    principal: hash('principal', stableId(alert.principal) ?? policyArn(alert.principal)),
    bucket: hash('bucket', alert.bucket),
    sourceAddress: hash('sourceAddress', alert.sourceAddress),
  });
}
