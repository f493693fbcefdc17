import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.ts';
import { commandOutput } from './command-output.ts';
import { PrerequisiteMissing } from './prerequisite.ts';
import { elapsed, runCommand } from './run-command.ts';
import type { Progress } from './run-command.ts';
import { sdkDownload } from './sdk-download.ts';

// The newest version that `go install` accepts: from 1.6 on its go.mod has a `replace` line.
const goModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const goLimitSeconds = 15 * 60;
/** Pinned worker versions and update handling are tested from this server version on. */
const oldestServer = [1, 29] as const;

/** The path of a `temporal` binary: on the PATH, cached, downloaded by the SDK, or built from its Go module. */
export async function resolveTemporalCli(progress: Progress): Promise<string> {
  const onPath = await serverVersion('temporal');
  if (onPath && isRecent(onPath)) return 'temporal';
  if (onPath)
    progress(`temporal on the PATH has server ${onPath}, older than ${oldestServer.join('.')}: looking further`);

  const built = builtPath();
  if (existsSync(built)) return built;
  return (await sdkDownload('dev-server', progress)) ?? (await buildFromGo(built, progress));
}

const builtPath = (): string =>
  join(cacheDir(), 'temporal-cli-1.5.1', process.platform === 'win32' ? 'temporal.exe' : 'temporal');

async function buildFromGo(target: string, progress: Progress): Promise<string> {
  const install =
    'the Temporal CLI (https://docs.temporal.io/cli), or Go 1.24 or newer (Debian, Ubuntu: golang) to build it';
  if (!(await commandOutput('go', ['version']))) {
    throw new PrerequisiteMissing(
      'temporal-cli',
      'no Temporal server: it is not on the PATH, not downloadable, no Go',
      install,
    );
  }
  progress(`building the Temporal CLI from ${goModule} (about 4 minutes on two cores, once)`);
  const started = Date.now();
  mkdirSync(join(target, '..'), { recursive: true });
  // Built aside and renamed: two starts at once both end with a whole binary.
  const aside = mkdtempSync(join(cacheDir(), 'go-build-'));
  try {
    const result = await runCommand('go', ['install', '-ldflags', '-s -w', goModule], {
      what: 'building the Temporal CLI',
      limitSeconds: goLimitSeconds,
      progress,
      cwd: aside,
      // Pure Go, so that no C compiler is needed; GOFLAGS of the user's could be about vendored modules.
      env: { ...process.env, GOBIN: aside, CGO_ENABLED: '0', GOFLAGS: '' },
    });
    if (!result.ok) {
      throw new PrerequisiteMissing(
        'temporal-cli',
        `building the Temporal CLI with Go failed (${result.reason})`,
        install,
      );
    }
    renameSync(join(aside, process.platform === 'win32' ? 'temporal.exe' : 'temporal'), target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  progress(`Temporal CLI built in ${elapsed(started)}`);
  return target;
}

/** `1.29.1` from `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`; nothing when there is no such program. */
async function serverVersion(command: string): Promise<string | undefined> {
  return /Server (\d+\.\d+)/.exec((await commandOutput(command, ['--version'])) ?? '')?.[1];
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}
