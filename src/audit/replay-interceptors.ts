import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/**
 * Runs inside the workflow sandbox while a history is replayed: hands out every command that the code issues, with its
 * payloads. The SDK's replay by itself compares the kinds and order of commands, not what is in them.
 */
export interface CommandSinks extends Sinks {
  audit: { commands(commands: IssuedCommand[]): void };
}
/** A command as plain JSON: kind, and its fields with payloads as text. */
export interface IssuedCommand {
  kind: string;
  fields: unknown;
}

const { audit } = proxySinks<CommandSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation(input, next) {
        const output = next(input);
        audit.commands(output.commands.flatMap(issued));
        return output;
      },
    },
  ],
});

function issued(command: object): IssuedCommand[] {
  const { userMetadata, ...rest } = command as { userMetadata?: { summary?: unknown } | null };
  const summary = userMetadata?.summary ? { summary: plain(userMetadata.summary) } : {};
  return Object.entries(rest)
    .filter(([, fields]) => fields !== null && fields !== undefined)
    .map(([kind, fields]) => ({ kind, fields: { ...(plain(fields) as object), ...summary } }));
}

/** Byte arrays become text, 64-bit numbers numbers; the rest is JSON already. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: text(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('toNumber' in value && typeof value.toNumber === 'function') return (value.toNumber as () => number)();
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** As many characters as a call takes arguments at a time: one by one took longer than what they belong to. */
const atOnce = 8192;

/** A character for each byte. */
const text = (bytes: Uint8Array): string => {
  let result = '';
  for (let from = 0; from < bytes.length; from += atOnce) {
    result += String.fromCharCode(...bytes.subarray(from, from + atOnce));
  }
  return result;
};
