import { z } from 'zod';
import { viewBlocks } from './blocks.ts';
import { plainText } from './text.ts';

const modal = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    blocks: viewBlocks,
    submit: plainText(24).nullish(),
    close: plainText(24).nullish(),
    private_metadata: z.string().max(3000).optional(),
    callback_id: z.string().max(255).optional(),
    external_id: z.string().max(255).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
  })
  .refine(
    ({ blocks, submit }) => submit ?? blocks.every(({ type }) => type !== 'input'),
    'submit is required for modal views with input blocks',
  );

export type ModalContent = z.infer<typeof modal>;
export const modalView = z.strictObject({ view: modal });
