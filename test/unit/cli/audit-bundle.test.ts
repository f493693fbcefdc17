import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
// Takes seconds to load where much else runs: loaded before the time of a test begins.
import '../../../src/audit/bundle/verify.ts';
import '../../../src/temporal/quiet.ts';
import { newSigningKey, signingKeyOf } from '../../../src/audit/bundle/keys.ts';
import { soar } from './a-terminal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-audit-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('audit keygen writes a key for each side, and never replaces one', async () => {
  const { code, err } = await soar(['audit', 'keygen', '--out', relative(process.cwd(), folder)]);
  expect(code).toBe(0);
  expect(err).toContain(`audit: { signingKey: 'file:${join(folder, 'audit-')}`);
  expect((await readdir(folder)).sort()).toEqual([
    expect.stringMatching(/^audit-[0-9a-f]{16}\.key\.pem$/),
    expect.stringMatching(/^audit-[0-9a-f]{16}\.pub\.pem$/),
  ]);
});

it('audit verify says what is no bundle and what is no key', async () => {
  const keyFile = (await readdir(folder)).find((name) => name.endsWith('.pub.pem')) ?? '';
  const file = join(folder, 'incident.tar');
  await writeFile(file, 'no archive');
  const refused = await soar(['audit', 'verify', file, '--key', join(folder, keyFile)]);
  expect(refused.code).toBe(1);
  expect(refused.out).toMatch(/^FAILED +archive/);
  expect(refused.err).toContain('cannot be relied on: archive');
  const unkeyed = await soar(['audit', 'verify', file, '--key', file]);
  expect(unkeyed.code).toBe(2);
  expect(unkeyed.err).toContain('it is no key in PEM form');
});

it('a public key seals nothing, and is said to be one', () => {
  const { publicPem } = newSigningKey();
  expect(() => signingKeyOf(publicPem)).toThrow('it is the public key, for whoever verifies; the secret one seals');
});

it('audit verify says of what was mistyped that it was, and not that a bundle cannot be relied on, and at once', async () => {
  vi.doMock('../../../src/audit/bundle/verify.ts', () => {
    throw new Error('what takes seconds to load was loaded');
  });
  const keyFile = join(folder, (await readdir(folder)).find((name) => name.endsWith('.pub.pem')) ?? '');
  const file = join(folder, 'incident.tar');
  await writeFile(file, 'no archive');
  const said = async (...args: string[]) => {
    const { code, err } = await soar(['audit', 'verify', ...args, '--key', keyFile]);
    return `${code}: ${err}`;
  };
  expect(await said(folder)).toMatch(/^2: .* is a folder: --all verifies every bundle in it/);
  expect(await said(`${folder}/none`)).toMatch(/^2: .*none cannot be read/);
  expect(await said(file, '--evidence', `${folder}/none`)).toMatch(/^2: .*none cannot be read/);
  expect(await said(file, '--releases', `${folder}/none`)).toMatch(/^2: .*none cannot be read/);
  const keyless = await soar(['audit', 'verify', file, '--key', `${folder}/none`]);
  expect(`${keyless.code}: ${keyless.err}`).toMatch(/^2: .*none cannot be read \(ENOENT\)/);
  expect(await said(file, '--gateway-key', 'abc')).toMatch(/^2: .*64 hex digits/);
  expect(await said('--all', file)).toMatch(/^2: .* is no folder/);
  const swapped = ['--from', '2027-04-01', '--to', '2027-01-01'];
  expect(await said('--all', folder, ...swapped)).toMatch(/^2: .*--from must be before --to/);
  expect(await said('--all', folder, '--jobs', 'many')).toMatch(/^2: .*--jobs takes a number from 1/);
  vi.doUnmock('../../../src/audit/bundle/verify.ts');
});
