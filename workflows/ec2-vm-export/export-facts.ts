import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertFacts } from '../shared/descriptor.ts';

/** What S47–S51 ask for, as far as the call can say it: each of the three says other things. */
export function exportFacts(alert: Alert): AlertFacts {
  const { eventName, instanceId, imageId, bucket, diskImageFormat, targetEnvironment, exportTaskId, objectKey } = alert;
  const succeeded = alert.outcome === 'success';
  if (eventName === 'CreateStoreImageTask') return { imageId, bucket, ...(succeeded ? { objectKey } : {}) };
  const task = succeeded ? { exportTaskId } : {};
  return eventName === 'CreateInstanceExportTask'
    ? { instanceId, bucket, diskImageFormat, targetEnvironment, ...task }
    : { imageId, bucket, diskImageFormat, ...task };
}
