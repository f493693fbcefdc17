import { createReadStream } from 'node:fs';
import type { FoundDocument } from '../intake/documents-of.ts';
import { UsageError } from './failures.ts';
import { jsonText } from './terminal.ts';

/** A document and where it stands: the file's name and the number of the document in it, from 1. */
export type PlacedDocument = FoundDocument & { file: string; record: number };

/** All documents of files, in order; `-` is standard input. */
export async function* documentsInFiles(files: string[]): AsyncGenerator<PlacedDocument> {
  const { documentsOf } = await import('../intake/documents-of.ts');
  for (const file of files) {
    const source = file === '-' ? process.stdin : createReadStream(file);
    let record = 0;
    try {
      for await (const found of documentsOf(source)) yield { ...found, file, record: ++record };
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      throw new UsageError(`${file}: cannot be read (${code ?? 'unknown error'})`);
    }
    if (record === 0) yield { problem: 'it is empty', file, record: 0 };
  }
}

/** JSON in a line of its own. Line breaks inside texts are escaped: only those of the layout go. */
export const jsonLine = (value: unknown): string => `${jsonText(value).replace(/\n\s*/g, '')}\n`;
