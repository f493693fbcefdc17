import { z } from 'zod';

/** Slack counts what is posted, control sequences and escapes included. */
export const string = (max: number) => z.string().min(1).max(max);

const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: string(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: string(max), verbatim: z.boolean().optional() });

export const plainText = plain;
export const anyText = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

export type Text = z.infer<ReturnType<typeof anyText>>;

export const option = z.strictObject({
  text: anyText(75),
  // Newer pages of Slack say 150 characters, its published types 75; what fits the smaller limit fits both.
  value: string(75),
  description: anyText(75).optional(),
  url: string(3000).optional(),
});

export type Option = z.infer<typeof option>;

export const confirmation = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

export type Confirmation = z.infer<typeof confirmation>;
