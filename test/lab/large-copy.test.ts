import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Worker } from '@temporalio/worker';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { AwsSettings } from '../../activities/aws/clients.ts';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { actBase, anApproval, incidentKey, named, sharedWorld } from './activities-world.ts';
import { copying } from './support/copy-workflow.ts';

const MiB = 1024 ** 2;
const settings = { largestInOneCall: 100 * MiB, partSize: 8 * MiB, partsAtOnce: 2 };
const size = 600 * MiB;
const parts = size / settings.partSize;

const env = useDevEnv();
const world = sharedWorld();
const children: CopyWorker[] = [];
afterAll(() => Promise.all(children.map((child) => child.kill())));

/** A worker in a process of its own, with the memory that it had when it was ready and the most since. */
class CopyWorker {
  readonly memory = { ready: 0, most: 0 };
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().trim().split('\n')) {
        this.memory.ready ||= Number(line);
        this.memory.most = Math.max(this.memory.most, Number(line));
      }
    });
  }

  static async start(): Promise<CopyWorker> {
    const script = fileURLToPath(new URL('support/copy-worker.ts', import.meta.url));
    const args = [script, env().address, JSON.stringify({ aws: awsSettings(), copying: settings })];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('worker ready')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${said}`)));
    });
    const worker = new CopyWorker(child);
    children.push(worker);
    return worker;
  }

  /** SIGKILL: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

function awsSettings(): AwsSettings {
  const { lab, foundation } = world();
  const { victim, forensics, roles, externalId } = foundation;
  return {
    purpose: 'contain',
    endpoint: lab.endpoint,
    forcePathStyle: true,
    externalId,
    profile: 'soar-contain',
    accounts: [
      { id: victim.id, roles: roles.victim },
      { id: forensics.id, roles: roles.forensics },
    ],
  };
}

/** Put together in the lab from overlapping pieces of one block, so that no two parts are alike. */
async function aLargeExport(s3: S3Client): Promise<CopyExport> {
  const { forensics, buckets } = world().foundation;
  const bucket = named('large-exports');
  const key = 'vms/export-i-1.ova';
  const [pieces, piece] = [10, size / 10];
  await createBucket(s3, bucket);
  const block = randomBytes(piece + pieces * 1_000);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'block', Body: block }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
  const upload = { Bucket: bucket, Key: key, UploadId };
  const Parts = [];
  for (let PartNumber = 1; PartNumber <= pieces; PartNumber++) {
    const first = PartNumber * 1_000;
    const CopySourceRange = `bytes=${first}-${first + piece - 1}`;
    const from = { CopySource: `${bucket}/block`, CopySourceRange };
    const { CopyPartResult } = await s3.send(new UploadPartCopyCommand({ ...upload, ...from, PartNumber }));
    Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
  }
  const { ETag = '' } = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  return {
    ...actBase(world()),
    act: 'copyExport',
    source: { bucket, key, size, etag: ETag },
    destination: {
      accountId: forensics.id,
      region,
      bucket: buckets.forensics,
      key: `exports/${incidentKey}/${named('large')}.ova`,
    },
  };
}

/** What the command `sha256sum` says of the copy, read piece by piece. */
async function sha256sum(s3: S3Client, { bucket, key }: CopyExport['destination']): Promise<string> {
  const command = spawn('sha256sum', { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(command.stdout);
  for (let first = 0; first < size; first += 60 * MiB) {
    const Range = `bytes=${first}-${first + 60 * MiB - 1}`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
    if (!command.stdin.write(await Body!.transformToByteArray())) await once(command.stdin, 'drain');
  }
  command.stdin.end();
  return (await said).split(' ')[0] ?? '';
}

const callsAt = async (eventName: string, { destination }: CopyExport) => {
  const calls = await world().lab.control.trail({ eventName, accountId: world().foundation.victim.id });
  return calls.filter(
    ({ requestParameters, errorCode }) => !errorCode && requestParameters?.['key'] === destination.key,
  );
};
const copiedParts = async (input: CopyExport): Promise<number[]> =>
  (await callsAt('UploadPartCopy', input)).map(({ requestParameters }) => Number(requestParameters?.['partNumber']));

/** Seconds on a free machine; hashing is bound by what the lab can send. */
const patience = 300_000;

describe('a copy of 600 MB', () => {
  it(
    'goes on at the next part after its worker was killed, and is never held in memory',
    async () => {
      const { victim, forensics } = world().foundation;
      const input = await aLargeExport(victim.admin.s3);
      const workflows = await Worker.create({
        connection: env().nativeConnection,
        taskQueue: 'copying',
        workflowsPath: fileURLToPath(new URL('support/copy-workflow.ts', import.meta.url)),
      });
      const result = await workflows.runUntil(async () => {
        const first = await CopyWorker.start();
        const handle = await env().client.workflow.start(copying, {
          workflowId: named('copying'),
          taskQueue: 'copying',
          args: [input, anApproval],
        });
        while ((await copiedParts(input)).length < parts / 3) await sleep(50);
        await first.kill();
        expect((await copiedParts(input)).length).toBeLessThan(parts);
        await CopyWorker.start();
        return handle.result();
      });

      const copied = await copiedParts(input);
      expect(new Set(copied).size).toBe(parts);
      // Those that were being copied at the moment of the kill.
      expect(copied.length - parts).toBeLessThanOrEqual(settings.partsAtOnce);
      expect(await callsAt('CreateMultipartUpload', input)).toHaveLength(1);

      expect(result.observed).toMatchObject({ size: String(size) });
      expect(result.observed?.['sha256']).toBe(await sha256sum(forensics.admin.s3, input.destination));
      for (const { memory } of children) expect(memory.most - memory.ready).toBeLessThan(100 * MiB);
    },
    patience,
  );
});
