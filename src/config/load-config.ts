import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { digestOf } from '../domain/digest.ts';
import { ConfigInvalid } from './config-invalid.ts';
import { configSchema, type ConfigFile } from './schema.ts';
import { problemsOf, withLine } from './problem-lines.ts';
import { Secret, SecretReference } from './secret.ts';
import { yamlProblems } from './yaml-problems.ts';

/** The file's contents with secrets that can be read. */
type WithSecrets<T> = T extends SecretReference
  ? Secret
  : T extends readonly (infer Item)[]
    ? WithSecrets<Item>[]
    : T extends object
      ? { [Key in keyof T]: WithSecrets<T[Key]> }
      : T;

/** The configuration, checked and complete. Durations are milliseconds; secrets are read when they are needed. */
export interface SoarConfig extends WithSecrets<ConfigFile> {
  /** The file that it was read from, as an absolute path. */
  file: string;
  /** Of the file's contents: says on record which configuration was in force. References, not secrets, are in it. */
  digest: string;
}

/** By path, what was read there last: who may approve is read for each decision and each act (P7), and seldom changes. */
const readLast = new Map<string, { source: string; config: SoarConfig }>();

/** Reads soar.yaml; throws `ConfigInvalid` with every problem in it. Whoever gets the same text gets the same object. */
export async function loadConfig(path: string): Promise<SoarConfig> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const hint =
      code === 'ENOENT'
        ? 'there is no such file; name yours with --config or SOAR_CONFIG; config/soar.example.yaml shows one'
        : `cannot be read (${code})`;
    throw new ConfigInvalid(path, [{ path: '', message: hint }], { cause: error });
  }
  const known = readLast.get(path);
  if (known?.source === source) return known.config;
  const config = parseConfig(source, path);
  readLast.set(path, { source, config });
  return config;
}

/** The same for text that is at hand; `path` is where relative paths start from. */
export function parseConfig(source: string, path: string): SoarConfig {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) throw new ConfigInvalid(path, yamlProblems(document.errors, lines));
  const contents = withoutNulls(toPlain(document, path));
  const parsed = configSchema.safeParse(contents);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap(problemsOf);
    throw new ConfigInvalid(
      path,
      problems.map((problem) => withLine(problem, document, lines)),
    );
  }
  return assemble(parsed.data, resolve(path), digestOf(contents));
}

function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 }) as unknown;
  } catch (error) {
    throw new ConfigInvalid(
      path,
      [{ path: '', message: 'has too many or unknown aliases: a text that begins with * needs quotes' }],
      { cause: error },
    );
  }
}

/** A key with nothing behind it counts as absent: its entries are probably commented out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

function assemble(contents: ConfigFile, file: string, digest: string): SoarConfig {
  const folder = dirname(file);
  const config = withSecrets(contents, { file, path: '', folder });
  const { intake, evidence, geography, releases, encryption } = config;
  const { hostingNetworks, ...files } = geography;
  return {
    ...config,
    file,
    digest,
    ...(encryption && { encryption: { ...encryption, keys: resolve(folder, encryption.keys) } }),
    evidence: 'folder' in evidence ? { folder: resolve(folder, evidence.folder) } : evidence,
    geography: { hostingNetworks, ...resolvedIn(folder, files) },
    ...(releases === undefined ? {} : { releases: resolve(folder, releases) }),
    intake: { ...intake, deadLetters: resolve(folder, intake.deadLetters) },
  };
}

const resolvedIn = <T extends Record<string, string>>(folder: string, files: T): T =>
  Object.fromEntries(Object.entries(files).map(([name, path]) => [name, resolve(folder, path)])) as T;

/** A copy in which every reference to a secret is one that can be read, and knows where it stands in the file. */
function withSecrets<T>(value: T, where: { file: string; path: string; folder: string }): WithSecrets<T>;
function withSecrets(value: unknown, where: { file: string; path: string; folder: string }): unknown {
  if (value instanceof SecretReference) return new Secret(value.reference, where);
  const inside = (name: string) => ({ ...where, path: `${where.path}${name}`.replace(/^\./, '') });
  if (Array.isArray(value)) return value.map((item: unknown, index) => withSecrets(item, inside(`[${index}]`)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecrets(item, inside(`.${key}`))]));
}
