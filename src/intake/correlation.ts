import { isIP } from 'node:net';
import type { Alert } from '../domain/alert/alert.ts';
import { present } from '../domain/cloudtrail/fields.ts';
import { keyedHash } from '../domain/digest.ts';
import { arnMatches, policyArn, stableId, type Principal } from '../domain/alert/principal.ts';
import type { CorrelationHashes } from '../domain/alert/correlation.ts';

/**
 * What incidents have in common, findable and still not readable without the key. What half of all incidents share says
 * nothing: a service as the actor or the caller's address, and buckets that exports usually go to.
 */
export function correlationHashes(alert: Alert, key: string, usualBuckets: string[] = []): CorrelationHashes {
  const hash = (kind: string, value: string | undefined) =>
    value === undefined ? undefined : keyedHash(key, `${kind}:${value}`).slice(0, 32);
  const { bucket, sourceAddress = '' } = alert;
  const isUsual = bucket !== undefined && usualBuckets.some((pattern) => arnMatches(bucket, pattern));
  return present({
    accessKey: hash('accessKey', alert.principal.accessKeyId),
    principal: hash('principal', actorOf(alert.principal)),
    bucket: isUsual ? undefined : hash('bucket', bucket),
    instance: hash('instance', alert.instanceId),
    sourceAddress: isIP(sourceAddress) === 0 ? undefined : hash('sourceAddress', sourceAddress),
  });
}

const actorOf = (principal: Principal): string | undefined =>
  principal.kind === 'aws-service' ? undefined : (stableId(principal) ?? policyArn(principal));
