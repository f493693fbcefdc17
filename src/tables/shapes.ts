import { z } from 'zod';
import { durationForm, parseDuration } from '../config/duration.ts';

/** What values of the tables look like; strict, for a misspelt key is a rule that does something else than its author believes. */

export const line = z.string().regex(/^[^\p{Cc}]{1,500}$/u, 'must be a line of text');

/** As CloudTrail writes calls. */
export const callName = z.string().regex(/^[A-Z][A-Za-z0-9]{1,99}$/, 'must be the name of a call, such as StopLogging');

export const service = z
  .string()
  .regex(/^[a-z0-9-]{1,60}\.amazonaws\.com$/, 'must be a service as CloudTrail names it, such as ec2.amazonaws.com');

export const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: `must be ${durationForm}` });
  return z.NEVER;
});

/** The cases of a row: at least one of each. */
export const cases = <C extends z.ZodType>(one: C) => ({ fires: z.array(one).min(1), quiet: z.array(one).min(1) });
