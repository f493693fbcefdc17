import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { iamFiles } from './files.ts';

const folder = fileURLToPath(new URL('../../deploy/iam/', import.meta.url));
for (const [name, content] of Object.entries(iamFiles())) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
