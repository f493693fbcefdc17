import type { Button, Interactive } from '../block-kit/elements.ts';
import type { Confirmation, Option } from '../block-kit/text.ts';
import type { Value, Values } from '../values.ts';
import { withEmoji } from './emoji.ts';
import { html, type Html } from './html.ts';
import { renderText, type Names } from './mrkdwn.ts';

/** What an element needs to know of where it stands. */
export interface Setting {
  names: Names;
  values: Values;
  blockId: string;
  /** What the element is for, where that stands outside of it. */
  label?: string;
}

/** The script finds by these attributes what was operated. */
const about = ({ blockId }: Setting, element: Interactive): Html =>
  html`data-block="${blockId}" data-action="${element.action_id ?? ''}"`;

const labelled = (label: string | undefined): Html => html`${label !== undefined && html`aria-label="${label}"`}`;

export function renderElement(element: Interactive, setting: Setting): Html {
  const value = setting.values[setting.blockId]?.[element.action_id ?? ''];
  switch (element.type) {
    case 'button':
      return renderButton(element, setting);
    case 'checkboxes':
      return html`<div class="options" role="group" ${labelled(setting.label)}>
        ${element.options.map((option) => choice('checkbox', option, isChosen(option, value), element, setting))}
      </div>`;
    case 'radio_buttons':
      return html`<div class="options" role="radiogroup" ${labelled(setting.label)}>
        ${element.options.map((option) => choice('radio', option, isChosen(option, value), element, setting))}
      </div>`;
    case 'static_select':
      return html`<select ${about(setting, element)} ${labelled(setting.label ?? element.placeholder?.text)}>
        <option value="" disabled ${html`${!chosenIn(value) && 'selected'}`}>
          ${element.placeholder?.text ?? 'Choose one'}
        </option>
        ${element.options.map(
          (option) =>
            html`<option value="${option.value}" ${html`${isChosen(option, value) && 'selected'}`}>
              ${option.text.text}
            </option>`,
        )}
      </select>`;
    case 'plain_text_input': {
      const given = value?.type === 'plain_text_input' ? (value.value ?? '') : '';
      const placeholder = element.placeholder?.text ?? '';
      if (element.multiline !== true) {
        return html`<input
          type="text"
          ${about(setting, element)}
          ${labelled(setting.label)}
          value="${given}"
          placeholder="${placeholder}"
        />`;
      }
      return html`<textarea ${about(setting, element)} ${labelled(setting.label)} rows="4" placeholder="${placeholder}">
${given}</textarea>`;
    }
  }
}

function renderButton(button: Button, setting: Setting): Html {
  const text = withEmoji(button.text.text);
  return html`<button type="button" class="${button.style ?? ''}" ${about(setting, button)} data-url="${button.url}">
      ${text}</button
    >${button.confirm && renderConfirmation(button.confirm, setting.names)}`;
}

/** Opened by the button before it. */
const renderConfirmation = ({ title, text, confirm, deny, style }: Confirmation, names: Names): Html =>
  html`<dialog class="confirm">
    <h2>${title.text}</h2>
    <p>${renderText(text, names)}</p>
    <footer>
      <button type="button" value="deny">${deny.text}</button>
      <button type="button" value="confirm" class="${style ?? 'primary'}">${confirm.text}</button>
    </footer>
  </dialog>`;

function choice(kind: 'checkbox' | 'radio', option: Option, chosen: boolean, element: Interactive, at: Setting): Html {
  const { blockId, names } = at;
  const group = `${blockId} ${element.action_id ?? ''}`;
  return html`<label>
    <input
      type="${kind}"
      name="${group}"
      ${about(at, element)}
      value="${option.value}"
      ${html`${chosen && 'checked'}`}
    />
    <span
      >${renderText(option.text, names)}
      ${option.description && html`<small>${renderText(option.description, names)}</small>`}</span
    >
  </label>`;
}

function chosenIn(value: Value | undefined): Option[] | undefined {
  if (value?.type === 'checkboxes') return value.selected_options;
  return value && 'selected_option' in value && value.selected_option ? [value.selected_option] : undefined;
}

const isChosen = (option: Option, value: Value | undefined): boolean =>
  chosenIn(value)?.some((each) => each.value === option.value) ?? false;
