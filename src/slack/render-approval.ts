import { placeOf } from '../domain/acts/account-concerned.ts';
import { changeLines } from '../domain/acts/change.ts';
import { asCalled } from '../domain/approval/as-called.ts';
import type { ApprovalRequest } from '../domain/approval/approval.ts';
import type { PlannedAction } from '../domain/plan/plan.ts';
import { limits, plain, section } from './blocks.ts';
import type { SlackBlock, SlackView } from './blocks.ts';
import { code, mrkdwn, mrkdwnWithin } from './mrkdwn.ts';
import { callbackIds, inputIds, referenceText, type RequestReference } from './references.ts';
import { chunked } from './render-details.ts';

/** Characters of one line; escaped, each can take five. */
const lineLength = 500;
const mostRisks = 5;

/**
 * What an approval signs: everything that would be called, read from the inputs, with nothing cut off. The message that
 * asks was written by whoever answers for the incident; this is written by whoever signs. null: it does not fit.
 */
export function renderApproval(
  reference: RequestReference,
  { incidentKey, plan, digest }: Pick<ApprovalRequest, 'incidentKey' | 'plan' | 'digest'>,
): SlackView | null {
  const chosen = plan.actions.flatMap((action, index) =>
    (reference.actions?.includes(index) ?? true) ? [{ action: asCalled(action), number: index + 1 }] : [],
  );
  const forGood = chosen.some(({ action }) => !action.reversible);
  const texts = [
    `${code(incidentKey)}: you approve ${chosen.length} of ${plan.actions.length} actions. Read from what would be ` +
      `called, not from the message; digest ${code(digest.slice(0, 16))}.`,
    ...chosen.flatMap(({ action, number }) => actionTexts(action, number)),
  ];
  if (texts.length >= limits.modalBlocks || texts.some((text) => text.length > limits.section)) return null;
  return {
    type: 'modal',
    callback_id: forGood ? callbackIds.approveForGood : callbackIds.approve,
    private_metadata: referenceText(reference),
    title: plain(forGood ? 'Cannot be undone' : 'Approve'),
    submit: plain('Approve'),
    close: plain('Back'),
    blocks: [...texts.map(section), forGood ? typedKey(incidentKey) : reason],
  };
}

/** Irreversible actions are approved by typing the incident's key: nobody does that by accident. */
const typedKey = (incidentKey: string): SlackBlock => ({
  type: 'input',
  block_id: inputIds.block,
  label: plain(`Type ${incidentKey} to approve`),
  element: { type: 'plain_text_input', action_id: inputIds.element, max_length: 20 },
});

/** Slack shows what went wrong at an input only, so there has to be one. */
const reason: SlackBlock = {
  type: 'input',
  block_id: inputIds.block,
  optional: true,
  label: plain('Anything to put on record?'),
  element: { type: 'plain_text_input', action_id: inputIds.element, multiline: true, max_length: 1000 },
};

function actionTexts(action: PlannedAction, number: number): string[] {
  const { input, calls, target, before, after, reversible, title, undo, mayBreak } = action;
  const more = mayBreak.length - mostRisks;
  const facts = [
    `*${number}. ${reversible ? 'Reversible' : 'IRREVERSIBLE'}* ${mrkdwn(calls.join(', '))}`,
    `on ${mrkdwn(target)}`,
    `in ${mrkdwn(placeOf(input))}`,
    `the plan says: ${mrkdwnWithin(title, 300)}`,
    `undo: ${mrkdwnWithin(undo, 300)}`,
    ...mayBreak.slice(0, mostRisks).map((what) => `may break: ${mrkdwnWithin(what, 150)}`),
    ...(more > 0 ? [`may break: ${more} more, see Details`] : []),
  ];
  const lines = changeLines(before, after).flatMap(({ mark, text }) => pieces(`${mark} ${text}`));
  return [facts.join('\n'), ...chunked(lines)];
}

/** A long line as several: what is cut off could be what matters. */
function pieces(line: string): string[] {
  const characters = Array.from(line);
  return Array.from({ length: Math.ceil(characters.length / lineLength) }, (_, index) =>
    characters.slice(index * lineLength, (index + 1) * lineLength).join(''),
  );
}
