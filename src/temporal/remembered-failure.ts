import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A way that failed is not tried again for a day: a blocked download must not slow every start. */
export function rememberedFailure(name: string): {
  recent: boolean;
  remember: (reason: string) => void;
  forget: () => void;
} {
  const file = join(cacheDir(), `${name}.failed`);
  const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return {
    recent: since !== undefined && Date.now() - since < dayMs,
    remember: (reason) => writeFileSync(file, `${reason}\n`),
    forget: () => rmSync(file, { force: true }),
  };
}
