import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from './cache-dir.ts';
import { rememberedFailure } from './remembered-failure.ts';
import { elapsed, runCommand } from './run-command.ts';
import type { Progress } from './run-command.ts';

export type SdkServer = 'dev-server' | 'time-skipping';

const names: Record<SdkServer, string> = { 'dev-server': 'temporal', 'time-skipping': 'temporal-test-server' };
const limitSeconds = 300;
const stallSeconds = 30;

/** The path of a server that the Temporal SDK downloads by itself, or nothing where its download site is not reachable. */
export async function sdkDownload(server: SdkServer, progress: Progress): Promise<string | undefined> {
  const path = join(cacheDir(), fileName(server));
  if (existsSync(path)) return path;
  const failure = rememberedFailure(`${names[server]}-download`);
  if (failure.recent) return undefined;

  progress(`downloading ${names[server]} as the Temporal SDK does (about 100 MB, at most ${limitSeconds / 60} min)`);
  const started = Date.now();
  const result = await runCommand(
    process.execPath,
    [fileURLToPath(new URL('sdk-download-child.ts', import.meta.url)), server, cacheDir()],
    { what: `downloading ${names[server]}`, limitSeconds, progress, stalled: stallDetector() },
  );
  // The SDK also starts what it has downloaded; whether that worked here matters less than the complete file.
  if (existsSync(path)) {
    failure.forget();
    progress(`${names[server]} downloaded in ${elapsed(started)}`);
    return path;
  }
  const reason = result.ok ? 'no file' : result.reason;
  failure.remember(reason);
  progress(`${names[server]} cannot be downloaded (${reason}); tried again in a day`);
  return undefined;
}

/** The SDK names the file after its own version; it renames it into place once it is complete. */
function fileName(server: SdkServer): string {
  const manifest = createRequire(import.meta.url).resolve('@temporalio/testing/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return `${names[server]}-sdk-typescript-${version}${process.platform === 'win32' ? '.exe' : ''}`;
}

/** The SDK's HTTP client has no timeout: give up when the cache folder has not grown for a while. */
function stallDetector(): () => boolean {
  let size = -1;
  let since = Date.now();
  return () => {
    const now = cachedBytes();
    if (now !== size) {
      size = now;
      since = Date.now();
    }
    return Date.now() - since > stallSeconds * 1000;
  };
}

function cachedBytes(): number {
  const dir = cacheDir();
  return readdirSync(dir).reduce(
    (sum, name) => sum + (statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
