/** What goes wrong with calls of one method from now on. */
export interface SlackFault {
  method: string;
  /** Default 1. */
  times?: number;
  /** Answered instead of calling. */
  error?: string;
  /** The call is carried out, its answer never arrives: the caller cannot know. */
  lost?: boolean;
}

const posts = ['chat.postMessage', 'chat.postEphemeral', 'chat.update'];
const perMessageMs = 1000;

export class SlackFaults {
  /** Milliseconds that every call takes longer. */
  slowMs = 0;
  /** Everything is answered with 503. */
  unavailable = false;
  throttling = false;
  #rules: (SlackFault & { left: number })[] = [];
  #lastPost = new Map<string, number>();

  add(rule: SlackFault): void {
    this.#rules.push({ ...rule, left: rule.times ?? 1 });
  }

  /** The fault that hits this call, if any; asking uses it up. */
  take(method: string): SlackFault | undefined {
    const rule = this.#rules.find((each) => each.left > 0 && each.method === method);
    if (rule) rule.left -= 1;
    return rule;
  }

  /** About one message per second and channel. Seconds to wait, or undefined. */
  retryAfter(method: string, channel: string): number | undefined {
    if (!this.throttling || !posts.includes(method)) return undefined;
    const waited = Date.now() - (this.#lastPost.get(channel) ?? 0);
    if (waited < perMessageMs) return 1;
    this.#lastPost.set(channel, Date.now());
    return undefined;
  }
}
