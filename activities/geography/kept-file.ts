import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** What a file holds, and its name with the day that it is of: databases grow old. */
export interface ReadFile<T> {
  name: string;
  content: T;
}

/** Read once, and again when it was replaced: such files are updated every week. One that cannot be read is a gap. */
export function keptFile<T>(
  setting: string,
  path: string | undefined,
  parse: (content: Buffer) => T,
): (gaps: Gap[]) => Promise<ReadFile<T> | null> {
  let kept: { changed: number; file: ReadFile<T> } | null = null;
  return async (gaps) => {
    if (path === undefined) return null;
    try {
      const { mtimeMs, mtime } = await stat(path);
      if (kept?.changed !== mtimeMs) {
        const name = `${basename(path)} of ${mtime.toISOString().slice(0, 10)}`;
        kept = { changed: mtimeMs, file: { name, content: parse(await readFile(path)) } };
      }
      return kept.file;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      gaps.push({ what: setting, why: code === undefined ? 'is no file of that kind' : `cannot be read (${code})` });
      return null;
    }
  };
}
