import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleOf } from '../../src/audit/bundle/contents.ts';
import { newSigningKey } from '../../src/audit/bundle/keys.ts';
import { filesOf } from '../../src/audit/bundle/tar.ts';
import type { HistoryFile } from '../../src/audit/history-file.ts';
import { auditCodeOf } from '../../src/audit/workflow-code.ts';
import { PrerequisiteMissing } from '../../src/lab/aws/prerequisite-missing.ts';
import { requireTool } from '../support/shared.ts';

const run = promisify(execFile);
/** Ed25519 with `-rawin` came with 3.0. */
requireTool(async () => {
  const { stdout } = await run('openssl', ['version']).catch(() => ({ stdout: '' }));
  if (!/^OpenSSL [3-9]/.test(stdout))
    throw new PrerequisiteMissing('install OpenSSL 3: the README of a bundle uses it');
});

const history = JSON.parse(
  await readFile(new URL('../replay/histories/denied-attempt.json', import.meta.url), 'utf8'),
) as HistoryFile;

/** What an auditor types who has tar, openssl and python3, and nothing of ours. */
describe('the README in a bundle', () => {
  let folder: string;
  let commands: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-readme-'));
    const { key, publicPem } = newSigningKey();
    const bundle = bundleOf({ history, code: auditCodeOf('//'), renderers: 'none', earlier: [] }, key);
    await writeFile(join(folder, 'BUNDLE.tar'), bundle);
    await writeFile(join(folder, 'KEY.pem'), publicPem);
    const readme = filesOf(bundle)
      .find(({ path }) => path === 'README.txt')!
      .content.toString();
    commands = readme.split('\n').flatMap((line) => /^ {2}((?:tar|openssl|python3) .*)$/.exec(line)?.[1] ?? []);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const typed = async (command: string | undefined) =>
    run('sh', ['-c', command ?? 'false'], { cwd: folder }).then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return `${stdout}${stderr}`;
      },
    );

  it('says in three lines how to check the seal, and they do', async () => {
    const [unpack, signature, hashes] = commands;
    expect(commands).toHaveLength(3);
    await typed(unpack);
    expect(await typed(signature)).toMatch(/Verified Successfully/);
    const lines = (await typed(hashes)).trim().split('\n');
    expect(lines).toHaveLength(9);
    expect(lines.filter((line) => !line.endsWith(' True'))).toEqual([]);
  });

  it('shows by the same lines which file was changed, and that the manifest was', async () => {
    const [unpack, signature, hashes] = commands;
    await typed(unpack);
    await rm(join(folder, 'report.md'), { force: true });
    await writeFile(join(folder, 'report.md'), 'nothing happened\n');
    expect((await typed(hashes)).split('\n').filter((line) => line.endsWith('False'))).toEqual(['report.md False']);
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8');
    await rm(join(folder, 'manifest.json'));
    await writeFile(join(folder, 'manifest.json'), manifest.replace('"closed":true', '"closed":false'));
    expect(await typed(signature)).toMatch(/Verification Failure/);
  });
});
