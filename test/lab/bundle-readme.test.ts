import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleOf } from '../../src/audit/bundle/contents.ts';
import { newSigningKey } from '../../src/audit/bundle/keys.ts';
import { filesOf } from '../../src/audit/bundle/tar.ts';
import { sealCommands } from '../../src/audit/render/readme.ts';
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
    commands = readme.split('\n').flatMap((line) => /^ {2}((?:mkdir|openssl|python3) .*)$/.exec(line)?.[1] ?? []);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const opened = (name: string) => join(folder, 'opened', name);
  const differing = async (hashes: string | undefined) =>
    (await typed(hashes))
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(' True'));
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
    expect(lines).toHaveLength(11);
    expect(lines.filter((line) => !line.endsWith(' True'))).toEqual([]);
  });

  it('says what docs/records.md says, which no forger writes', async () => {
    const ours = await readFile(new URL('../../docs/records.md', import.meta.url), 'utf8');
    expect(ours).toContain(sealCommands.replace(/^ {2}/gm, ''));
  });

  it('shows by the same lines which file was changed, and that the manifest was', async () => {
    const [unpack, signature, hashes] = commands;
    await typed(unpack);
    await rm(opened('report.md'), { force: true });
    await writeFile(opened('report.md'), 'nothing happened\n');
    expect(await differing(hashes)).toEqual(["'report.md' False"]);
    const manifest = await readFile(opened('manifest.json'), 'utf8');
    await rm(opened('manifest.json'));
    await writeFile(opened('manifest.json'), manifest.replace('"closed":true', '"closed":false'));
    expect(await typed(signature)).toMatch(/Verification Failure/);
  });

  it('shows what was left out, put beside the rest, or is a link', async () => {
    const [unpack, , hashes] = commands;
    await typed(unpack);
    await rm(opened('policy.json'), { force: true });
    await writeFile(opened('notes.html\n True'), 'carol approved\n');
    await rm(opened('report.md'), { force: true });
    await writeFile(join(folder, 'elsewhere'), 'changes later\n');
    await symlink('../elsewhere', opened('report.md'));
    expect(await differing(hashes)).toEqual(["'notes.html\\n True' False", "'policy.json' False", "'report.md' False"]);
  });

  it('shows a manifest that is a link, behind which something else may stand next time', async () => {
    const [unpack, signature, hashes] = commands;
    await typed(unpack);
    await rename(opened('manifest.json'), join(folder, 'elsewhere'));
    await symlink('../elsewhere', opened('manifest.json'));
    expect(await typed(signature)).toMatch(/Verified Successfully/);
    expect(await differing(hashes)).toEqual(["'manifest.json' False"]);
  });

  it('is not led astray by what the archive brings: another key, or modules of its own for Python', async () => {
    const [unpack, signature, hashes] = commands;
    const inner = join(folder, 'inner');
    await mkdir(inner);
    const { key, publicPem } = newSigningKey();
    const forgery = filesOf(bundleOf({ history, code: auditCodeOf('//'), renderers: 'none', earlier: [] }, key));
    for (const { path, content } of forgery) await writeFile(join(inner, path), content);
    await writeFile(join(inner, 'KEY.pem'), publicPem);
    for (const module of ['json.py', 'hashlib.py', 'os.py'])
      await writeFile(join(inner, module), 'raise SystemExit("all True")\n');
    await run('tar', ['-cf', join(folder, 'BUNDLE.tar'), '-C', inner, '.']);
    await typed(unpack);
    expect(await typed(signature)).toMatch(/Verification Failure/);
    expect(await differing(hashes)).toEqual([
      "'KEY.pem' False",
      "'hashlib.py' False",
      "'json.py' False",
      "'os.py' False",
    ]);
  });
});
