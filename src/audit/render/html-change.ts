import type { ChangeLine } from '../../domain/acts/change.ts';
import { markup, whole, type Html } from './html-template.ts';

/** Before → after, line by line; no line is cut. */
export const changeBlock = (lines: readonly ChangeLine[]): Html =>
  markup`<pre class="change" tabindex="0" role="group" aria-label="Before and after">
${lines.map(changeLine)}</pre>`;

const changeLine = ({ mark, text }: ChangeLine): Html => {
  if (mark === '+') return markup`<ins>+ ${whole(text)}</ins>`;
  return mark === '-' ? markup`<del>- ${whole(text)}</del>` : markup`<span>  ${whole(text)}</span>`;
};
