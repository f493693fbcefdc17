import { randomBytes } from 'node:crypto';
import { SlackRefusal } from './refusal.ts';

const goodForMs = 3000;

/** A trigger lets the app open one modal for the person who just did something: once, and at once. */
export class Triggers {
  #issued = new Map<string, { member: string; at: number; used: boolean }>();

  issue(member: string): string {
    const id = `${Date.now()}.${randomBytes(5).readUIntBE(0, 5)}.${randomBytes(16).toString('hex')}`;
    this.#issued.set(id, { member, at: Date.now(), used: false });
    return id;
  }

  /** The member on whose screen the modal goes. */
  exchange(id: string): string {
    const trigger = this.#issued.get(id);
    if (!trigger) throw new SlackRefusal('invalid_trigger_id');
    if (trigger.used) throw new SlackRefusal('exchanged_trigger_id');
    if (Date.now() - trigger.at > goodForMs) throw new SlackRefusal('expired_trigger_id');
    trigger.used = true;
    return trigger.member;
  }
}
