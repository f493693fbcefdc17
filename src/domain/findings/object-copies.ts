import { isResponder } from '../policy/perimeter.ts';
import type { Lineage } from './lineage.ts';
import { type CaseFile, exportLocation } from './case-file.ts';

/** An object beside the export that holds the same machine. */
export interface ObjectCopy {
  bucket: string;
  key: string;
  /** ISO 8601 UTC. */
  at: string;
  /** How it came there, in words. */
  how: string;
}

/**
 * Where the export was copied to by anybody but responders, as far as data events tell, and images that the actor stored
 * beside it. Each once; a copy of a copy names nothing that leads back to the export, and is not found.
 */
export function objectCopies({
  alert,
  policy,
  task,
  object,
  reads,
  lineage,
}: Pick<CaseFile, 'alert' | 'policy' | 'task' | 'object' | 'reads'> & { lineage?: Lineage | null }): ObjectCopy[] {
  const copied = (reads?.copies ?? [])
    .filter(({ requester }) => !isResponder(requester, policy.responders))
    .map(({ bucket, key, time, requester }) => ({ bucket, key, at: time, how: `copied by ${requester}` }));
  const stored = (lineage?.copies ?? [])
    .filter(({ kind, eventId }) => kind === 'stored-image' && eventId !== alert.eventId)
    .flatMap(({ id, from, at }) => {
      const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(id) ?? [];
      const how = `stored by the actor from image ${from ?? 'unknown'}`;
      return bucket === '' ? [] : [{ bucket, key, at, how }];
    });
  const origin = exportLocation({ alert, task, object });
  const elsewhere = [...copied, ...stored].filter(({ bucket, key }) => bucket !== origin.bucket || key !== origin.key);
  return [...new Map(elsewhere.map((copy) => [`${copy.bucket}/${copy.key}`, copy])).values()];
}
