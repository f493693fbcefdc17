import type { Block } from '../block-kit/blocks.ts';
import type { Span, RichTextPart } from '../block-kit/rich-text.ts';
import type { Values } from '../values.ts';
import { renderElement, type Setting } from './elements.ts';
import { withEmoji } from './emoji.ts';
import { html, type Html } from './html.ts';
import { link, renderText, type Names } from './mrkdwn.ts';

export function renderBlocks(blocks: readonly Block[], names: Names, values: Values): Html {
  return html`${blocks.map((block) => renderBlock(block, { names, values, blockId: block.block_id ?? '' }))}`;
}

function renderBlock(block: Block, at: Setting): Html {
  switch (block.type) {
    case 'header':
      return html`<h3>${renderText(block.text, at.names)}</h3>`;
    case 'divider':
      return html`<hr />`;
    case 'section':
      return html`<div class="section">
        <div class="words">
          ${block.text && html`<p>${renderText(block.text, at.names)}</p>`}
          ${
            block.fields &&
            html`<div class="fields">${block.fields.map((field) => html`<p>${renderText(field, at.names)}</p>`)}</div>`
          }
        </div>
        ${
          block.accessory &&
          (block.accessory.type === 'image' ? picture(block.accessory.alt_text) : renderElement(block.accessory, at))
        }
      </div>`;
    case 'context':
      return html`<div class="context">
        ${block.elements.map((element) =>
          element.type === 'image' ? picture(element.alt_text) : html`<span>${renderText(element, at.names)}</span>`,
        )}
      </div>`;
    case 'actions':
      return html`<div class="actions">${block.elements.map((element) => renderElement(element, at))}</div>`;
    case 'image':
      return picture(block.alt_text);
    case 'input':
      return html`<div class="input" data-input="${at.blockId}">
        <p class="label">${block.label.text}${block.optional && html` <small>(optional)</small>`}</p>
        ${renderElement(block.element, { ...at, label: block.label.text })}
        ${block.hint && html`<small>${block.hint.text}</small>`}
        <p class="error" role="alert" hidden></p>
      </div>`;
    case 'rich_text':
      return html`<div class="rich">${block.elements.map((part) => richPart(part, at.names))}</div>`;
  }
}

/** The page loads nothing from elsewhere. */
const picture = (alternative: string): Html => html`<span class="picture">[image: ${alternative}]</span>`;

function richPart(part: RichTextPart, names: Names): Html {
  switch (part.type) {
    case 'rich_text_preformatted':
      return html`<pre>${part.elements.map((each) => span(each, names))}</pre>`;
    case 'rich_text_quote':
      return html`<blockquote>${part.elements.map((each) => span(each, names))}</blockquote>`;
    case 'rich_text_section':
      return html`<p>${part.elements.map((each) => span(each, names))}</p>`;
    case 'rich_text_list': {
      const items = part.elements.map((each) => html`<li>${each.elements.map((one) => span(one, names))}</li>`);
      return part.style === 'ordered'
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
  }
}

function span(part: Span, names: Names): Html {
  switch (part.type) {
    case 'user':
      return html`<span class="mention">@${names.user(part.user_id) ?? part.user_id}</span>`;
    case 'channel':
      return html`<span class="mention">#${names.channel(part.channel_id) ?? part.channel_id}</span>`;
    case 'broadcast':
      return html`<span class="mention ping">@${part.range}</span>`;
    case 'emoji':
      return html`${withEmoji(`:${part.name}:`)}`;
    case 'link':
      return /^(?:https?:\/\/|mailto:)/.test(part.url)
        ? link(part.url, part.text ?? part.url)
        : html`${part.text ?? part.url}`;
    case 'text': {
      const { bold, italic, strike, code } = part.style ?? {};
      let text = html`${part.text}`;
      if (code) text = html`<code>${text}</code>`;
      if (strike) text = html`<s>${text}</s>`;
      if (italic) text = html`<em>${text}</em>`;
      return bold ? html`<strong>${text}</strong>` : text;
    }
  }
}
