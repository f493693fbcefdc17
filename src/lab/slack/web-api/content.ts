import { z } from 'zod';
import { parseBlocks } from '../block-kit/parse.ts';
import type { Content, Metadata } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Arguments } from './arguments.ts';

/** Slack cuts longer text off. */
const mostText = 40_000;

const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.json()),
});

export function contentOf(given: Arguments): Content {
  const text = given.text('text').slice(0, mostText);
  const blocks = given.json('blocks', 'invalid_blocks_format');
  const about = metadataOf(given.json('metadata', 'invalid_metadata_format'));
  if (text === '' && blocks === undefined) throw new SlackRefusal('no_text');
  return { text, ...(blocks !== undefined && { blocks: parseBlocks(blocks) }), ...(about && { metadata: about }) };
}

function metadataOf(value: unknown): Metadata | undefined {
  if (value === undefined) return undefined;
  const { data } = metadata.safeParse(value);
  if (!data) throw new SlackRefusal('invalid_metadata_format');
  return data;
}
