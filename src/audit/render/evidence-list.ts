import { markup, type Html } from './html-template.ts';

/** Something that a statement of the report rests on. */
export interface Evidence {
  what: string;
  /** Where it lies, or the value itself. */
  where?: string;
  /** Hash or signature that proves it. */
  proof?: string;
}

/** The numbered evidence of one report: each piece has one number, wherever it is cited. */
export class EvidenceList {
  readonly #numbers = new Map<string, number>();
  readonly #items: Evidence[] = [];

  /** A link to the piece. */
  cite(evidence: Evidence): Html {
    const key = JSON.stringify(evidence);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#items.push(evidence);
      this.#numbers.set(key, number);
    }
    return markup`<a class="cite" href="#evidence-${number}">E${number}</a>`;
  }

  get items(): readonly Evidence[] {
    return this.#items;
  }
}
