import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkSeal } from '../../../src/audit/bundle/check-seal.ts';
import { bundleOf, sealed } from '../../../src/audit/bundle/contents.ts';
import { newSigningKey } from '../../../src/audit/bundle/keys.ts';
import { jsonFile, listed, names, sha256Of, type Manifest } from '../../../src/audit/bundle/manifest.ts';
import { redacted } from '../../../src/audit/bundle/redact.ts';
import { filesOf, type BundleFile } from '../../../src/audit/bundle/tar.ts';
import { verifySealed } from '../../../src/audit/bundle/verify.ts';
import type { HistoryFile } from '../../../src/audit/history-file.ts';
import { auditCodeOf } from '../../../src/audit/workflow-code.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';

const histories = new URL('../../replay/histories/', import.meta.url);
const stored = (await readdir(histories)).filter((name) => name.endsWith('.json'));
const { key } = newSigningKey();
const renderers = 'r'.repeat(64);

async function originalOf(name: string): Promise<Buffer> {
  const history = JSON.parse(await readFile(new URL(name, histories), 'utf8')) as HistoryFile;
  return bundleOf({ history, code: auditCodeOf('none'), renderers, earlier: [] }, key);
}
const fileOf = (tar: Buffer, path: string) => filesOf(tar).find((file) => file.path === path)!.content;
const reportOf = (tar: Buffer) => JSON.parse(fileOf(tar, names.report).toString()) as IncidentReport;
const manifestOf = (tar: Buffer) => JSON.parse(fileOf(tar, names.manifest).toString()) as Manifest;

/** As the command does, without code to replay: a redacted bundle holds none. */
function verified(tar: Buffer) {
  const { checks, sealed: open } = checkSeal(tar, key.publicKey);
  const by = { publicKey: key.publicKey, releases: [], renderers, gatewayKeys: null, evidence: null };
  return verifySealed(checks, open, by, () => Promise.reject(new Error('nothing is replayed')));
}

const innerOf = (tar: Buffer) => filesOf(tar).filter(({ path }) => path !== names.manifest && path !== names.signature);
const replaced = (files: BundleFile[], path: string, content: Buffer | string): BundleFile[] =>
  files.map((file) => (file.path === path ? { path, content: Buffer.from(content) } : file));

/** A redacted bundle that lies, sealed with the right key. */
function resealed(tar: Buffer, path: string, content: Buffer): Buffer {
  const changed = replaced(innerOf(tar), path, content);
  return sealed(changed, { ...manifestOf(tar), files: listed(changed) }, key);
}

describe('a redacted bundle', () => {
  it.each(stored)('of %s verifies, and says what can be checked on the original alone', async (name) => {
    const original = await originalOf(name);
    const result = await verified(redacted(original, key, renderers).bundle);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.checks.map(({ check }) => check)).toEqual([
      ...['archive', 'signature', 'manifest', 'files'],
      ...['report', 'commitments', 'original'],
    ]);
    const { detail } = result.checks.at(-1)!;
    expect(detail).toContain(sha256Of(fileOf(original, names.manifest)));
    expect(detail).toMatch(/approvals, evidence and replay are checked there, not here/);
  });

  it.each(stored)('of %s names nobody and nothing: no account, address, key, bucket, machine, person', async (name) => {
    const original = await originalOf(name);
    const { alert, decisions, workflowId } = reportOf(original);
    const { bundle } = redacted(original, key, renderers);
    const whole = bundle.toString();
    const { principal } = alert;
    const secret = [workflowId, alert.recipientAccount, alert.sourceAddress, alert.userAgent, alert.instanceId];
    const of = [alert.bucket, alert.objectKey, principal.arn, principal.name, principal.id, principal.accessKeyId];
    const people = decisions.map(({ approver }) => `"${approver}"`);
    for (const value of [...secret, ...of, ...people]) if (value) expect(whole).not.toContain(value);
    expect(whole).not.toMatch(/arn:aws|AKIA[0-9A-Z]{16}|\b\d{12}\b(?!Z)|workflow-code\.js\0/);
  });

  it('keeps what happened when, and what it came to', async () => {
    const original = await originalOf('compromised-key.json');
    const before = reportOf(original);
    const after = reportOf(redacted(original, key, renderers).bundle);
    expect(after.verdict).toBe(before.verdict);
    expect(after.assessment.met.map(({ id }) => id)).toEqual(before.assessment.met.map(({ id }) => id));
    expect(after.timeline.map(({ at, kind }) => [at, kind])).toEqual(before.timeline.map(({ at, kind }) => [at, kind]));
    expect(after.actions.map(({ input }) => input.act)).toEqual(before.actions.map(({ input }) => input.act));
    expect(after.decisions.map(({ decision }) => decision)).toEqual(before.decisions.map(({ decision }) => decision));
  });

  it('has the same word for the same value, which one opening shows and another salt hides', async () => {
    const original = await originalOf('compromised-key.json');
    const { bundle, openings } = redacted(original, key, renderers);
    const { alert } = reportOf(original);
    const { bucket } = reportOf(bundle).alert;
    const opening = openings.find(({ value }) => value === alert.bucket)!;
    expect(bucket).toBe(opening.commitment);
    const digest = createHash('sha256').update(opening.nonce).update(opening.value).digest('hex');
    expect(opening.commitment).toBe(`redacted:${digest.slice(0, 32)}`);
    const again = redacted(original, key, renderers).openings.find(({ value }) => value === alert.bucket);
    expect(again?.commitment).not.toBe(opening.commitment);
  });

  it('in which a value was put back, or a commitment made up, is found out', async () => {
    const { bundle } = redacted(await originalOf('compromised-key.json'), key, renderers);
    const report = reportOf(bundle);
    for (const bucket of ['acme-vm-images', `redacted:${'0'.repeat(32)}`]) {
      const lie = jsonFile(names.report, { ...report, alert: { ...report.alert, bucket } });
      const { ok, checks } = await verified(resealed(bundle, names.report, lie.content));
      expect(ok).toBe(false);
      expect(checks.find(({ check }) => check === 'commitments')?.ok).toBe(false);
    }
    const text = await verified(resealed(bundle, names.reportText, Buffer.from('# nothing happened\n')));
    expect(text.checks.find(({ check }) => check === 'report')?.ok).toBe(false);
  });

  it.each<[string, (files: BundleFile[]) => BundleFile[], RegExp]>([
    [
      'in a file beside its own',
      (files) => [...files, { path: 'history.json', content: Buffer.from('{}') }],
      /^report: history.json is no file of a redacted bundle/,
    ],
    [
      'in its README',
      (files) => replaced(files, names.readme, 'It was mallory.\n'),
      /^report: README.txt is not what report.json comes to/,
    ],
    [
      'among its commitments',
      (files) => replaced(files, names.commitments, '["mallory"]\n'),
      /^commitments: 1 values should be commitments and are not/,
    ],
  ])('that names somebody %s is found out', async (_, lie, wrong) => {
    const { bundle } = redacted(await originalOf('denied-attempt.json'), key, renderers);
    const inner = lie(innerOf(bundle));
    const { checks } = await verified(sealed(inner, { ...manifestOf(bundle), files: listed(inner) }, key));
    const failed = checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
    expect(failed).toContainEqual(expect.stringMatching(wrong));
  });

  it('says what of it was not compared where another release worded it', async () => {
    const { bundle } = redacted(await originalOf('denied-attempt.json'), key, 'another');
    const { ok, checks } = await verified(bundle);
    expect(ok).toBe(true);
    expect(checks.find(({ check }) => check === 'report')?.detail).toMatch(/not compared: README.txt, report.md,/);
  });
});
