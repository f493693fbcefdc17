import { interactiveIn, type Block } from './block-kit/blocks.ts';
import type { Interactive } from './block-kit/elements.ts';
import type { Option } from './block-kit/text.ts';

/** What stands in an input: as Slack sends it. */
export type Value =
  | { type: 'checkboxes'; selected_options: Option[] }
  | { type: 'static_select' | 'radio_buttons'; selected_option: Option | null }
  | { type: 'plain_text_input'; value: string | null };

/** By block, then by action. */
export type Values = Record<string, Record<string, Value>>;

/** What a person put in: the text, the chosen option's value, the ticked options' values. */
export type Entered = string | string[];

/** An input before anybody touched it; undefined where nothing is put in. */
function initialValue(element: Interactive): Value | undefined {
  switch (element.type) {
    case 'button':
      return undefined;
    case 'checkboxes':
      return { type: 'checkboxes', selected_options: element.initial_options ?? [] };
    case 'plain_text_input':
      return { type: 'plain_text_input', value: element.initial_value ?? null };
    default:
      return { type: element.type, selected_option: element.initial_option ?? null };
  }
}

/** The value that somebody enters; undefined for a button. */
export function enteredValue(element: Interactive, entered: Entered): Value | undefined {
  const all = typeof entered === 'string' ? [entered] : entered;
  switch (element.type) {
    case 'button':
      return undefined;
    case 'checkboxes':
      return { type: 'checkboxes', selected_options: element.options.filter(({ value }) => all.includes(value)) };
    case 'plain_text_input':
      return { type: 'plain_text_input', value: all[0] === undefined || all[0] === '' ? null : all[0] };
    default:
      return { type: element.type, selected_option: element.options.find(({ value }) => value === all[0]) ?? null };
  }
}

/** All inputs of a surface: as entered, else as they began. */
export function valuesOf(blocks: readonly Block[], entered: Values): Values {
  const values: Values = {};
  for (const block of blocks) {
    for (const element of interactiveIn(block)) {
      const { block_id: blockId = '' } = block;
      const { action_id: actionId = '' } = element;
      const value = entered[blockId]?.[actionId] ?? initialValue(element);
      if (value) values[blockId] = { ...values[blockId], [actionId]: value };
    }
  }
  return values;
}

const nothing = (value: Value | undefined): boolean => {
  if (value === undefined) return true;
  if (value.type === 'checkboxes') return value.selected_options.length === 0;
  return value.type === 'plain_text_input' ? value.value === null : value.selected_option === null;
};

/** What keeps a form from being sent: the client says so itself, the app never hears of it. By block. */
export function incomplete(blocks: readonly Block[], values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const { block_id: blockId = '', element, optional = false } = block;
    const value = values[blockId]?.[element.action_id ?? ''];
    if (nothing(value) && !optional) errors[blockId] = 'Please complete this required field.';
    if (element.type !== 'plain_text_input' || value?.type !== 'plain_text_input' || value.value === null) continue;
    const { min_length: min = 0, max_length: max = 3000 } = element;
    if (value.value.length < min) errors[blockId] = `Please enter at least ${min} characters.`;
    if (value.value.length > max) errors[blockId] = `Please enter at most ${max} characters.`;
  }
  return errors;
}
