import { z } from 'zod';
import { parseDuration } from '../config/duration.ts';

/** The form of a rule's file. Strict: a misspelt key is a rule that does something else than its author believes. */

const line = z.string().regex(/^[^\p{Cc}]{1,1000}$/u, 'must be a line of text');
const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be a word of letters, digits and . _ -: it stands in queries');
const address = z.string().regex(/^https:\/\/\S+$/, 'must be an https address');
const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 10m' });
  return z.NEVER;
});
/** Elastic's way of saying how far back: `now-60m`. */
const lookback = z
  .string()
  .regex(/^now-/, 'must be a time back from now, such as now-60m')
  .transform((text) => text.slice('now-'.length))
  .pipe(duration);
const reference = (id: RegExp) =>
  z.strictObject({ id: z.string().regex(id, 'must be an id of ATT&CK'), name: line, url: address });

export const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of lower-case letters and digits, joined by -'),
    name: line,
    version: z.int().positive(),
    origin: line,
    description: line,
    deprecated: line.exactOptional(),
    type: z.literal('query'),
    indices: z.array(z.string().regex(/^[a-z0-9_.*-]{1,200}$/, 'must be an index pattern')).min(1),
    condition: z.strictObject({
      dataset: word,
      provider: word,
      actions: z.array(word).min(1),
      outcome: z.enum(['success', 'failure']).exactOptional(),
    }),
    interval: duration,
    from: lookback,
    maxAlerts: z.int().min(1).max(100),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    riskScore: z.int().min(0).max(100),
    tags: z.array(line),
    threat: z
      .array(
        z.strictObject({
          tactic: reference(/^TA\d{4}$/),
          techniques: z.array(reference(/^T\d{4}(\.\d{3})?$/)).min(1),
        }),
      )
      .min(1),
    references: z.array(address),
    falsePositives: z.array(line).min(1),
    notes: line,
    setup: line,
    authors: z.array(line).min(1),
    licence: line,
  })
  .refine(({ interval }) => interval >= 60_000, { path: ['interval'], error: 'must be a minute at least' })
  .refine(({ interval, from }) => from >= interval, {
    path: ['from'],
    error: 'must reach back over the interval at least, or events are missed',
  });
