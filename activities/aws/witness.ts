import { AsyncLocalStorage } from 'node:async_hooks';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** One call and what AWS answered, as it came. */
interface Statement {
  /** Such as `ec2:DescribeInstances`. */
  call: string;
  query: unknown;
  /** Absent: the call failed. */
  answer?: unknown;
  error?: string;
}

/**
 * A statement with its time, as JSON, compressed: a trail is read for minutes at CloudTrail's pace, its pages say
 * nearly the same again and again, and a worker holds those of many incidents until each is stored.
 */
export interface KeptStatement {
  compressed: Buffer;
  /** Bytes of the text. */
  size: number;
}

export interface Testimony {
  statements: KeptStatement[];
  /** Answers that had no room. */
  left: number;
}

/** What one document holds at most, in bytes: pages of a busy trail come to some megabytes. */
const mostBytes = 16_000_000;

interface Watch extends Testimony {
  room: number;
  /** Watches the whole of what this one watches a part of. */
  around?: Watch | undefined;
}
const watching = new AsyncLocalStorage<Watch>();

/** Does the work, and notes what AWS answers while it is done: more than the facts that are drawn from it. */
export async function witnessed<T>(work: () => Promise<T>, room = mostBytes): Promise<Testimony & { result: T }> {
  const watch: Watch = { statements: [], left: 0, room };
  const result = await watching.run(watch, work);
  return { result, statements: watch.statements, left: watch.left };
}

/** The same for a part of the work: whoever watches the whole of it hears this part, too. */
export async function overheard<T>(work: () => Promise<T>): Promise<Testimony & { result: T }> {
  const watch: Watch = { statements: [], left: 0, room: mostBytes, around: watching.getStore() };
  const result = await watching.run(watch, work);
  return { result, statements: watch.statements, left: watch.left };
}

/** Notes a statement, if anybody is watching. */
export function noted(statement: Statement): void {
  const watch = watching.getStore();
  if (!watch) return;
  const text = JSON.stringify({ at: new Date().toISOString(), ...statement }, (name, value: unknown) =>
    name === 'Body' ? undefined : withoutSecret(name, value),
  );
  keep(watch, compressedStatement(text));
}

export function compressedStatement(text: string): KeptStatement {
  // A copy: what zlib returns holds on to the whole of its working memory.
  const compressed = Buffer.from(deflateRawSync(text, { level: 1 }));
  return { compressed, size: Buffer.byteLength(text) };
}

/** Notes what was witnessed before, which keeps its time. */
export function notedBefore({ statements, left }: Testimony): void {
  const watch = watching.getStore();
  if (!watch) return;
  for (const statement of statements) keep(watch, statement);
  watch.left += left;
}

function keep(watch: Watch, statement: KeptStatement): void {
  if (watch.around) keep(watch.around, statement);
  if (statement.size > watch.room) {
    watch.left++;
    return;
  }
  watch.room -= statement.size;
  watch.statements.push(statement);
}

/** The text of a statement. */
export const statementText = ({ compressed, size }: KeptStatement): Buffer =>
  inflateRawSync(compressed, { chunkSize: Math.max(size, 64) });

const secretNames = /^(sessionToken|secretAccessKey|password|servicePassword|userData)$/i;
/** The same in JSON text, as CloudTrail hands over its records, which stays JSON whatever the value holds. */
const secretsInJson =
  /("(?:sessionToken|secretAccessKey|password|servicePassword|userData|x-amz-signature|x-amz-security-token)"\s*:\s*")(?:\\.|[^"\\])*/gi;
/** The parts of a presigned URL that make it work; a backslash begins an escape of the JSON around it. */
const secretsInUrl = /(x-amz-(?:signature|security-token)=)[^"\\&\s]*/gi;

/** CloudTrail's records of AssumeRole carry the token of the session, EC2's answers the user data of a machine. */
function withoutSecret(name: string, value: unknown): unknown {
  if (secretNames.test(name)) return '[cut]';
  return typeof value === 'string' ? value.replace(secretsInJson, '$1[cut]').replace(secretsInUrl, '$1[cut]') : value;
}

/** Any client of the SDK, as far as this needs it. */
interface Client {
  middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
}
interface Call {
  commandName?: string;
}

/** Makes a client's answers be noted, each once, whatever it took to get it. */
export function beWitnessed<C extends Client>(client: C, system: string): C {
  const note =
    (next: (args: unknown) => Promise<{ output: object }>, { commandName = '' }: Call) =>
    async (args: { input: unknown }) => {
      const query = args.input;
      const call = `${system}:${commandName.replace(/Command$/, '')}`;
      try {
        const answer = await next(args);
        const { $metadata, ...output } = answer.output as { $metadata?: { requestId?: string } };
        noted({ call, query, answer: { requestId: $metadata?.requestId, ...output } });
        return answer;
      } catch (error) {
        noted({ call, query, error: error instanceof Error ? error.name : 'failure' });
        throw error;
      }
    };
  client.middlewareStack.add(note as never, { step: 'initialize', name: 'noteAnswer' });
  return client;
}
