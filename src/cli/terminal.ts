import { plainText } from '../domain/escape.ts';

/** What a command writes to and asks; a test has one of its own. */
export interface Terminal {
  /** Standard output: results. */
  out: (text: string) => void;
  /** Standard error: progress, questions, errors. */
  err: (text: string) => void;
  env: NodeJS.ProcessEnv;
  /** Whether somebody reads standard output as text, not a file or a program. */
  coloured: boolean;
  columns: number;
  /** Asks a person; undefined when there is none. */
  ask: ((question: string) => Promise<string>) | undefined;
  /** Aborted when the process is asked to end. */
  interrupted: AbortSignal;
}

/** What a person answers, without blanks around it; null: they broke off, with Ctrl-C or Ctrl-D. */
export async function answerTo(question: string, { ask, err }: Terminal): Promise<string | null> {
  try {
    return (await ask?.(question))?.trim() ?? null;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // The question's line is still open.
    err('\n');
    return null;
  }
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';
const codes: Record<Style, number> = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32 };

/** Writes with colours where they are wanted. The text is made plain first: colours are ours alone. */
export const styler =
  (terminal: Pick<Terminal, 'coloured'>) =>
  (text: string, ...styles: Style[]): string => {
    const plain = plainText(text);
    if (!terminal.coloured || styles.length === 0) return plain;
    return `\u001b[${styles.map((style) => codes[style]).join(';')}m${plain}\u001b[0m`;
  };

/** JSON on standard output, without characters that a terminal obeys or hides. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[\p{Cf}\u007f-\u009f\u2028\u2029]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  ) + '\n';

/** Rows in columns of equal width; cells are plain text. Styles come after, by column. */
export function table(rows: string[][], indent = ''): string {
  const plain = rows.map((row) => row.map(plainText));
  const widths: number[] = [];
  for (const row of plain) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return plain
    .map(
      (row) =>
        indent +
        row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd() +
        '\n',
    )
    .join('');
}

/** Breaks a text into lines of at most `width`, at spaces where there are any. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainText(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
