import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { Credential, CredentialRecord, CredentialTold } from '../../src/domain/watch/credentials.ts';
import type { IncidentRecord } from './record.ts';
import { now } from './record.ts';
import type { People } from './people.ts';

/** What people may add: the list of a large machine, and no more. */
const most = 200;

/** The credentials that have to be rotated, each until somebody says that it is. */
export class Credentials {
  readonly records: CredentialRecord[] = [];
  private readonly record: IncidentRecord;
  private readonly people: People;

  constructor(record: IncidentRecord, people: People) {
    this.record = record;
    this.people = people;
  }

  get open(): CredentialRecord[] {
    return this.records.filter(({ status }) => status === 'open');
  }

  track(credentials: Credential[]): void {
    const added = credentials.filter(({ id }) => !this.records.some((known) => known.id === id));
    this.records.push(...added.map((credential) => ({ ...credential, status: 'open' as const })));
    if (added.length === 0) return;
    this.record.add('note', `to rotate: ${added.map(({ what }) => what).join('; ')}`);
    this.remind();
  }

  told(told: CredentialTold): CredentialRecord {
    if ('what' in told) return this.name(told);
    const credential = this.records.find(({ id }) => id === told.credential);
    if (!credential) throw refusal(this.whyUnknown(told.credential));
    const { status, by, note } = told;
    Object.assign(credential, { status, by, at: now(), ...(note === undefined ? {} : { note }) });
    this.record.add('note', `${by}: ${credential.what} is ${status === 'rotated' ? 'rotated' : 'not to be rotated'}`);
    return credential;
  }

  /** Returns when all are settled, after `patience` ms, or when the incident is being closed; reminds meanwhile. */
  async settled({ wait, remind }: { wait: number; remind: number }, closing: () => boolean): Promise<void> {
    const until = Date.now() + wait;
    const done = () => closing() || this.open.length === 0;
    while (!done() && Date.now() < until) {
      if (await condition(done, Math.max(1, Math.min(remind, until - Date.now())))) return;
      this.remind();
    }
  }

  private whyUnknown(id: string): string {
    if (this.records.length > 0) return `${id} is none of: ${this.records.map((record) => record.id).join(', ')}`;
    return 'no credential is listed yet: they are when eradication is over; put one there with --new';
  }

  private name({ what, by, note }: { what: string; by: string; note?: string }): CredentialRecord {
    const known = this.records.find((credential) => credential.what === what);
    if (known) return known;
    if (this.records.length >= most) throw refusal(`there are ${most} already: keep the rest in a list of your own`);
    const named = this.records.filter(({ id }) => id.startsWith('named/')).length;
    const record: CredentialRecord = {
      id: `named/${named + 1}`,
      what,
      why: `named by ${by}${note === undefined ? '' : `: ${note}`}`,
      status: 'open',
    };
    this.records.push(record);
    this.record.add('note', `to rotate, says ${by}: ${what}`);
    return record;
  }

  private remind(): void {
    const text = () => `${this.open.length} credential(s) to rotate: ${this.open.map(({ what }) => what).join('; ')}`;
    this.people.remind(text().slice(0, 2000), () => this.open.length > 0);
  }
}

/** Fails the update, not the incident. */
const refusal = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'CredentialRefused');
