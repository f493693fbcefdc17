import { z } from 'zod';
import { anyText, confirmation, option, plainText, string, type Option } from './text.ts';

const actionId = string(255).optional();
const confirm = confirmation.optional();

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId,
  value: string(2000).optional(),
  url: string(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm,
  accessibility_label: string(75).optional(),
});

/** Slack compares whole options: an initial one that differs in a letter is refused. */
const isAmong = (chosen: Option, options: Option[]) =>
  options.some((each) => JSON.stringify(each) === JSON.stringify(chosen));
const notAmong = 'the initial option must exactly match a given option';

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    action_id: actionId,
    options: z.array(option).min(1).max(10),
    initial_options: z.array(option).min(1).optional(),
    confirm,
    focus_on_load: z.boolean().optional(),
  })
  .refine(({ options, initial_options = [] }) => initial_options.every((chosen) => isAmong(chosen, options)), notAmong);

const oneOf = <T extends string>(type: T, max: number) =>
  z
    .strictObject({
      type: z.literal(type),
      action_id: actionId,
      options: z.array(option).min(1).max(max),
      initial_option: option.optional(),
      placeholder: plainText(150).optional(),
      confirm,
      focus_on_load: z.boolean().optional(),
    })
    .refine(({ options, initial_option }) => !initial_option || isAmong(initial_option, options), notAmong);

const radioButtons = oneOf('radio_buttons', 10);
const staticSelect = oneOf('static_select', 100);

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  multiline: z.boolean().optional(),
  initial_value: z.string().max(3000).optional(),
  placeholder: plainText(150).optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  focus_on_load: z.boolean().optional(),
});

const image = z.strictObject({
  type: z.literal('image'),
  image_url: string(3000),
  alt_text: string(2000),
});

export const contextElement = z.discriminatedUnion('type', [anyText(2000), image]);
export const accessory = z.discriminatedUnion('type', [button, checkboxes, radioButtons, staticSelect, image]);
export const actionElement = z.discriminatedUnion('type', [button, checkboxes, radioButtons, staticSelect]);
export const inputElement = z.discriminatedUnion('type', [checkboxes, radioButtons, staticSelect, plainTextInput]);

export type Button = z.infer<typeof button>;
export type ActionElement = z.infer<typeof actionElement>;
export type InputElement = z.infer<typeof inputElement>;
/** Whatever a person can operate. */
export type Interactive = ActionElement | InputElement;
