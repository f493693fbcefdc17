import type { z } from 'zod';
import { SlackRefusal } from '../refusal.ts';
import { messageBlocks, type Block } from './blocks.ts';
import { slackMessages } from './refusal.ts';
import { modalView, type ModalContent } from './view.ts';

/**
 * Beside the limit of each block there is one for all text of a message. Slack does not publish it; 9,597 characters
 * were reported as accepted and 11,341 as refused (github.com/slackapi/bolt-js/issues/2867).
 */
const mostText = 10_000;

export function parseBlocks(value: unknown): Block[] {
  const { blocks } = parse(messageBlocks, { blocks: value }, 'invalid_blocks');
  if (textLength(blocks) > mostText) throw new SlackRefusal('msg_blocks_too_long');
  return blocks;
}

export function parseModal(value: unknown): ModalContent {
  return parse(modalView, { view: value }, 'invalid_arguments').view;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, code: string): T {
  const { data, error } = schema.safeParse(value, { reportInput: true });
  if (!error) return data;
  const errors = slackMessages(error);
  throw new SlackRefusal(code, {
    errors,
    response_metadata: { messages: errors.map((each) => `[ERROR] ${each}`) },
  });
}

function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
}
