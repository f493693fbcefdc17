import type { Alert } from '../alert/alert.ts';
import type { Parameters } from './parameters.ts';

type CalledWith = {
  [
    K in
      | 'instanceId'
      | 'imageId'
      | 'bucket'
      | 'prefix'
      | 'objectKey'
      | 'diskImageFormat'
      | 'containerFormat'
      | 'targetEnvironment'
      | 'exportTaskId'
      | 'roleName'
  ]?: Alert[K] | undefined;
};

/**
 * What a call was made with, and what the service made of it. Of the three exports only what each of them has is read: in
 * Java's notation a caller writes further keys into a description, and one that is looked for and absent would be theirs.
 */
export function calledWith(eventName: string | undefined, request: Parameters, response: Parameters): CalledWith {
  // CreateInstanceExportTask nests, ExportImage and CreateStoreImageTask do not.
  const task: Parameters = (...path) => response('exportTask', ...path) ?? response(...path);
  const either: Parameters = (...path) => request(...path) ?? task(...path);
  switch (eventName) {
    case 'CreateInstanceExportTask':
      return {
        instanceId: request('instanceId') ?? task('instanceExport', 'instanceId'),
        bucket: either('exportToS3', 's3Bucket'),
        prefix: request('exportToS3', 's3Prefix'),
        objectKey: task('exportToS3', 's3Key'),
        diskImageFormat: either('exportToS3', 'diskImageFormat'),
        containerFormat: either('exportToS3', 'containerFormat'),
        targetEnvironment: request('targetEnvironment') ?? task('instanceExport', 'targetEnvironment'),
        exportTaskId: task('exportTaskId'),
      };
    case 'ExportImage':
      return {
        imageId: either('imageId'),
        bucket: either('s3ExportLocation', 's3Bucket'),
        prefix: either('s3ExportLocation', 's3Prefix'),
        diskImageFormat: either('diskImageFormat'),
        exportTaskId: task('exportImageTaskId'),
        roleName: either('roleName'),
      };
    case 'CreateStoreImageTask':
      return { imageId: either('imageId'), bucket: request('bucket'), objectKey: task('objectKey') };
    default:
      return {
        instanceId: request('instanceId') ?? request('instancesSet', 'items', 'instanceId'),
        imageId: either('imageId'),
        bucket: request('bucket') ?? request('bucketName'),
        roleName: either('roleName'),
      };
  }
}
