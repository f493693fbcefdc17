import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { FORENSICS, MANAGEMENT, OUTSIDER, rootCredentials, VICTIM } from './accounts.ts';

/**
 * Root clients straight to ministack, for what AWS does on its own behalf. They do not pass the proxy, so nothing that
 * the lab itself does shows in a trail or meets a fault.
 */
export class AdminClients {
  readonly #upstream: URL;
  #accounts = new Set([VICTIM, FORENSICS, OUTSIDER, MANAGEMENT]);
  #clients = new Map<string, S3Client | EC2Client | IAMClient | CloudTrailClient>();

  constructor(upstream: URL) {
    this.#upstream = upstream;
  }

  accounts(): Iterable<string> {
    return this.#accounts;
  }

  addAccount(accountId: string): void {
    this.#accounts.add(accountId);
  }

  s3(account: string, region = 'us-east-1'): S3Client {
    return this.#client(`s3 ${account} ${region}`, () => new S3Client(this.#config(account, region)));
  }

  ec2(account: string, region: string): EC2Client {
    return this.#client(`ec2 ${account} ${region}`, () => new EC2Client(this.#config(account, region)));
  }

  iam(account: string): IAMClient {
    return this.#client(`iam ${account}`, () => new IAMClient(this.#config(account, 'us-east-1')));
  }

  cloudTrail(account: string, region: string): CloudTrailClient {
    return this.#client(`trail ${account} ${region}`, () => new CloudTrailClient(this.#config(account, region)));
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #client<T extends S3Client | EC2Client | IAMClient | CloudTrailClient>(key: string, make: () => T): T {
    const known = this.#clients.get(key) as T | undefined;
    if (known) return known;
    const made = make();
    this.#clients.set(key, made);
    return made;
  }

  #config(account: string, region: string) {
    return {
      endpoint: this.#upstream.href,
      region,
      credentials: rootCredentials(account),
      forcePathStyle: true,
      followRegionRedirects: true,
      maxAttempts: 2,
    };
  }
}
