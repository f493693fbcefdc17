import { limits, plain, section } from './blocks.ts';
import type { SlackView } from './blocks.ts';
import { code } from './mrkdwn.ts';
import { callbackIds, inputIds, referenceText, type RequestReference } from './references.ts';

/** Somebody whom a request may be handed over to, by their id on the list. */
export interface Target {
  id: string;
  /** Of a person; a group has none. */
  name?: string;
}

const moreTime = 'more-time';
const handOver = 'to:';

const option = (text: string, value: string) => ({
  text: plain(text.length > limits.optionText ? `${text.slice(0, limits.optionText - 1)}…` : text),
  value,
});
const optionOf = ({ id, name }: Target) =>
  option(name === undefined ? `Hand over to group ${id}` : `Hand over to ${id} (${name})`, `${handOver}${id}`);

/** Asks who shall decide, if not this person now: one button is enough for both answers, and phones show few. */
export function renderLater(reference: RequestReference, incidentKey: string, targets: Target[]): SlackView {
  const more = option('You, with more time: the clock starts anew', moreTime);
  const shown = targets.slice(0, limits.optionsPerSelect - 1);
  const left = targets.length - shown.length;
  return {
    type: 'modal',
    callback_id: callbackIds.later,
    private_metadata: referenceText(reference),
    title: plain('More time / hand over'),
    submit: plain('Send'),
    close: plain('Back'),
    blocks: [
      section(
        `${code(incidentKey)}: this neither approves nor rejects, and the request stays open. Whoever it is handed over ` +
          `to is told at once and decides under the same rules.${
            left > 0 ? ` ${left} more are not listed here: ${code('soar incident decide --hand-over')}` : ''
          }`,
      ),
      {
        type: 'input',
        block_id: inputIds.block,
        label: plain('Who shall decide?'),
        element: {
          type: 'static_select',
          action_id: inputIds.element,
          options: [more, ...shown.map(optionOf)],
          initial_option: more,
        },
      },
      {
        type: 'input',
        block_id: inputIds.reason,
        optional: true,
        label: plain('Why?'),
        element: { type: 'plain_text_input', action_id: inputIds.element, multiline: true, max_length: 1000 },
      },
    ],
  };
}

/** What the chosen option says; undefined: no option that was made here. */
export function saidLater(
  value: string | undefined,
): { decision: 'more-time' } | { decision: 'hand-over'; to: string } | undefined {
  if (value === moreTime) return { decision: 'more-time' };
  return value?.startsWith(handOver) ? { decision: 'hand-over', to: value.slice(handOver.length) } : undefined;
}
