import { writeFileSync } from 'node:fs';
import type promises from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evidenceStore } from '../../activities/evidence/store.ts';
import { keepRelease } from '../../src/audit/releases.ts';
import { askEvidenceStore } from '../../src/cli/doctor/ask-aws.ts';
import { auditCodeOf, buildIdOf } from '../../src/audit/workflow-code.ts';
import { keyFolder } from '../../src/encryption/key-store.ts';
import { deadLetterFolder } from '../../src/intake/dead-letters.ts';
import { leastConfig, parse } from './config/configuration.ts';

/** Of every file the first byte still fits. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    writeFile: async (path: string, content: string | Buffer) => {
      await real.writeFile(path, content.slice(0, 1));
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
});

const mark = 'keys-of-temporal-soar';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-full-'));
  // The mark of a folder of keys: no file can be written here.
  await mkdir(join(folder, mark));
});
afterEach(() => rm(folder, { recursive: true }));

const limits = () => ({ deadLetters: folder, deadLetterBytes: 10_000, deadLetterAge: 60_000 });
const writes: [string, () => Promise<unknown>][] = [
  [
    'a dead letter',
    () => deadLetterFolder(limits()).keep({ requestId: '0-1', door: 'http', body: Buffer.from('no json') }),
  ],
  [
    'a document of the evidence store',
    () => evidenceStore({ folder }).add('report.json', Buffer.from('{}'), 'application/json'),
  ],
  ['a new data key', () => keyFolder(folder).add('name', 'wrapped')],
  ['a data key that is wrapped anew', () => keyFolder(folder).replace('name', 'wrapped')],
  ['a release', () => keepRelease(folder, 'workflows', auditCodeOf('audit'))],
];

test.each(writes)('%s that a full disk cuts off fails and leaves nothing', async (_what, write) => {
  await expect(write()).rejects.toThrow('ENOSPC');
  expect(await readdir(folder)).toEqual([mark]);
});

test('a release that is kept already needs no room, so that its worker starts again', async () => {
  const kept = join(folder, buildIdOf('workflows'));
  await mkdir(kept);
  writeFileSync(join(kept, 'audit.js'), 'audit');
  await expect(keepRelease(folder, 'workflows', auditCodeOf('audit'))).resolves.toBeUndefined();
  await expect(keepRelease(folder, 'others', auditCodeOf('audit'))).rejects.toThrow(
    `${folder} (releases) takes no release: ENOSPC: no space left on device, write; make room there`,
  );
});

test('soar doctor says which folder of evidence takes nothing, and what to do about a folder', async () => {
  const config = parse({ ...leastConfig(), evidence: { folder } });
  expect(await askEvidenceStore(config)).toEqual([
    {
      name: 'evidence store',
      state: 'failed',
      found: `${folder} takes no document: ENOSPC: no space left on device, write`,
      next: 'make room on its disk, and let the user of the notify worker write there',
    },
  ]);
});
