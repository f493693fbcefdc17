import { expect } from 'vitest';

/** Slack's documented limits of what we post; a message beyond them is refused whole. */
export function expectWithinLimits({ blocks }: { blocks: unknown[] }, most = 50): void {
  expect(blocks.length).toBeLessThanOrEqual(most);
  for (const block of blocks as { type: string; text?: { text: string }; elements?: Element[] }[]) {
    if (block.type === 'header') expect(block.text?.text.length).toBeLessThanOrEqual(150);
    if (block.type === 'section') {
      expect(block.text?.text.length).toBeGreaterThan(0);
      expect(block.text?.text.length).toBeLessThanOrEqual(3000);
    }
    for (const element of block.elements ?? []) {
      if (element.type === 'mrkdwn') expect(String(element.text).length).toBeLessThanOrEqual(3000);
      if (element.type === 'button') {
        expect((element.text as { text: string }).text.length).toBeLessThanOrEqual(75);
        expect(element.value?.length ?? 0).toBeLessThanOrEqual(2000);
      }
      expect(element.options?.length ?? 1).toBeLessThanOrEqual(10);
      for (const option of element.options ?? []) {
        expect(option.text.text.length).toBeLessThanOrEqual(75);
        expect(option.value.length).toBeLessThanOrEqual(150);
      }
    }
    if (block.type === 'actions') expect(block.elements?.length).toBeLessThanOrEqual(25);
  }
}
interface Element {
  type: string;
  text?: unknown;
  value?: string;
  options?: { text: { text: string }; value: string }[];
}

/** Every text that Slack would interpret. */
export function markedTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markedTexts);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(markedTexts);
}
