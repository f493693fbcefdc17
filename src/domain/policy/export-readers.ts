import { bucketArn } from './arns.ts';
import { isDownload, loggingGap } from '../findings/downloads.ts';
import type { Json } from '../json.ts';
import { isResponder } from './perimeter.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { exportLocation, type CaseFile } from '../findings/case-file.ts';

/** What the keys of everything begin with that the task writes; undefined: nothing tells. */
export function exportStart({ alert, task, object }: Pick<CaseFile, 'alert' | 'task' | 'object'>): string | undefined {
  const { key } = exportLocation({ alert, task, object });
  const taskId = task?.exportTaskId ?? alert.exportTaskId;
  const start = key ?? (taskId !== undefined ? `${alert.prefix ?? ''}${taskId}` : alert.prefix);
  return start === '' ? undefined : start;
}

/**
 * A key in a resource pattern, whatever its author wrote into it: a `$` would begin a policy variable and make the Deny miss,
 * a `*` would make it hit other objects; `?` matches either, and nothing but one character.
 */
export const literally = (key: string): string => key.replace(/[$*]/g, '?');

/**
 * The export's objects as resource patterns: its key with whatever the service writes beside it, else everything that
 * the task writes.
 */
export function exportResources(input: Pick<CaseFile, 'alert' | 'task' | 'object'>): string[] {
  const { bucket } = exportLocation(input);
  const start = exportStart(input);
  if (bucket === undefined || start === undefined) return [];
  return [`${bucketArn(input.alert.region, bucket)}/${literally(start)}*`];
}

/** Not `*`: the service must still be able to finish an export that is preserved. */
export const readActions: Json[] = ['s3:GetObject', 's3:GetObject*'];

/** The condition of a Deny for everybody but responders: services read for others, such as CloudFront for its viewers. */
export const exceptResponders = ({ responders }: Pick<ResponsePolicy, 'responders'>): Record<string, Json> => ({
  ArnNotLike: { 'aws:PrincipalArn': responders },
});

/** The same for everybody but responders and AWS services, which write logs and finish exports. */
export const exceptRespondersAndServices = (policy: Pick<ResponsePolicy, 'responders'>): Json => ({
  ...exceptResponders(policy),
  // Service principals carry no PrincipalArn, so the line above alone would hit them.
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
});

/** Who has read the export so far, and so loses access. */
export function knownReaders({ reads, policy, bucket }: Pick<CaseFile, 'reads' | 'policy' | 'bucket'>): string[] {
  if (!reads?.logging) {
    const why = loggingGap(bucket) === null ? 'there are no access logs' : 'whether it is logged could not be read';
    return [`who else reads the export is not known: ${why}`];
  }
  const readers = reads.reads
    .filter((read) => isDownload(read) && !isResponder(read.requester, policy.responders))
    .map(({ requester }) => (requester === '-' ? 'anonymous readers' : requester));
  return [...new Set(readers)].map((reader) => `${reader}: has read the export`);
}
