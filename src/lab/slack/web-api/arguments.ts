import { SlackRefusal } from '../refusal.ts';
import { jsonOf } from '../json-of.ts';

/** What a caller sent: form fields, where lists and objects are JSON inside; or one JSON document. */
export class Arguments {
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(contentType: string, body: string) {
    const json = contentType.startsWith('application/json');
    const given = json ? jsonOf(body) : Object.fromEntries(new URLSearchParams(body));
    this.#given = typeof given === 'object' && given !== null ? { ...given } : {};
  }

  text(name: string): string {
    const value = this.#given[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    return '';
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === '') {
      throw new SlackRefusal('invalid_arguments', {
        response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
      });
    }
    return value;
  }

  flag(name: string): boolean {
    return [true, 'true', '1'].includes(this.#given[name] as string);
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.text(name));
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  }

  /** Undefined where it was not given. */
  json(name: string, code: string): unknown {
    const value = this.#given[name];
    if (value === undefined || value === '') return undefined;
    const parsed = typeof value === 'string' ? jsonOf(value) : value;
    if (parsed === undefined) throw new SlackRefusal(code);
    return parsed;
  }
}
