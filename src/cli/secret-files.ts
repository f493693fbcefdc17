import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from './failures.ts';

export type WriteSecret = (name: string, secret: string) => Promise<string>;

/** Writes files that only their owner can read; returns the whole path, which holds wherever soar.yaml lies. */
export async function secretWriter(folder: string): Promise<WriteSecret> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return async (name, secret) => {
    const path = resolve(folder, name);
    try {
      await writeFile(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new UsageError(`${path} exists already; name another folder with --out, or remove it`, { cause: error });
    }
    return path;
  };
}
