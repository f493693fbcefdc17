import type { Faults } from './faults.ts';
import type { UserIdentity } from './identities.ts';
import type { LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

const READ = /^(Get|List|Describe|Head)/;

/**
 * AWS confirms a change before every read shows it. While a `stale` fault waits for its call, reads of its target are
 * remembered; once the call came, the same reads are answered from memory until the time is over.
 */
export class StaleReads {
  readonly #faults: Faults;
  #before = new Map<string, LabReply>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  answerTo(request: LabRequest, caller: UserIdentity): LabReply | undefined {
    const rule = READ.test(request.operation) ? this.#faults.staleFor(request, caller) : undefined;
    if (rule === undefined || rule.until < Date.now()) return undefined;
    const reply = this.#before.get(sameRead(request, caller));
    if (reply) this.#faults.note(rule, request, caller);
    return reply;
  }

  remember(request: LabRequest, caller: UserIdentity, reply: LabReply): void {
    const rule = READ.test(request.operation) ? this.#faults.staleFor(request, caller) : undefined;
    if (rule?.until === 0) this.#before.set(sameRead(request, caller), reply);
  }

  clear(): void {
    this.#before.clear();
  }
}

const sameRead = ({ service, method, target, body }: LabRequest, { accountId = '' }: UserIdentity): string =>
  [accountId, service, method, target, body.toString()].join(' ');
