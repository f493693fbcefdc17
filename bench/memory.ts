import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Process {
  pid: number;
  parent: number;
  /** Resident bytes. */
  resident: number;
}

/** What a process and all that it started hold in memory: our servers run under a shell that watches them. */
export async function startedMemory(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const all = processes(stdout);
  const memoryOf = (one: Process): number =>
    all.filter(({ parent }) => parent === one.pid).reduce((sum, child) => sum + memoryOf(child), one.resident);
  const root = all.find((one) => one.pid === pid);
  if (!root) throw new Error(`process ${String(pid)} is gone`);
  return memoryOf(root);
}

const processes = (listed: string): Process[] =>
  listed
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = 0, parent = 0, kibibytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, resident: kibibytes * 1024 };
    });
