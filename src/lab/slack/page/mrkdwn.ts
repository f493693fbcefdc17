import type { Text } from '../block-kit/text.ts';
import { withEmoji } from './emoji.ts';
import { html, type Html } from './html.ts';

/** Ids to names, for mentions. */
export interface Names {
  user: (id: string) => string | undefined;
  channel: (id: string) => string | undefined;
}

/**
 * Code, control sequences, and words in bold, italics or struck out; what is none of these is text. The bound keeps a long
 * text of nothing but marks from taking long.
 */
const special =
  /```(?<block>[\s\S]+?)```\n?|`(?<code>[^`\n]+)`|<(?<control>[^<>\n]+)>|(?<![\p{L}\p{N}*_~])(?<mark>[*_~])(?=\S)(?<marked>[^\n]{1,1000}?)(?<=\S)\k<mark>(?![\p{L}\p{N}*_~])/gu;

export function renderText(text: Text, names: Names): Html {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, names) : lines(withEmoji(text.text));
}

/** Lines that begin with `>` are a quotation; elsewhere only the marks inside count. */
export function renderMrkdwn(text: string, names: Names): Html {
  const quoted = /(?:^(?:>|&gt;) ?.*(?:\n|$))+/gm;
  const parts: Html[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(quoted)) {
    parts.push(inline(text.slice(from, index), names));
    const content = found.replaceAll(/^(?:>|&gt;) ?/gm, '').trimEnd();
    parts.push(html`<blockquote>${inline(content, names)}</blockquote>`);
    from = index + found.length;
  }
  parts.push(inline(text.slice(from), names));
  return html`${parts}`;
}

function inline(text: string, names: Names): Html {
  const parts: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(special)) {
    parts.push(plain(text.slice(from, match.index)), specialPart(match[0], match.groups ?? {}, names));
    from = match.index + match[0].length;
  }
  parts.push(plain(text.slice(from)));
  return html`${parts}`;
}

function specialPart(whole: string, groups: Record<string, string | undefined>, names: Names): Html {
  const { block, code, control, mark, marked } = groups;
  if (block !== undefined) return html`<pre>${controlsIn(block.replace(/^\n/, ''), names)}</pre>`;
  if (code !== undefined) return html`<code>${controlsIn(code, names)}</code>`;
  if (control !== undefined) return controlSequence(control, names) ?? plain(whole);
  const content = inline(marked ?? '', names);
  if (mark === '*') return html`<strong>${content}</strong>`;
  return mark === '_' ? html`<em>${content}</em>` : html`<s>${content}</s>`;
}

/** In code no marks count, but mentions and links still do: code is no shelter from a ping. */
function controlsIn(text: string, names: Names): Html {
  const parts = text.split(/(<[^<>\n]+>)/).map((part) => {
    const known = part.startsWith('<') ? controlSequence(part.slice(1, -1), names) : undefined;
    return known ?? html`${unescaped(part)}`;
  });
  return html`${parts}`;
}

/** What stands between `<` and `>`. Undefined: nothing that Slack knows, so it is text. */
function controlSequence(content: string, names: Names): Html | undefined {
  const [target = '', label] = content.split('|', 2);
  const id = target.slice(1);
  if (target.startsWith('@')) return mention(`@${names.user(id) ?? unescaped(label ?? id)}`);
  if (target.startsWith('#')) return mention(`#${names.channel(id) ?? unescaped(label ?? id)}`);
  if (/^!(?:channel|here|everyone)$/.test(target)) return html`<span class="mention ping">@${id}</span>`;
  if (target.startsWith('!subteam^')) return html`<span class="mention ping">${unescaped(label ?? target)}</span>`;
  if (target.startsWith('!date^')) return html`<span>${unescaped(label ?? target)}</span>`;
  return /^(?:https?:\/\/|mailto:)/.test(target) ? link(unescaped(target), unescaped(label ?? target)) : undefined;
}

const mention = (name: string): Html => html`<span class="mention">${name}</span>`;

export const link = (url: string, text: string): Html =>
  html`<a href="${url}" target="_blank" rel="noopener noreferrer">${text}</a>`;

const plain = (text: string): Html => lines(withEmoji(unescaped(text)));

/** Slack knows three entities and no others. */
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const lines = (text: string): Html =>
  html`${text.split('\n').map((line, index) => (index > 0 ? html`<br />${line}` : line))}`;
