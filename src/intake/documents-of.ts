import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseJson } from '../domain/cloudtrail/fields.ts';
import { documentsIn } from './decode.ts';

/** A document of a file, or why there is none at this place. */
export type FoundDocument = { document: unknown } | { problem: string };

/** Longer ones are no alerts: a CloudTrail record has at most 256 KB, and Kibana sends a hundred alerts at a time. */
const longest = 32_000_000;

/**
 * The documents of a file or of standard input, one after the other, whatever its size: a CloudTrail log file, a list,
 * one document to a line, or just one; plain or packed with gzip. What cannot be read is told and costs nothing else.
 */
export async function* documentsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<FoundDocument> {
  const splitter = new Splitter();
  const decoder = new TextDecoder();
  try {
    for await (const chunk of await unpacked(source)) yield* splitter.take(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    yield* splitter.end();
    yield { problem: 'it is packed with gzip and damaged or cut off' };
    return;
  }
  yield* splitter.take(decoder.decode());
  yield* splitter.end();
}

async function unpacked(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const all = (async function* () {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  if (head[0] !== 0x1f || head[1] !== 0x8b) return all;
  const gunzip = createGunzip();
  // Whatever ends it is thrown to whoever reads.
  pipeline(Readable.from(all), gunzip, () => undefined);
  return gunzip;
}

/**
 * Cuts JSON texts apart by their brackets, without parsing what is not complete. The elements of a list, or of the
 * `Records` of a log file, are cut out one by one, so that a file of any length passes.
 */
class Splitter {
  #pieces: string[] = [];
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Where the elements of a list stand; 0: this text is one document. */
  #elements = 0;
  /** What follows the list in a log file. */
  #skipping = false;
  #key = '';

  *take(text: string): Generator<FoundDocument> {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const cut = this.#step(text.charCodeAt(at));
      if (cut === goOn) continue;
      const inclusive = cut === endsAfter || cut === broken;
      this.#keep(text.slice(start, inclusive ? at + 1 : at));
      start = at + 1;
      if (cut === dropped) this.#clear();
      else yield* this.#found(cut === broken);
    }
    if (!this.#skipping) this.#keep(text.slice(start));
    if (this.#length > longest) {
      yield { problem: `a document has more than ${longest / 1e6} million characters` };
      this.#reset();
    }
  }

  *end(): Generator<FoundDocument> {
    const within = this.#elements > 0 || this.#skipping;
    const rest = this.#pieces.join('').trim() !== '';
    if (!within) yield* this.#found(false);
    else yield { problem: `it ends within a list${rest ? ', in the middle of a document' : ''}` };
    this.#reset();
  }

  /** One character: what it means for the text that has come so far. */
  #step(code: number): Cut {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
      else if (code === newline) return broken;
      else if (this.#depth === 1 && this.#key.length < 20) this.#key += String.fromCharCode(code);
      return goOn;
    }
    switch (code) {
      case quote:
        this.#inString = true;
        if (this.#depth === 1) this.#key = '';
        return goOn;
      case openBrace:
      case openBracket:
        return this.#opens(code);
      case closeBrace:
      case closeBracket:
        return this.#closes();
      case comma:
        return this.#elements > 0 && this.#depth === this.#elements ? endsBefore : goOn;
      case newline:
        return this.#depth === 0 && !this.#skipping ? endsBefore : goOn;
      default:
        return goOn;
    }
  }

  #opens(code: number): Cut {
    this.#depth++;
    if (this.#elements > 0 || this.#skipping || code !== openBracket) return goOn;
    const isList = this.#depth === 1 && this.#pieces.length === 0;
    if (!isList && !(this.#depth === 2 && this.#key === 'Records')) return goOn;
    this.#elements = this.#depth;
    return dropped;
  }

  #closes(): Cut {
    if (this.#depth === 0) return goOn;
    this.#depth--;
    if (this.#elements > 0 && this.#depth === this.#elements - 1) {
      this.#elements = 0;
      this.#skipping = this.#depth > 0;
      return endsBefore;
    }
    if (this.#depth > 0 || this.#elements > 0) return goOn;
    if (!this.#skipping) return endsAfter;
    this.#skipping = false;
    return dropped;
  }

  *#found(isBroken: boolean): Generator<FoundDocument> {
    const text = this.#pieces
      .join('')
      .trim()
      .replace(/^\ufeff/, '');
    this.#clear();
    if (isBroken) this.#reset();
    if (text === '' || text === 'null') return;
    const parsed = parseJson(text);
    if (parsed !== undefined) {
      for (const document of documentsIn(parsed)) yield { document };
      return;
    }
    const lines = text.split('\n');
    // A line that is cut off has taken the ones after it along.
    const whole = lines.length === 1 ? [] : lines.map(parseJson);
    if (!whole.some((line) => typeof line === 'object')) yield { problem: 'it is not JSON' };
    else for (const line of whole) yield line === undefined ? { problem: 'it is not JSON' } : { document: line };
  }

  #keep(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }

  #reset(): void {
    this.#clear();
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#elements = 0;
    this.#skipping = false;
    this.#key = '';
  }
}

const [quote, backslash, newline, comma] = [0x22, 0x5c, 0x0a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

const goOn = 0;
const endsAfter = 1;
const endsBefore = 2;
const dropped = 3;
const broken = 4;
type Cut = typeof goOn | typeof endsAfter | typeof endsBefore | typeof dropped | typeof broken;
