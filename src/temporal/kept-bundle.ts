import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type BundleOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { cacheDir } from './cache-dir.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Each is some megabytes; a release needs two. */
const most = 8;

export type Bundled = Omit<BundleOptions, 'logger'>;
export type MakeBundle = (options: Bundled) => Promise<WorkflowBundleWithSourceMap>;

export const makeBundle: MakeBundle = (options) => {
  compilerUnpacksIntoCache();
  return bundleWorkflowCode({ ...options, logger: new DefaultLogger('ERROR'), webpackConfigHook: forThisNode });
};

/**
 * swc unpacks its native part before it runs, below the home or in the temporary folder: a service may have neither, and be
 * allowed to write to the cache alone. Where others can write, too, swc takes no cache and looks for those two as before.
 */
function compilerUnpacksIntoCache(): void {
  try {
    process.env['SWC_NATIVE_BINDING_CACHE'] ??= cacheDir();
  } catch {
    // There is no cache to write to.
  }
}

/** What Node 24 understands. The SDK compiles for 2017: helpers in every module, and slower copies of objects. */
const target = 'es2024';
function forThisNode(config: WebpackConfiguration): WebpackConfiguration {
  for (const rule of (config.module?.rules ?? []) as CompilingRule[]) {
    const jsc = rule.use?.options?.jsc;
    if (jsc) jsc.target = target;
  }
  return config;
}
type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
/** As the SDK describes its compiler, which is swc. */
interface CompilingRule {
  use?: { options?: { jsc?: { target?: string } } };
}

/**
 * Bundling takes seconds, and what it makes follows from files alone: it is kept in the cache until one of them changes.
 * `sources`: the files and folders that the code comes from, beside its libraries. What is kept runs later, so it is kept
 * only where nobody else can write.
 */
export async function keptBundle(
  options: Bundled,
  sources: string[],
  make: MakeBundle = makeBundle,
): Promise<WorkflowBundleWithSourceMap> {
  const folder = await ownFolder();
  if (folder === null) return make(options);
  const file = join(folder, `${await keyOf(options, sources)}.js`);
  const kept = await readFile(file, 'utf8').catch(() => null);
  // The SDK reads the source map at the end of the code and nothing else.
  if (kept !== null) return { code: kept, sourceMap: 'inline' };
  const made = await make(options);
  await keep(folder, file, made.code).catch(() => undefined);
  return made;
}

async function ownFolder(): Promise<string | null> {
  try {
    const folder = join(cacheDir(), 'bundles');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(folder);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? folder : null;
  } catch {
    return null;
  }
}

/** Where the code lies is part of it: webpack writes it into names. */
async function keyOf(options: Bundled, sources: string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.version, target, root, options]));
  const files = (await Promise.all([join(root, 'package-lock.json'), ...sources].map(filesIn))).flat();
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}

async function filesIn(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.toSorted();
}

/** Whole or not at all: several processes may start at the same moment. */
async function keep(folder: string, file: string, code: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, code, { mode: 0o600 });
  await rename(aside, file);
  const kept = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = kept.toSorted((a, b) => b.at - a.at).slice(most);
  await Promise.all(oldest.map(({ name }) => rm(join(folder, name), { force: true })));
}
