import { statementText, type Testimony } from '../aws/witness.ts';

/**
 * A document of what was answered as JSON, put together in one piece of memory: that of a busy trail has megabytes, and
 * more than one copy of it would show in a worker. `head`: what stands before the answers.
 */
export function documentOf(head: object, { statements, left }: Testimony): Buffer {
  const begin = `${JSON.stringify(head).slice(0, -1)},"answers":[`;
  const end = left > 0 ? `],"notKept":${left}}` : ']}';
  const commas = Math.max(statements.length - 1, 0);
  const text = statements.reduce((sum, { size }) => sum + size, commas);
  const document = Buffer.alloc(Buffer.byteLength(begin) + text + end.length);
  let at = document.write(begin);
  for (const [index, statement] of statements.entries()) {
    if (index > 0) at += document.write(',', at);
    at += statementText(statement).copy(document, at);
  }
  document.write(end, at);
  return document;
}
