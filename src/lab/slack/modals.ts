import { randomBytes } from 'node:crypto';
import type { ModalContent } from './block-kit/view.ts';
import { named } from './named-blocks.ts';
import { SlackRefusal } from './refusal.ts';
import type { View } from './view.ts';
import type { Workspace } from './workspace.ts';

const deepest = 3;
const newId = (): string => `V${randomBytes(5).toString('hex').toUpperCase()}`;
const newHash = (): string => `${Date.now()}.${randomBytes(4).toString('hex')}`;

/** The modals on everybody's screens: one stack per member, of which the top is seen. */
export class Modals {
  readonly #workspace: Workspace;
  #stacks = new Map<string, View[]>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  top(member: string): View | undefined {
    return this.#stack(member).at(-1);
  }

  find(id: string): View {
    const view = this.#all().find((each) => each.id === id);
    if (!view) throw new SlackRefusal('not_found');
    return view;
  }

  byExternalId(id: string): View {
    const view = this.#all().find((each) => each.external_id === id);
    if (!view) throw new SlackRefusal('not_found');
    return view;
  }

  open(member: string, content: ModalContent): View {
    this.#stacks.set(member, []);
    return this.push(member, content);
  }

  push(member: string, content: ModalContent): View {
    const stack = this.#stack(member);
    if (stack.length >= deepest) throw new SlackRefusal('push_limit_reached');
    const [below] = stack.slice(-1);
    const id = newId();
    const view: View = { ...content, id, hash: newHash(), member, rootId: below?.rootId ?? id, blocks: [] };
    view.blocks = named(content.blocks);
    if (below) view.previousId = below.id;
    this.#set(member, [...stack, view]);
    return view;
  }

  update(view: View, content: ModalContent): View {
    const { id, member, rootId, previousId } = view;
    const identity = { id, member, rootId, ...(previousId && { previousId }) };
    const updated: View = { ...content, ...identity, hash: newHash(), blocks: named(content.blocks) };
    const stack = this.#stack(member).map((each) => (each.id === id ? updated : each));
    this.#set(member, stack);
    return updated;
  }

  /** Takes the top away, or everything. */
  close(member: string, all = false): void {
    this.#set(member, all ? [] : this.#stack(member).slice(0, -1));
  }

  #stack(member: string): View[] {
    return this.#stacks.get(member) ?? [];
  }

  #set(member: string, stack: View[]): void {
    this.#stacks.set(member, stack);
    this.#workspace.emit('change');
  }

  #all(): View[] {
    return [...this.#stacks.values()].flat();
  }
}
