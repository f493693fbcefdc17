import { principalArn, type UserIdentity } from './identities.ts';
import { matchesPattern } from './pattern.ts';
import { errorReply, type LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

/** Which calls something applies to; what is left out applies to all. */
export interface CallFilter {
  service?: string;
  operation?: string;
  /** User or role ARN; `*` is a wildcard. */
  principalArn?: string;
  accessKeyId?: string;
  /** Only calls that name this, in path or body: for one of many targets. */
  names?: string;
}

export interface FaultRule extends CallFilter {
  /**
   * `throttle` and `error` answer instead of ministack, `latency` delays, `reset` breaks the connection before the call
   * was applied, and `resetAfter` after it was: the client cannot know. `stale` lets reads of the service that name the
   * same thing show the state before the call for a while, see `stale-reads.ts`.
   */
  kind: 'throttle' | 'error' | 'latency' | 'reset' | 'resetAfter' | 'stale';
  /** Default 1. */
  times?: number;
  /** For `latency` and `stale`. Default 1000. */
  ms?: number;
  /** For `error`. Default 500. */
  status?: number;
  /** For `error`. */
  code?: string;
}

export interface FiredFault {
  at: string;
  service: string;
  operation: string;
  kind: FaultRule['kind'];
  principalArn: string;
  /** As in the rule. */
  names?: string;
}

interface ArmedRule extends FaultRule {
  left: number;
  /** For `stale`: when reads show the truth again, in ms since the epoch; 0 before the call. */
  until: number;
}

/** Faults on demand. A rule is used up after `times` calls; the ones that fired can be read back. */
export class Faults {
  fired: FiredFault[] = [];
  #rules: ArmedRule[] = [];
  #throttleOnce: { filter: CallFilter; seen: Set<string> } | undefined;

  add(rules: readonly FaultRule[]): void {
    for (const rule of rules) this.#rules.push({ ...rule, left: rule.times ?? 1, until: 0 });
  }

  /** From now on each distinct operation is throttled on its first call. */
  throttleEachOperationOnce(filter: CallFilter): void {
    this.#throttleOnce = { filter, seen: new Set() };
  }

  clear(): void {
    this.#rules = [];
    this.#throttleOnce = undefined;
    this.fired = [];
  }

  /** The fault that hits this call, if any; asking uses it up. */
  take(request: LabRequest, caller: UserIdentity): FaultRule | undefined {
    const rule = this.#dueRule(request, caller) ?? this.#dueThrottle(request, caller);
    if (rule) this.note(rule, request, caller);
    return rule;
  }

  note({ kind, names }: FaultRule, request: LabRequest, caller: UserIdentity): void {
    this.fired.push({
      at: new Date().toISOString(),
      service: request.service,
      operation: request.operation,
      kind,
      principalArn: principalArn(caller),
      ...(names === undefined ? {} : { names }),
    });
  }

  #dueRule(request: LabRequest, caller: UserIdentity): FaultRule | undefined {
    const rule = this.#rules.find((each) => each.left > 0 && isFor(each, request, caller));
    if (rule) rule.left -= 1;
    if (rule?.kind === 'stale') rule.until = Date.now() + (rule.ms ?? 1000);
    return rule;
  }

  /** The rule by which a read of this may be stale. */
  staleFor(request: LabRequest, caller: UserIdentity): Readonly<ArmedRule> | undefined {
    return this.#rules.find(({ kind, operation: _, ...target }) => kind === 'stale' && isFor(target, request, caller));
  }

  #dueThrottle(request: LabRequest, caller: UserIdentity): FaultRule | undefined {
    const once = this.#throttleOnce;
    const operation = `${request.service}:${request.operation}`;
    if (once === undefined || once.seen.has(operation) || !isFor(once.filter, request, caller)) return undefined;
    once.seen.add(operation);
    return { kind: 'throttle' };
  }
}

export function isFor(filter: CallFilter, request: LabRequest, caller: UserIdentity): boolean {
  return (
    (filter.service === undefined || filter.service === request.service) &&
    (filter.operation === undefined || filter.operation === request.operation) &&
    (filter.accessKeyId === undefined || filter.accessKeyId === request.accessKeyId) &&
    (filter.principalArn === undefined || matchesPattern(principalArn(caller), filter.principalArn)) &&
    (filter.names === undefined || isNamed(filter.names, request))
  );
}

/** Names of resources stand in a request as they are: nothing in them has to be escaped. */
const isNamed = (name: string, { target, body }: LabRequest): boolean => target.includes(name) || body.includes(name);

/** Each service says "too many requests" in its own words. */
export function throttledReply(request: LabRequest): LabReply {
  if (request.service === 'ec2') return errorReply(request, 503, 'RequestLimitExceeded', 'Request limit exceeded.');
  if (request.service === 's3') return errorReply(request, 503, 'SlowDown', 'Please reduce your request rate.');
  if (request.form.size > 0) return errorReply(request, 400, 'Throttling', 'Rate exceeded');
  return errorReply(request, 400, 'ThrottlingException', 'Rate exceeded');
}

export function failedReply(request: LabRequest, rule: FaultRule): LabReply {
  const usual = request.service === 'ec2' || request.service === 's3' ? 'InternalError' : 'InternalFailure';
  return errorReply(request, rule.status ?? 500, rule.code ?? usual, 'An internal error has occurred');
}
