import { randomUUID } from 'node:crypto';
import type { Buckets } from './buckets.ts';
import { principalArn, type Identities, type UserIdentity } from './identities.ts';
import { matchesPattern } from './pattern.ts';
import { errorOf } from './reply-content.ts';
import type { LabReply } from './reply.ts';
import { copySource } from './request.ts';
import { inSeconds, trailRecord, type TrailRecord } from './trail-record.ts';
import type { LabRequest } from './lab-request.ts';

/** A record and what only the lab knows about it. */
export interface TrailEntry {
  record: TrailRecord;
  /** The call passed the signature check. AWS records no call whose key it does not accept; the lab keeps it as proof. */
  authenticated: boolean;
  /** When LookupEvents may show it (ms since the epoch): CloudTrail lags. */
  visibleAt: number;
  /** What the lab took over it; absent in what another account sees of the call, and in what is remembered. */
  took?: Took;
}

interface Took {
  /** Milliseconds since the epoch. */
  begun: number;
  /** Milliseconds until the lab had its answer. */
  ms: number;
}

/** One call that the lab answered. */
export interface LabCall extends Took {
  record: TrailRecord;
}

export interface TrailFilter {
  eventName?: string;
  eventSource?: string;
  accountId?: string;
  accessKeyId?: string;
  /** User or role ARN; `*` is a wildcard. */
  principalArn?: string;
  bucketName?: string;
  /** ISO time. */
  since?: string;
}

const NOT_AUTHENTICATED =
  /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|InvalidToken|ExpiredToken(Exception)?|RequestExpired)$/;

/** Everything that passed the proxy, newest last. */
export class Trail {
  entries: TrailEntry[] = [];
  readonly #identities: Identities;
  readonly #buckets: Buckets;
  readonly #lagMs: number;

  constructor(identities: Identities, buckets: Buckets, lagMs: number) {
    this.#identities = identities;
    this.#buckets = buckets;
    this.#lagMs = lagMs;
  }

  /** Records one call in the trail of the caller's account and of every other account whose resource it touched. */
  async record(request: LabRequest, reply: LabReply, ms: number): Promise<TrailEntry[]> {
    const caller = this.#identities.of(request.accessKeyId);
    const took = { begun: Date.now() - ms, ms };
    const record = trailRecord(request, reply, caller);
    if (request.service === 's3' && request.bucket !== '') record.resources = await this.#s3Resources(request);

    const authenticated = !NOT_AUTHENTICATED.test(errorOf(reply)?.code ?? '');
    const visibleAt = Date.now() + this.#lagMs;
    const others = [...(await this.#touchedAccounts(request))].filter((account) => account !== caller.accountId);
    const sharedEventID = others.length > 0 ? { sharedEventID: randomUUID() } : {};
    const records = [
      { ...record, ...sharedEventID },
      ...others.map((account) => asSeenBy(account, { ...record, ...sharedEventID })),
    ].filter((each) => /^\d{12}$/.test(each.recipientAccountId) || !authenticated);
    const entries = records.map((each, index) => ({
      record: each,
      authenticated,
      visibleAt,
      ...(index === 0 && { took }),
    }));
    this.entries.push(...entries);
    return entries;
  }

  /** Adds what the lab was not there to see: older calls, in their place among the others. */
  remember(records: readonly TrailRecord[]): void {
    const entries = records.map((record) => ({ record, authenticated: true, visibleAt: 0 }));
    this.entries = [...entries, ...this.entries].sort((a, b) => a.record.eventTime.localeCompare(b.record.eventTime));
  }

  find(filter: TrailFilter): TrailRecord[] {
    return this.entries.map((entry) => entry.record).filter((record) => matches(record, filter));
  }

  /** Calls since then (ms since the epoch), each once, with what the lab took over it. */
  calls(since: number): LabCall[] {
    return this.entries.flatMap(({ record, took }) => (took && took.begun >= since ? [{ ...took, record }] : []));
  }

  /** Calls that name one of these become so much older, all without a name: what else AWS dates keeps its time. */
  timePasses(ms: number, names?: string[]): void {
    for (const { record } of this.entries) {
      const text = names && JSON.stringify(record);
      if (text && !names.some((name) => text.includes(name))) continue;
      record.eventTime = inSeconds(Date.parse(record.eventTime) - ms);
    }
    // Readers rely on the order, which is that of time.
    this.entries = this.entries.toSorted((a, b) => a.record.eventTime.localeCompare(b.record.eventTime));
  }

  async #s3Resources(request: LabRequest) {
    const targets = [{ bucket: request.bucket, key: request.key }, copySource(request)];
    const resources: { accountId?: string; type: string; ARN: string }[] = [];
    for (const target of targets) {
      if (target === undefined) continue;
      const arn = `arn:aws:s3:::${target.bucket}`;
      const accountId = await this.#buckets.owner(target.bucket);
      if (target.key !== '') resources.push({ type: 'AWS::S3::Object', ARN: `${arn}/${target.key}` });
      resources.push({ ...(accountId !== undefined && { accountId }), type: 'AWS::S3::Bucket', ARN: arn });
    }
    return resources;
  }

  async #touchedAccounts(request: LabRequest): Promise<Set<string>> {
    const accounts = new Set<string>();
    if (request.service === 's3') {
      for (const bucket of [request.bucket, copySource(request)?.bucket ?? '']) {
        const owner = await this.#buckets.owner(bucket);
        if (owner !== undefined) accounts.add(owner);
      }
    }
    const roleAccount = request.service === 'sts' ? request.form.get('RoleArn')?.split(':')[4] : undefined;
    if (roleAccount !== undefined) accounts.add(roleAccount);
    return accounts;
  }
}

/** The owner of a resource learns a foreign caller's account and principal id, not its name or key. */
function asSeenBy(accountId: string, record: TrailRecord): TrailRecord {
  const { principalId = '', accountId: callerAccount = '' } = record.userIdentity;
  const userIdentity: UserIdentity = { type: 'AWSAccount', principalId, accountId: callerAccount };
  return { ...record, eventID: randomUUID(), userIdentity, recipientAccountId: accountId };
}

function matches(record: TrailRecord, filter: TrailFilter): boolean {
  return (
    (filter.eventName === undefined || record.eventName === filter.eventName) &&
    (filter.eventSource === undefined || record.eventSource === filter.eventSource) &&
    (filter.accountId === undefined || record.recipientAccountId === filter.accountId) &&
    (filter.accessKeyId === undefined || record.userIdentity.accessKeyId === filter.accessKeyId) &&
    (filter.principalArn === undefined || matchesPattern(principalArn(record.userIdentity), filter.principalArn)) &&
    (filter.bucketName === undefined || record.requestParameters?.['bucketName'] === filter.bucketName) &&
    (filter.since === undefined || record.eventTime >= filter.since)
  );
}
