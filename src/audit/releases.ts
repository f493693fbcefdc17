import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditCodeOf, buildIdOf, withoutSourceMap, type AuditCode } from './workflow-code.ts';

/**
 * Releases that were kept in a folder, one folder for each build: what its workers run, and the same with the interceptors
 * that a replay listens to. Incidents outlive the release that they began with, and so do the questions about them.
 */
const files = { workflows: 'workflows.js', audit: 'audit.js' };
const buildForm = /^[0-9a-f]{16}$/;

/** A kept file is not what its name says. */
export class ReleaseDamaged extends Error {
  override readonly name = 'ReleaseDamaged';
}

/** Keeps a release, once; whole or not at all, whoever is killed meanwhile. */
export async function keepRelease(folder: string, workflows: string, audit: AuditCode): Promise<void> {
  const kept = join(folder, buildIdOf(workflows));
  // A worker of a release that is kept starts again on a full disk, too: the open incidents need it.
  if ((await orNull(access(join(kept, files.audit)))) !== null) return;
  const aside = join(folder, `.${randomUUID()}`);
  await mkdir(aside, { recursive: true }).catch((error: unknown) => {
    throw notKept(folder, error as Error);
  });
  try {
    await writeFile(join(aside, files.workflows), withoutSourceMap(workflows));
    await writeFile(join(aside, files.audit), audit.code);
    await rename(aside, kept);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(code)) throw notKept(folder, error as Error);
  }
}

/** A write that fails does not say where. */
const notKept = (folder: string, error: Error): Error =>
  new Error(`${folder} (releases) takes no release: ${error.message}; make room there, and let this user write`, {
    cause: error,
  });

/** Build ids of the kept releases. */
export async function keptBuilds(folder: string): Promise<string[]> {
  const entries = (await orNull(readdir(folder, { withFileTypes: true }))) ?? [];
  return entries.filter((entry) => entry.isDirectory() && buildForm.test(entry.name)).map(({ name }) => name);
}

/** The code that workers of this build run. */
export async function keptWorkflows(folder: string, buildId: string): Promise<string> {
  const path = join(folder, buildId, files.workflows);
  const code = await readFile(path, 'utf8');
  if (buildIdOf(code) !== buildId) {
    throw new ReleaseDamaged(`${path} is not the code of build ${buildId}; copy it again from where it was kept`);
  }
  return code;
}

/** The code that replays incidents of this build; null: it was not kept here. */
export async function keptAuditCode(folder: string, buildId: string): Promise<AuditCode | null> {
  if (!buildForm.test(buildId)) return null;
  const code = await orNull(readFile(join(folder, buildId, files.audit), 'utf8'));
  return code === null ? null : auditCodeOf(code);
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
