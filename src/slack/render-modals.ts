import { plain, section } from './blocks.ts';
import type { SlackView } from './blocks.ts';
import { code } from './mrkdwn.ts';
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
