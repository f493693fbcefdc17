import { granteeWords } from '../findings/copies.ts';
import type { Alert } from './alert.ts';

/** The machine, image or snapshot that an alert is about; undefined: it names none. */
export const subjectNamed = (alert: Pick<Alert, 'instanceId' | 'imageId' | 'snapshotId'>): string | undefined =>
  alert.instanceId ?? alert.imageId ?? alert.snapshotId;

/** Where it went: a place in S3, or those whom it was shared with; undefined: the alert does not say. */
export function destinationNamed({ bucket, objectKey, prefix, sharedWith }: Alert): string | undefined {
  if (bucket !== undefined) return `s3://${bucket}/${objectKey ?? prefix ?? ''}`;
  return sharedWith === undefined || sharedWith.length === 0 ? undefined : sharedWith.map(granteeWords).join(', ');
}
