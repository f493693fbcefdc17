import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a quick command prints, or nothing when it is missing or fails: `commandOutput('go', ['version'])`. */
export async function commandOutput(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { timeout: 20_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}
