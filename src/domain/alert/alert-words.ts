import { granteeWords } from '../findings/copies.ts';
import type { Alert } from './alert.ts';

/** The machine, image, snapshot or other thing that an alert is about; undefined: it names none. */
export const subjectNamed = (
  alert: Pick<Alert, 'instanceId' | 'imageId' | 'snapshotId' | 'about'>,
): string | undefined => alert.instanceId ?? alert.imageId ?? alert.snapshotId ?? alert.about?.id;

/** Where it went: a place in S3, or those whom it was shared with; undefined: the alert does not say. */
export function destinationNamed({ bucket, objectKey, prefix, sharedWith }: Alert): string | undefined {
  if (bucket !== undefined) return `s3://${bucket}/${objectKey ?? prefix ?? ''}`;
  return sharedWith === undefined || sharedWith.length === 0 ? undefined : sharedWith.map(granteeWords).join(', ');
}

/** Both of them, and what it does not name. Of what a playbook reads itself, whatever the call says. */
export function subjectAndDestination(alert: Alert): string {
  const { about } = alert;
  if (!about)
    return `${subjectNamed(alert) ?? 'an unnamed instance'} to ${destinationNamed(alert) ?? 'an unknown bucket'}`;
  return [about.id ?? 'nothing that is named', ...Object.entries(about.says).map((said) => said.join(' '))].join(', ');
}
