import { z } from 'zod';
import { parseBlocks } from './block-kit/parse.ts';
import { SlackRefusal } from './refusal.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Workspace } from './workspace.ts';

const reply = z.object({
  text: z.string().default(''),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/** An answer to whoever clicked, where they clicked; it can also replace or remove what they clicked on. */
export function answerResponseUrl(
  { workspace, responseUrls }: { workspace: Workspace; responseUrls: ResponseUrls },
  path: string,
  body: unknown,
): void {
  const { data } = reply.safeParse(body);
  if (!data) throw new SlackRefusal('invalid_payload');
  const content = { text: data.text, ...(data.blocks !== undefined && { blocks: parseBlocks(data.blocks) }) };
  if (!data.delete_original && content.text === '' && !content.blocks) throw new SlackRefusal('no_text');

  const { channel, ts, member } = responseUrls.use(path);
  const original = workspace.find({ channel, ts });
  if (original && data.delete_original) return workspace.remove(original);
  if (original && data.replace_original) return workspace.update(original, content);
  workspace.post(channel, content, {
    ...(data.thread_ts !== undefined && { threadTs: data.thread_ts }),
    ...(data.response_type === 'ephemeral' && { onlyFor: member }),
  });
}
