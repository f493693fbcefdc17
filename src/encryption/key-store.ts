import { randomUUID } from 'node:crypto';
import { access, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EncryptionFailed } from './failures.ts';

/** Where wrapped data keys lie: outside Temporal, because what is in a history cannot be destroyed. */
export interface KeyStore {
  read(name: string): Promise<string | null>;
  /** False: there is one of this name already, and it stays. */
  add(name: string, text: string): Promise<boolean>;
  replace(name: string, text: string): Promise<void>;
  names(): Promise<string[]>;
  /** How many texts that were replaced can still be read. */
  earlier(name: string): Promise<number>;
  /** Destroys them. */
  dropEarlier(name: string): Promise<void>;
  /** Lets one at a time change what is there: a key that is being wrapped anew must not come back after its erasure. */
  exclusively<T>(change: () => Promise<T>): Promise<T>;
}

const ending = '.json';
const lock = 'maintenance.lock';
/** Says that this is the folder: a mount point that nothing is mounted on is empty, too. */
const mark = 'keys-of-temporal-soar';

/** Makes the folder, or says of one that is there that it is to take keys; false: it was known. */
export async function makeKeyFolder(folder: string): Promise<boolean> {
  if (await isKeyFolder(folder)) return false;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, mark), 'Keys of incidents lie here. Without this file an empty folder takes none.\n', {
    mode: 0o600,
  });
  return true;
}

/** It has the mark, or keys from before there was one. */
export async function isKeyFolder(folder: string): Promise<boolean> {
  if ((await unlessMissing(access(join(folder, mark)))) !== null) return true;
  const files = (await unlessMissing(readdir(folder))) ?? [];
  return files.some((file) => file.endsWith(ending));
}

async function mustBeKeyFolder(folder: string): Promise<void> {
  if (await isKeyFolder(folder)) return;
  throw new EncryptionFailed(
    `${folder} holds neither keys nor the mark of soar setup: is it mounted? Of a new installation, run: soar setup`,
  );
}

/** Setup closes the folder to everybody else; who opens it to a group has processes of several users that read each other's keys. */
const forGroup = 0o640;

/** A folder that all processes of the installation see. */
export function keyFolder(folder: string): KeyStore {
  const path = (name: string): string => join(folder, `${name}${ending}`);
  /** Written aside first: a process that is killed leaves no half key under the name. */
  const aside = async (text: string): Promise<string> => {
    await mustBeKeyFolder(folder);
    const file = join(folder, `.${randomUUID()}`);
    try {
      await writeFile(file, text, { mode: forGroup, flush: true });
    } catch (error) {
      await rm(file, { force: true });
      throw takesNone(folder, error);
    }
    return file;
  };
  return {
    read: (name) => unlessMissing(readFile(path(name), 'utf8')),
    async add(name, text) {
      const file = await aside(text);
      try {
        await link(file, path(name));
        return true;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw takesNone(folder, error);
        return false;
      } finally {
        await rm(file);
      }
    },
    async replace(name, text) {
      const file = await aside(text);
      try {
        await rename(file, path(name));
      } catch (error) {
        await rm(file, { force: true });
        throw takesNone(folder, error);
      }
    },
    async names() {
      const files = (await unlessMissing(readdir(folder))) ?? [];
      return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
    },
    earlier: () => Promise.resolve(0),
    dropEarlier: () => Promise.resolve(),
    async exclusively(change) {
      await mustBeKeyFolder(folder);
      const file = join(folder, lock);
      try {
        await writeFile(file, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        throw new EncryptionFailed(
          `somebody else is changing the keys in ${folder}; if nobody is, remove ${file} and try again`,
          { cause: error },
        );
      }
      try {
        return await change();
      } finally {
        await rm(file);
      }
    },
  };
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new EncryptionFailed(`the keys of incidents cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

const takesNone = (folder: string, error: unknown): EncryptionFailed =>
  new EncryptionFailed(`${folder} takes no key: ${(error as Error).message}`, { cause: error });

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
