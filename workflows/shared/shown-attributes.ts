import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

/** The search attributes of this workflow. What they say already is not said again: each time is an event of the history. */
export class ShownAttributes {
  private readonly shown = new Map<string, string>();

  set(attributes: SearchAttributePair[]): void {
    const changed = attributes.filter(({ key, value }) => this.shown.get(key.name) !== JSON.stringify(value));
    if (changed.length === 0) return;
    upsertSearchAttributes(changed);
    for (const { key, value } of changed) this.shown.set(key.name, JSON.stringify(value));
  }
}
