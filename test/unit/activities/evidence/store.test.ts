import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceNotify } from '../../../../activities/evidence/notify.ts';
import { sha256Hex } from '../../../../src/domain/digest.ts';
import { aReport } from '../../audit/a-report.ts';

describe('evidence in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-evidence-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is canonical JSON under a key that its content determines', async () => {
    const notify = evidenceNotify({ folder });
    const ref = await notify.storeEvidence({ incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail', content: { b: 1, a: [2] } });
    const text = '{"a":[2],"b":1}';
    expect(ref).toMatchObject({ sha256: sha256Hex(text), size: text.length });
    expect(ref.uri).toMatch(new RegExp(`/VMX-ABCDEFGHIJ/trail-${ref.sha256.slice(0, 12)}\\.json$`));
    expect(await readFile(fileURLToPath(ref.uri), 'utf8')).toBe(text);
  });

  it('is stored once, however often and in whatever order of members it comes', async () => {
    const notify = evidenceNotify({ folder });
    const document = { incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail' };
    const refs = await Promise.all([
      notify.storeEvidence({ ...document, content: { a: 1, b: 2 } }),
      notify.storeEvidence({ ...document, content: { b: 2, a: 1 } }),
    ]);
    expect(refs[0]).toEqual(refs[1]);
    expect(await readdir(join(folder, 'VMX-ABCDEFGHIJ'))).toHaveLength(1);
  });

  it('has a run sealed with its last report, and not with an interim one', async () => {
    const sealed: string[] = [];
    const notify = evidenceNotify({ folder }, ({ runId }) => Promise.resolve(sealed.push(runId)));
    await notify.storeReport({ report: aReport({ closedAt: null, runId: 'interim' }) });
    expect(sealed).toEqual([]);
    await notify.storeReport({ report: aReport({ runId: 'last' }) });
    expect(sealed).toEqual(['last']);
  });

  it('never leaves its folder, whatever it is called', async () => {
    const notify = evidenceNotify({ folder });
    const ref = await notify.storeEvidence({ incidentKey: '../../etc', name: '../x/../y', content: 1 });
    expect(fileURLToPath(ref.uri).startsWith(folder)).toBe(true);
  });
});

describe('evidence in a bucket', () => {
  let asked: IncomingHttpHeaders[];
  /** What S3 refuses with; null: it takes everything. */
  let refused: [number, string] | null;
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const [status, code] = refused ?? [200, null];
    const body = code === null ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`;
    request.resume().on('end', () => response.writeHead(status).end(body));
  });
  beforeEach(async () => {
    asked = [];
    refused = null;
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-real-secret');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is added under Object Lock where the configuration asks for it, and never in the place of something', async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const bucket = { bucket: 'evidence', region: 'eu-west-1', endpoint, forcePathStyle: true };
    const document = { incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail', content: 1 };
    await evidenceNotify({ ...bucket, retention: { mode: 'COMPLIANCE', days: 10 } }).storeEvidence(document);
    await evidenceNotify(bucket).storeEvidence(document);
    const [locked, open] = asked;
    expect(locked).toMatchObject({ 'if-none-match': '*', 'x-amz-object-lock-mode': 'COMPLIANCE' });
    const until = Date.parse(String(locked?.['x-amz-object-lock-retain-until-date']));
    expect(Math.round((until - Date.now()) / 86_400_000)).toBe(10);
    expect(open).not.toHaveProperty('x-amz-object-lock-mode');
  });

  it.each([
    [403, 'AccessDenied', 'AwsAccessDenied'],
    [404, 'NoSuchBucket', 'AwsNotFound'],
  ])('is tried again until the bucket takes it, after %i %s too: a report waits for it', async (status, code, type) => {
    refused = [status, code];
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const notify = evidenceNotify({ bucket: 'evidence', region: 'eu-west-1', endpoint, forcePathStyle: true });
    const storing = notify.storeEvidence({ incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail', content: 1 });
    await expect(storing).rejects.toMatchObject({
      type,
      nonRetryable: false,
      message: expect.stringContaining('storing evidence at s3://evidence/VMX-ABCDEFGHIJ/trail-') as string,
    });
  });
});
