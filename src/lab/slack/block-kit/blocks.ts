import { z } from 'zod';
import { accessory, actionElement, contextElement, inputElement, type Interactive } from './elements.ts';
import { richText } from './rich-text.ts';
import { anyText, plainText, string } from './text.ts';

const block_id = string(255).optional();

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text ?? fields, 'must define either `text` or `fields`');

/** The part of Block Kit that this workspace knows; a block of another type is refused, as Slack refuses a misspelt one. */
const block = z.discriminatedUnion('type', [
  section,
  z.strictObject({ type: z.literal('header'), block_id, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), block_id }),
  z.strictObject({ type: z.literal('context'), block_id, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), block_id, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({
    type: z.literal('image'),
    block_id,
    image_url: string(3000),
    alt_text: string(2000),
    title: plainText(2000).optional(),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id,
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  richText,
]);

export type Block = z.infer<typeof block>;

/** What a person can operate in this block. */
export function interactiveIn(part: Block): Interactive[] {
  if (part.type === 'actions') return part.elements;
  if (part.type === 'input') return [part.element];
  return part.type === 'section' && part.accessory && part.accessory.type !== 'image' ? [part.accessory] : [];
}

const unique = (values: (string | undefined)[]) => {
  const given = values.filter((value) => value !== undefined);
  return new Set(given).size === given.length;
};

const blocks = (max: number) =>
  z
    .array(block)
    .max(max)
    .refine((all) => unique(all.map((each) => each.block_id)), '`block_id` must be unique')
    .refine(
      (all) => all.every((each) => unique(interactiveIn(each).map((element) => element.action_id))),
      '`action_id` must be unique within a block',
    );

export const messageBlocks = z.strictObject({ blocks: blocks(50) });
export const viewBlocks = blocks(100);
