import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type KeepDeadLetter = (requestId: string, body: string) => Promise<void>;

/** So many at most: somebody with a token could fill the disk. */
const most = 1000;

/** Keeps what an authenticated sender sent and nobody could decode, as it came: posting the file again re-drives it. */
export function deadLetterFolder(folder: string, log: (line: string) => void, now = () => new Date()): KeepDeadLetter {
  return async (requestId, body) => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await readdir(folder)).length >= most) throw new Error(`${folder} holds ${most} already`);
      const file = join(folder, `${now().toISOString().replaceAll(':', '-')}-${requestId}.json`);
      await writeFile(file, body, { mode: 0o600, flag: 'wx' });
      log(`dead letter kept: ${file}`);
    } catch (error) {
      log(`dead letter not kept: ${(error as Error).message}`);
    }
  };
}
