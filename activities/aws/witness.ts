import { AsyncLocalStorage } from 'node:async_hooks';

/** One call and what AWS answered, as it came. */
export interface Statement {
  /** ISO 8601 UTC. */
  at: string;
  /** Such as `ec2:DescribeInstances`. */
  call: string;
  query: unknown;
  /** Absent: the call failed. */
  answer?: unknown;
  error?: string;
}

export interface Testimony {
  statements: Statement[];
  /** Answers that had no room. */
  left: number;
}

/** What one document holds at most, in characters: pages of a busy trail come to some megabytes. */
const mostText = 16_000_000;

interface Watch extends Testimony {
  room: number;
}
const watching = new AsyncLocalStorage<Watch>();

/** Does the work, and notes what AWS answers while it is done: more than the facts that are drawn from it. */
export async function witnessed<T>(work: () => Promise<T>, room = mostText): Promise<Testimony & { result: T }> {
  const watch: Watch = { statements: [], left: 0, room };
  const result = await watching.run(watch, work);
  return { result, statements: watch.statements, left: watch.left };
}

/** Notes a statement, if anybody is watching; one that was made before keeps its time. */
export function noted(statement: Omit<Statement, 'at'> & { at?: string }): void {
  const watch = watching.getStore();
  if (!watch) return;
  const text = JSON.stringify(statement, (name, value: unknown) =>
    name === 'Body' ? undefined : withoutSecret(name, value),
  );
  if (text.length > watch.room) {
    watch.left++;
    return;
  }
  watch.room -= text.length;
  watch.statements.push({
    at: new Date().toISOString(),
    ...(JSON.parse(text) as Omit<Statement, 'at'> & { at?: string }),
  });
}

const secretNames = /^(sessionToken|secretAccessKey|password|servicePassword)$/i;
/** The same in JSON text, as CloudTrail hands over its records, and the parts of a presigned URL that make it work. */
const secretsInText =
  /((?:"(?:sessionToken|secretAccessKey|password|servicePassword|x-amz-signature|x-amz-security-token)"\s*:\s*")|(?:x-amz-(?:signature|security-token)=))[^"&\s]*/gi;

/** CloudTrail's records of AssumeRole carry the token of the session. */
function withoutSecret(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return secretNames.test(name) ? '[cut]' : value.replace(secretsInText, '$1[cut]');
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
