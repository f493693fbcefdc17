import type { SetBucketOwnership, SetPublicAccessBlock, TargetCheck } from './acts.ts';
import { sameJson } from '../digest.ts';
import type { Json } from '../json.ts';
import type { BucketFacts, PublicAccessBlock } from '../findings/bucket-facts.ts';

/** `gone`: there is no such bucket; null: it has no such setting. */
function standingOfSetting(what: string, planned: { before: Json; after: Json }, now: Json): TargetCheck {
  if (sameJson(now, planned.after)) return { standing: 'done', detail: `${what} is as planned` };
  if (sameJson(now, planned.before)) return { standing: 'ready', detail: `${what} is as it was when planned` };
  return { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
}

const gone = (bucket: string): TargetCheck => ({ standing: 'gone', detail: `there is no bucket ${bucket}` });

/** S3 leaves out what is off, or says so. */
const settings = (block: PublicAccessBlock | null): Json =>
  block && Object.fromEntries(Object.entries(block).filter(([, on]) => on));

export const standingOfPublicAccessBlock = (
  { bucket, before, after }: SetPublicAccessBlock,
  now: PublicAccessBlock | null | 'gone',
): TargetCheck =>
  now === 'gone'
    ? gone(bucket)
    : standingOfSetting(
        `the public access block of bucket ${bucket}`,
        { before: settings(before), after: settings(after) },
        settings(now),
      );

export const standingOfOwnership = (
  { bucket, before, after }: SetBucketOwnership,
  now: BucketFacts['ownership'] | 'gone',
): TargetCheck =>
  now === 'gone' ? gone(bucket) : standingOfSetting(`the ownership of bucket ${bucket}`, { before, after }, now);
