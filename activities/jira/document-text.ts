import { member } from '../../src/domain/cloudtrail/fields.ts';

const longest = 200_000;

/** The words of a document in Atlassian's format: what it says is what is searched for, its form is not. */
export function documentText(document: unknown): string {
  const parts: string[] = [];
  const open: unknown[] = [document];
  let length = 0;
  while (open.length > 0 && length < longest) {
    const node = open.pop();
    const own = member(node, 'text');
    if (typeof own === 'string') {
      parts.push(own);
      length += own.length;
    }
    const content = member(node, 'content');
    if (Array.isArray(content)) open.push(...(content as unknown[]).toReversed());
  }
  return parts.join(' ');
}
