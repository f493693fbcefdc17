import { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { AdminClients } from './admin.ts';
import type { LabRequest } from './lab-request.ts';

/** Which account owns a bucket: names are global, so one question to every account answers it. */
export class Buckets {
  #owners = new Map<string, string>();
  readonly #admin: AdminClients;

  constructor(admin: AdminClients) {
    this.#admin = admin;
  }

  async owner(bucket: string): Promise<string | undefined> {
    if (bucket === '') return undefined;
    const known = this.#owners.get(bucket);
    if (known !== undefined) return known;
    for (const account of this.#admin.accounts()) {
      const { Buckets: found = [] } = await this.#admin.s3(account).send(new ListBucketsCommand({}));
      for (const { Name } of found) if (Name !== undefined) this.#owners.set(Name, account);
    }
    return this.#owners.get(bucket);
  }

  /** A deleted name may come back in another account. */
  observe(request: LabRequest): void {
    if (request.operation === 'DeleteBucket') this.#owners.delete(request.bucket);
  }

  clear(): void {
    this.#owners.clear();
  }
}
