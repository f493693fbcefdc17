import { z } from 'zod';
import { string } from './text.ts';

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional();

const span = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: string(12_000), style }),
  z.strictObject({ type: z.literal('link'), url: string(3000), text: z.string().optional(), style }),
  z.strictObject({ type: z.literal('user'), user_id: string(30), style }),
  z.strictObject({ type: z.literal('channel'), channel_id: string(30), style }),
  z.strictObject({ type: z.literal('emoji'), name: string(100) }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']) }),
]);

export type Span = z.infer<typeof span>;

const border = z.union([z.literal(0), z.literal(1)]).optional();
const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(span) });

const part = z.discriminatedUnion('type', [
  section,
  z.strictObject({ type: z.literal('rich_text_preformatted'), elements: z.array(span), border }),
  z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(span), border }),
  z.strictObject({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    elements: z.array(section),
    indent: z.int().min(0).max(8).optional(),
    border,
  }),
]);

export type RichTextPart = z.infer<typeof part>;

export const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: string(255).optional(),
  elements: z.array(part).min(1),
});
