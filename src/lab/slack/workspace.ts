import { EventEmitter } from 'node:events';
import { messageClock } from './clock.ts';
import type { Content, Message } from './message.ts';
import { named } from './named-blocks.ts';
import { APP, type Channel, type Member, type SlackLabOptions, type UserGroup } from './options.ts';
import { SlackRefusal } from './refusal.ts';
import { enteredValue, type Entered, type Values } from './values.ts';
import type { Interactive } from './block-kit/elements.ts';

/** Where something stands. */
export interface Place {
  channel: string;
  ts: string;
}

/** Channels, people and messages. Emits `change` whenever somebody would see something new. */
export class Workspace extends EventEmitter<{ change: [] }> {
  readonly members: readonly Member[];
  readonly channels: readonly Channel[];
  readonly userGroups: readonly UserGroup[];
  readonly now = messageClock();
  #messages: Message[] = [];
  #entered = new Map<string, Values>();

  constructor({ members, channels, userGroups = [] }: SlackLabOptions) {
    super();
    this.members = members;
    this.channels = channels;
    this.userGroups = userGroups;
    // One for every page that is open.
    this.setMaxListeners(0);
  }

  member(id: string): Member {
    const member = this.members.find((each) => each.id === id);
    if (!member) throw new SlackRefusal('user_not_found');
    return member;
  }

  /** The conversation between the app and one member. */
  dm(member: string): string {
    return `D${this.member(member).id.slice(1)}`;
  }

  /** The member at the other end; undefined for a channel. */
  dmPartner(channel: string): Member | undefined {
    return this.members.find((each) => this.dm(each.id) === channel);
  }

  /** The id of a conversation that the app may write to. A member's id stands for the conversation with them. */
  writable(channel: string): string {
    if (this.members.some(({ id }) => id === channel)) return this.dm(channel);
    const known = this.readable(channel);
    const settings = this.channels.find(({ id }) => id === known);
    if (settings?.archived) throw new SlackRefusal('is_archived');
    return known;
  }

  readable(channel: string): string {
    if (this.dmPartner(channel)) return channel;
    const known = this.channels.find(({ id }) => id === channel);
    if (!known) throw new SlackRefusal('channel_not_found');
    if (known.appIn === false) throw new SlackRefusal('not_in_channel');
    return known.id;
  }

  /** What everybody in a conversation sees, oldest first. */
  messages(channel: string): Message[] {
    return this.#messages.filter((each) => each.channel === channel && each.onlyFor === undefined);
  }

  ephemeral(member: string): Message[] {
    return this.#messages.filter(({ onlyFor }) => onlyFor === member);
  }

  find({ channel, ts }: Place): Message | undefined {
    return this.#messages.find((each) => each.channel === channel && each.ts === ts);
  }

  post(channel: string, content: Content, more: Pick<Message, 'threadTs' | 'onlyFor'> = {}): Message {
    const message: Message = { ...shown(content), ...more, channel, ts: this.now() };
    this.#messages.push(message);
    this.emit('change');
    return message;
  }

  update(message: Message, content: Content): void {
    const metadata = content.metadata ?? message.metadata;
    if (!content.blocks) delete message.blocks;
    Object.assign(message, shown(content), { edited: this.now(), ...(metadata && { metadata }) });
    this.emit('change');
  }

  remove(message: Message): void {
    this.#messages = this.#messages.filter((each) => each !== message);
    this.emit('change');
  }

  /** What one member has put into the inputs of a message or view; nobody else sees it. */
  entered(member: string, surface: string): Values {
    return this.#entered.get(`${member} ${surface}`) ?? {};
  }

  enter(member: string, surface: string, blockId: string, element: Interactive, entered: Entered): void {
    const value = enteredValue(element, entered);
    if (!value) return;
    const before = this.entered(member, surface);
    const block = { ...before[blockId], [element.action_id ?? '']: value };
    this.#entered.set(`${member} ${surface}`, { ...before, [blockId]: block });
    this.emit('change');
  }

  /** For `auth.test` and mentions: the app's own user beside the people. */
  nameOf(userId: string): string | undefined {
    return userId === APP.userId ? APP.name : this.members.find(({ id }) => id === userId)?.name;
  }
}

const shown = ({ text, blocks, metadata }: Content): Content => ({
  text,
  ...(blocks && { blocks: named(blocks) }),
  ...(metadata && { metadata }),
});
