import { markup, type Html, type Value } from './html-template.ts';
import { utc } from './words.ts';

/** A part of the report that the contents lead to. */
export interface Section {
  id: string;
  title: string;
  body: Html;
}

export const section = (id: string, title: string, body: Html): Section => ({ id, title, body });
export const nothing = (words: string): Html => markup`<p class="quiet">${words}</p>`;

export interface Column {
  heading: string;
  /** Long texts take what the others leave. */
  wide?: true;
}

/** A table that becomes a list of cards on a phone; the roles keep it a table for those who hear it. */
export const table = (label: string, columns: (Column | string)[], rows: readonly (readonly Value[])[]): Html => {
  const all = columns.map((column) => (typeof column === 'string' ? { heading: column } : column));
  return markup`<table role="table" aria-label="${label}">
    <thead role="rowgroup">
      <tr role="row">
        ${all.map(
          ({ heading, wide }) =>
            markup`<th role="columnheader" scope="col" class="${wide ? 'wide' : 'narrow'}">${heading}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          markup`<tr role="row">
            ${cells.map(
              (cell, index) =>
                markup`<td role="cell" class="${all[index]?.wide ? 'wide' : 'narrow'}" data-label="${all[index]?.heading}">${cell}</td>`,
            )}
          </tr> `,
      )}
    </tbody>
  </table>`;
};

export const list = (items: readonly Value[]): Html =>
  markup`<ul>
    ${items.map((item) => markup`<li>${item}</li> `)}
  </ul>`;

/** Names and what they stand for. */
export const facts = (pairs: readonly (readonly [string, Value])[]): Html =>
  markup`<dl>
    ${pairs.map(
      ([name, value]) =>
        markup`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;

/** A word that stands out by its form and colour; the word itself says everything. */
export const badge = (tone: Tone, word: string): Html => markup`<span class="badge ${tone}">${word}</span>`;
export type Tone = 'bad' | 'warn' | 'good' | 'plain';

/** One of our own words, which does not break. */
export const word = (own: string): Html => markup`<span class="word">${own}</span>`;

export const code = (value: string): Html => markup`<code>${value}</code>`;

/** A moment as people read it; the exact one stays in the attribute. */
export const moment = (at: string): Html =>
  Number.isNaN(Date.parse(at)) ? markup`${at}` : markup`<time datetime="${at}">${utc(at)}</time>`;
