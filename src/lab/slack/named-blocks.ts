import { randomBytes } from 'node:crypto';
import { interactiveIn, type Block } from './block-kit/blocks.ts';

const shortName = (): string => randomBytes(4).toString('base64url').slice(0, 5);

/**
 * Every block and every element gets a name. Where the app gave none, the name is new each time: an updated message
 * whose blocks have no `block_id` forgets what people ticked.
 */
export function named(blocks: readonly Block[]): Block[] {
  return structuredClone(blocks).map((block) => {
    block.block_id ??= shortName();
    for (const element of interactiveIn(block)) element.action_id ??= shortName();
    return block;
  });
}
