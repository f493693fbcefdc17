import { randomBytes } from 'node:crypto';
import { SlackRefusal } from './refusal.ts';
import type { Place } from './workspace.ts';
import { TEAM } from './options.ts';

const goodForMs = 30 * 60_000;
const mostUses = 5;

/** What a `response_url` stands for: the message and the person that the interaction came from. */
export interface ResponseTarget extends Place {
  member: string;
}

export class ResponseUrls {
  #issued = new Map<string, ResponseTarget & { at: number; uses: number }>();

  /** The path under the Web API's origin. */
  issue(target: ResponseTarget): string {
    const path = `/actions/${TEAM.id}/${Date.now()}/${randomBytes(12).toString('base64url')}`;
    this.#issued.set(path, { ...target, at: Date.now(), uses: 0 });
    return path;
  }

  use(path: string): ResponseTarget {
    const issued = this.#issued.get(path);
    if (!issued) throw new SlackRefusal('no_service');
    if (Date.now() - issued.at > goodForMs) throw new SlackRefusal('expired_url');
    if (issued.uses >= mostUses) throw new SlackRefusal('used_url');
    issued.uses += 1;
    return issued;
  }
}
