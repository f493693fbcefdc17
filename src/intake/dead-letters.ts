import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arrival } from '../domain/alert/alert.ts';
import type { Log } from '../temporal/log.ts';

export interface DeadLetter {
  requestId: string;
  door: Arrival['door'];
  /** As it came. */
  body: Buffer;
}
/** False: it could not be kept. */
export type KeepDeadLetter = (letter: DeadLetter) => Promise<boolean>;

export interface KeptLetter {
  id: string;
  receivedAt: string;
  door: Arrival['door'];
  bytes: number;
}

export interface DeadLetterFolder {
  keep: (letter: DeadLetter) => Promise<string>;
  /** Oldest first. */
  list: () => Promise<KeptLetter[]>;
  read: (id: string) => Promise<Buffer>;
  drop: (id: string) => Promise<void>;
}

/** There is no letter of this name. */
export class DeadLetterNotFound extends Error {
  override readonly name = 'DeadLetterNotFound';

  constructor() {
    super('there is no such dead letter; soar dead-letter list has the names');
  }
}

/** So many at most: somebody with a token could fill the disk with small ones. */
const most = 1000;
const form =
  /^(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2}\.\d{3}Z)-(http|elastic|eventbridge|sns|sqs|detection|file)-[0-9a-f-]{1,64}$/;

/**
 * What an authenticated sender sent and nobody could decode: a file for each body, as it came, and nothing else, in a
 * folder that survives the process. Bounded in number, size and age (ADR 11).
 */
export function deadLetterFolder(
  limits: { deadLetters: string; deadLetterBytes: number; deadLetterAge: number },
  now = () => new Date(),
): DeadLetterFolder {
  const folder = limits.deadLetters;
  const path = (id: string): string => {
    if (!form.test(id)) throw new DeadLetterNotFound();
    return join(folder, `${id}.json`);
  };
  const list = async (): Promise<KeptLetter[]> => {
    const names = await unlessMissing(readdir(folder), []);
    const letters: KeptLetter[] = [];
    for (const name of names.sort()) {
      const id = name.replace(/\.json$/, '');
      const [, hour, minute, second, door] = form.exec(id) ?? [];
      const size = door === undefined ? null : await unlessMissing(stat(join(folder, name)), null);
      if (!size) continue;
      const receivedAt = `${hour}:${minute}:${second}`;
      letters.push({ id, receivedAt, door: door as Arrival['door'], bytes: size.size });
    }
    return letters;
  };
  const drop = (id: string): Promise<void> => rm(path(id), { force: true });

  return {
    list,
    drop,
    read: async (id) => {
      const body = await unlessMissing(readFile(path(id)), null);
      if (!body) throw new DeadLetterNotFound();
      return body;
    },
    keep: async ({ requestId, door, body }) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let kept = await list();
      const old = new Date(now().getTime() - limits.deadLetterAge).toISOString();
      for (const { id } of kept.filter(({ receivedAt }) => receivedAt < old)) await drop(id);
      kept = kept.filter(({ receivedAt }) => receivedAt >= old);
      if (kept.length >= most) throw new Error(`${folder} holds ${most} already`);
      const bytes = kept.reduce((sum, letter) => sum + letter.bytes, body.length);
      if (bytes > limits.deadLetterBytes) throw new Error(`${folder} would hold more than intake.deadLetterBytes`);
      const id = `${now().toISOString().replaceAll(':', '-')}-${door}-${requestId}`;
      await writeWhole(path(id), body);
      return id;
    },
  };
}

/** A full disk leaves no half letter, which would count as kept. */
async function writeWhole(path: string, body: Buffer): Promise<void> {
  const aside = `${path}.part`;
  try {
    await writeFile(aside, body, { mode: 0o600, flag: 'wx', flush: true });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** For the doors: that a letter could not be kept changes no answer; the operator is told. */
export const keepDeadLetters =
  ({ keep }: Pick<DeadLetterFolder, 'keep'>, log: Log): KeepDeadLetter =>
  async (letter) => {
    try {
      log(`dead letter kept: ${await keep(letter)}`, 'warn');
      return true;
    } catch (error) {
      log(`dead letter of request ${letter.requestId} not kept: ${(error as Error).message}`, 'error');
      return false;
    }
  };

async function unlessMissing<T, F>(reading: Promise<T>, fallback: F): Promise<T | F> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    throw error;
  }
}
