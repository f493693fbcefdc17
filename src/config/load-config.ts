import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { digestOf } from '../domain/digest.ts';
import { ConfigInvalid, type ConfigProblem } from './config-invalid.ts';
import { configSchema, type ConfigFile } from './schema.ts';
import { Secret } from './secret.ts';

/** The configuration, checked and complete. Durations are milliseconds; secrets are read when they are needed. */
export interface SoarConfig extends Omit<ConfigFile, 'aws' | 'intake' | 'gateway'> {
  /** The file that it was read from, as an absolute path. */
  file: string;
  /** Of the file's contents: says on record which configuration was in force. References, not secrets, are in it. */
  digest: string;
  aws: Omit<ConfigFile['aws'], 'externalId'> & { externalId?: Secret };
  intake: Omit<ConfigFile['intake'], 'bearerTokens' | 'correlationKey' | 'hmacSecrets' | 'eventbridge'> & {
    bearerTokens: Secret[];
    hmacSecrets: Secret[];
    eventbridge?: { header: string; apiKeys: Secret[] };
    correlationKey: Secret;
  };
  gateway: Omit<ConfigFile['gateway'], 'signingKey' | 'codeSecret'> & { signingKey: Secret; codeSecret: Secret };
}

/** Reads soar.yaml; throws `ConfigInvalid` with every problem in it. */
export async function loadConfig(path: string): Promise<SoarConfig> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const hint =
      code === 'ENOENT' ? 'there is no such file; config/soar.example.yaml shows one' : `cannot be read (${code})`;
    throw new ConfigInvalid(path, [{ path: '', message: hint }], { cause: error });
  }
  return parseConfig(source, path);
}

/** The same for text that is at hand; `path` is where relative paths start from. */
export function parseConfig(source: string, path: string): SoarConfig {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ConfigInvalid(
      path,
      document.errors.map(({ code, pos }) => ({
        path: '',
        message: `is not YAML: ${code.toLowerCase().replaceAll('_', ' ')}`,
        line: lines.linePos(pos[0]).line,
      })),
    );
  }
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
    throw new ConfigInvalid(path, [{ path: '', message: 'has too many or unknown aliases' }], { cause: error });
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

type Place = PropertyKey[];

function problemsOf(issue: z.core.$ZodIssue): (Omit<ConfigProblem, 'path'> & { path: Place })[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: issue.message }));
  }
  // A record reports its keys' problems inside.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: issue.path, message }];
}

function withLine(
  { path, message }: { path: Place; message: string },
  document: Document,
  lines: LineCounter,
): ConfigProblem {
  const shown = path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part).slice(0, 60)}`,
    '',
  );
  // A missing key has no line: its section's is shown.
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return { path: shown, message, line: lines.linePos(node.range[0]).line };
  }
  return { path: shown, message };
}

function assemble(contents: ConfigFile, file: string, digest: string): SoarConfig {
  const folder = dirname(file);
  const secret = (reference: string, path: string) => new Secret(reference, { file, path, folder });
  const { aws, intake, gateway, evidence } = contents;
  const secrets = (references: string[], path: string) =>
    references.map((reference, index) => secret(reference, `${path}[${index}]`));
  const { externalId, ...awsRest } = aws;
  const { eventbridge, ...intakeRest } = intake;
  return {
    ...contents,
    file,
    digest,
    evidence: 'folder' in evidence ? { folder: resolve(folder, evidence.folder) } : evidence,
    aws: { ...awsRest, ...(externalId === undefined ? {} : { externalId: secret(externalId, 'aws.externalId') }) },
    intake: {
      ...intakeRest,
      deadLetters: resolve(folder, intake.deadLetters),
      bearerTokens: secrets(intake.bearerTokens, 'intake.bearerTokens'),
      hmacSecrets: secrets(intake.hmacSecrets, 'intake.hmacSecrets'),
      ...(eventbridge && {
        eventbridge: { ...eventbridge, apiKeys: secrets(eventbridge.apiKeys, 'intake.eventbridge.apiKeys') },
      }),
      correlationKey: secret(intake.correlationKey, 'intake.correlationKey'),
    },
    gateway: {
      ...gateway,
      signingKey: secret(gateway.signingKey, 'gateway.signingKey'),
      codeSecret: secret(gateway.codeSecret, 'gateway.codeSecret'),
    },
  };
}
