import { z } from 'zod';
import { allowed, folder, section } from './forms.ts';
import { accountId, bucket, prefix, region, retention, roleArn } from './aws-names.ts';

const evidenceFolder = section({ folder });

const evidenceBucket = section({
  bucket,
  region,
  role: roleArn.exactOptional(),
  account: accountId.exactOptional(),
  prefix: prefix.exactOptional(),
  /** Assumed by intake, detect and notify worker to look up old events; absent: they do not. */
  readRole: roleArn.exactOptional(),
  /** Object Lock on whatever is added. */
  retention: retention.exactOptional(),
  /** Assumed by the observe worker to append what AWS answered; absent: it is not kept. */
  observeRole: roleArn.exactOptional(),
  /** Assumed by `soar metrics` to read the index of incidents; absent: it counts what Temporal still has. */
  figuresRole: roleArn.exactOptional(),
});

/** Either kind, judged by the rules of the kind that was meant. */
export const evidence = z.unknown().transform((value, context) => {
  if (typeof value !== 'object' || value === null) {
    context.addIssue({ code: 'custom', message: allowed('either { bucket, region } or { folder }')({ input: value }) });
    return z.NEVER;
  }
  const parsed = 'folder' in value ? evidenceFolder.safeParse(value) : evidenceBucket.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: undefined });
  return z.NEVER;
});
