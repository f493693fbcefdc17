import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { keptBundle } from '../temporal/kept-bundle.ts';

/** Workflow code that hands out its commands while it is replayed. */
export interface AuditCode {
  /** Without a source map, which would name files of one machine. */
  code: string;
  /** SHA-256 of it, which names the release. */
  release: string;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const sourceMapComment = '//# sourceMappingURL=';

/** What workflow code comes from, beside its libraries. */
export const workflowSources = [path('../../workflows'), path('../domain')];

let bundled: Promise<AuditCode> | undefined;
/** The code of this checkout, bundled once (about two seconds, if nobody has before). */
export const auditCode = (): Promise<AuditCode> => (bundled ??= bundle());

async function bundle(): Promise<AuditCode> {
  const interceptors = path('./replay-interceptors.ts');
  const workflowsPath = path('../../workflows/index.ts');
  const { code } = await keptBundle(
    // Loaded once for all histories, as workers load it (workers/bundle.ts).
    { workflowsPath, preloadModules: [workflowsPath], workflowInterceptorModules: [interceptors] },
    [...workflowSources, interceptors],
  );
  return auditCodeOf(withoutSourceMap(code));
}

export const auditCodeOf = (code: string): AuditCode => ({ code, release: releaseOf(code) });
export const releaseOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/** The inline source map names files of one machine; the code before it does not depend on where it lies. */
export const withoutSourceMap = (code: string): string => code.split(sourceMapComment)[0] ?? code;
/** Names a version of the workflow code as workers run it: the same code is the same version, wherever it runs. */
export const buildIdOf = (code: string): string => releaseOf(withoutSourceMap(code)).slice(0, 16);

let rendering: Promise<string> | undefined;
/** SHA-256 over what renders reports here: another wording of them is another one. */
export const renderers = (): Promise<string> => (rendering ??= hashOf(path('./render/')));

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).toSorted()) hash.update(name).update(await readFile(`${folder}${name}`));
  return hash.digest('hex');
}

/** As the SDK takes it: it insists on a source map, and an empty one is enough. */
export function runnable(code: string): { code: string; sourceMap: string } {
  const sourceMap = JSON.stringify({ version: 3, file: 'workflow-code.js', sources: [], names: [], mappings: '' });
  const encoded = Buffer.from(sourceMap).toString('base64');
  const url = `${sourceMapComment}data:application/json;base64,${encoded}`;
  return { code: `${code}${url}`, sourceMap: 'inline' };
}
