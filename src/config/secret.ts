import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { ConfigInvalid } from './config-invalid.ts';

export const secretForm = 'a reference env:NAME or file:PATH; the secret itself never stands in the file';
const referenceForm = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;
export const isSecretReference = (text: string): boolean => referenceForm.test(text);

/** Shorter ones could be guessed. */
const leastCharacters = 16;

/** A reference as it stands in the file; `loadConfig` makes a `Secret` of it. */
export class SecretReference {
  readonly reference: string;

  constructor(reference: string) {
    this.reference = reference;
  }
}

/** Where a secret lies. It is read only by the process that needs it, when it needs it, and never shown (P10). */
export class Secret {
  readonly reference: string;
  readonly #where: { file: string; path: string; folder: string };

  /** `where`: the configuration file, the place in it, and the folder that file references start from. */
  constructor(reference: string, where: { file: string; path: string; folder: string }) {
    this.reference = reference;
    this.#where = where;
  }

  /** The secret's text, without the line break that editors leave at the end. */
  read(): string {
    const { file, path } = this.#where;
    const found = this.#find();
    if (typeof found === 'string' && found.length >= leastCharacters) return found;
    const reason = typeof found === 'string' ? `holds fewer than ${leastCharacters} characters` : found.reason;
    throw new ConfigInvalid(file, [{ path, message: `${this.reference} ${reason}` }]);
  }

  #find(): string | { reason: string } {
    if (this.reference.startsWith('env:')) {
      return process.env[this.reference.slice('env:'.length)] ?? { reason: 'is not set in the environment' };
    }
    const secretFile = resolve(this.#where.folder, this.reference.slice('file:'.length));
    try {
      return readFileSync(secretFile, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      const place = this.reference === `file:${secretFile}` ? '' : `; it is looked for at ${secretFile}`;
      return { reason: `cannot be read (${code})${place}` };
    }
  }

  toString(): string {
    return `[secret ${this.reference}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Every secret of a configuration, wherever it stands. */
export function secretsIn(value: unknown): Secret[] {
  if (value instanceof Secret) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}
