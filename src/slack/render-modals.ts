import type { RequestMessage } from '../domain/approval/request-message.ts';
import { fitted, plain, section } from './blocks.ts';
import type { SlackView } from './blocks.ts';
import { code, mrkdwnWithin } from './mrkdwn.ts';
import { callbackIds, inputIds, referenceText, type RequestReference } from './references.ts';

const note = (title: string, text: string): SlackView => ({
  type: 'modal',
  title: plain(title),
  close: plain('Close'),
  blocks: [section(text)],
});

/** What a person is told in a modal; our own words or text that was made harmless. */
export const renderNote = (text: string): SlackView => note('Incident response', text);

/** Asks for the reason of a rejection, which goes on record. */
export const renderRejection = (reference: RequestReference, incidentKey: string): SlackView => ({
  type: 'modal',
  callback_id: callbackIds.reject,
  private_metadata: referenceText(reference),
  title: plain('Reject the plan'),
  submit: plain('Reject'),
  close: plain('Back'),
  blocks: [
    section(`${code(incidentKey)}: nothing of this plan will be changed. The incident goes on and stays on record.`),
    {
      type: 'input',
      block_id: inputIds.block,
      label: plain('Why?'),
      element: { type: 'plain_text_input', action_id: inputIds.element, multiline: true, max_length: 1000 },
    },
  ],
});

/** Irreversible actions are approved by typing the incident's key: nobody does that by accident. */
export function renderConfirmation(reference: RequestReference, message: RequestMessage): SlackView {
  const chosen = message.actions.filter((_, index) => reference.actions?.includes(index) ?? true);
  const lines = chosen
    .filter(({ reversible }) => !reversible)
    .flatMap(({ title, undo }) => [`• *IRREVERSIBLE* ${mrkdwnWithin(title, 400)}`, `   ${mrkdwnWithin(undo, 300)}`]);
  return {
    type: 'modal',
    callback_id: callbackIds.approve,
    private_metadata: referenceText(reference),
    title: plain('Cannot be undone'),
    submit: plain('Approve'),
    close: plain('Back'),
    blocks: [
      section(
        fitted(
          [`You approve ${chosen.length} of ${message.actions.length} actions. Of them cannot be undone:`, ...lines],
          2800,
          (left) => `… and ${left} more lines: see Details`,
        ),
      ),
      {
        type: 'input',
        block_id: inputIds.block,
        label: plain(`Type ${message.incidentKey} to approve`),
        element: { type: 'plain_text_input', action_id: inputIds.element, max_length: 20 },
      },
    ],
  };
}
