import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from './config-invalid.ts';

export type Place = PropertyKey[];

/** Every problem that the schema found, at the place that it is about. */
export function problemsOf(issue: z.core.$ZodIssue): (Omit<ConfigProblem, 'path'> & { path: Place })[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: issue.message }));
  }
  // A record reports its keys' problems inside.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: issue.path, message }];
}

/** The same with its line in the file. */
export function withLine(
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
