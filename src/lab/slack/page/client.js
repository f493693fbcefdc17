/* global document, location, fetch, EventSource, window */

// The page is rendered by the server. This script fetches it anew whenever something changed, and tells the server what
// the person does.

const lost = document.querySelector('#lost');
const me = document.querySelector('select[name="as"]');

const words = {
  operation_timeout: 'The app did not answer within 3 seconds. Try again.',
  http_service_error: 'The app answered with an error. Try again.',
  dispatch_failed: 'The app cannot be reached. Try again.',
  bad_response: 'We had some trouble connecting. Try again?',
  incomplete: '',
};

let busy = false;
let stale = false;

/** Not while the person confirms something: the dialog would go away under their hand. */
async function refresh() {
  if (busy || document.querySelector('dialog.confirm[open]')) {
    stale = true;
    return;
  }
  busy = true;
  stale = false;
  try {
    const response = await fetch(`/workspace${location.search}`);
    show(new window.DOMParser().parseFromString(await response.text(), 'text/html'));
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  } finally {
    busy = false;
    if (stale) void refresh();
  }
}

function show(fresh) {
  const focused = keyOf(document.activeElement);
  const errors = shownErrors();
  const messages = document.querySelector('#messages');
  const atEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  const { scrollTop } = messages;
  for (const id of ['channels', 'messages']) replace(document.querySelector(`#${id}`), fresh.querySelector(`#${id}`));
  messages.scrollTop = atEnd ? messages.scrollHeight : scrollTop;
  for (const [place, text] of errors) tell(articleAt(place), text);
  if (focused) document.querySelector(focused)?.focus();
  showView(fresh.querySelector('#modal'));
}

/** A form that is being filled in stays, unless the app has put another one in its place. */
function showView(fresh) {
  const open = document.querySelector('#modal');
  if (open?.dataset.hash === fresh?.dataset.hash) return;
  if (open?.dataset.view === fresh?.dataset.view) keepEntered(open, fresh);
  const place = document.querySelector('#view');
  place.replaceChildren(...(fresh ? [fresh] : []));
  fresh?.showModal();
}

/** What was typed stays in a view that the app has updated, where the input is still there. */
function keepEntered(open, fresh) {
  for (const old of open.querySelectorAll('.input [data-action]')) {
    const control = fresh.querySelector(selectorOf(old));
    if (!control) continue;
    control.value = old.value;
    control.checked = old.checked;
  }
}

const replace = (old, fresh) => old.replaceChildren(...fresh.childNodes);

const quoted = (text) => JSON.stringify(text);

/** Finds the same control on its surface after everything was replaced. */
function selectorOf({ type, value, dataset: { block, action } }) {
  const option = type === 'checkbox' || type === 'radio' ? `[value=${quoted(value)}]` : '';
  return `[data-block=${quoted(block)}][data-action=${quoted(action)}]${option}`;
}

function keyOf(element) {
  const article = element?.closest('article');
  if (!article || element.dataset.action === undefined) return undefined;
  return `[data-ts=${quoted(article.dataset.ts)}] ${selectorOf(element)}`;
}

const articleAt = (ts) => document.querySelector(`article[data-ts=${quoted(ts)}]`);

const shownErrors = () =>
  [...document.querySelectorAll('article .error:not([hidden])')].map((each) => [
    each.closest('article').dataset.ts,
    each.textContent,
  ]);

function tell(place, text) {
  const error = place?.querySelector(':scope > .body > .error, :scope > form > .error, :scope > .error');
  if (!error) return;
  error.textContent = text;
  error.hidden = text === '';
}

async function send(path, body) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const response = await fetch(path, { ...init, body: JSON.stringify({ as: me.value, ...body }) });
  return response.json();
}

const textFor = (seen) => (seen.ok ? '' : (words[seen.error] ?? seen.error ?? ''));

/** What stands in one input: text, or the values that are ticked. */
function enteredIn(control) {
  if (control.type !== 'checkbox' && control.type !== 'radio') return control.value;
  const { block, action } = control.dataset;
  const group = control
    .closest('article, dialog')
    .querySelectorAll(`[data-block=${quoted(block)}][data-action=${quoted(action)}]`);
  return [...group].filter((each) => each.checked).map((each) => each.value);
}

async function operate(control, entered) {
  const article = control.closest('article');
  const modal = control.closest('#modal');
  const { ts, channel } = article?.dataset ?? {};
  const { block: blockId, action: actionId } = control.dataset;
  control.setAttribute('aria-busy', 'true');
  if (control.localName === 'button') control.disabled = true;
  const on = article ? { channel, ts } : { view: modal.dataset.view };
  try {
    const seen = await send('/click', { on, blockId, actionId, ...(entered !== undefined && { entered }) });
    tell(article ? articleAt(ts) : modal, textFor(seen));
  } finally {
    control.removeAttribute('aria-busy');
    control.disabled = false;
  }
}

/** Resolves to whether the person agreed. */
function confirmed(dialog) {
  return new Promise((resolve) => {
    const answer = (event) => {
      if (event.target.localName === 'button') dialog.close(event.target.value);
    };
    dialog.addEventListener('click', answer);
    dialog.addEventListener(
      'close',
      () => {
        dialog.removeEventListener('click', answer);
        resolve(dialog.returnValue === 'confirm');
        if (stale) void refresh();
      },
      { once: true },
    );
    dialog.returnValue = '';
    dialog.showModal();
  });
}

async function submit(modal) {
  const controls = [...modal.querySelectorAll('.input [data-action]')];
  const fields = controls.map((control) => ({
    blockId: control.dataset.block,
    actionId: control.dataset.action,
    entered: enteredIn(control),
  }));
  const button = modal.querySelector('button[type="submit"]');
  button.disabled = true;
  const seen = await send('/submit', { view: modal.dataset.view, fields });
  button.disabled = false;
  tell(modal, textFor(seen));
  for (const input of modal.querySelectorAll('.input')) tell(input, seen.errors?.[input.dataset.input] ?? '');
}

document.addEventListener('click', async (event) => {
  const control = event.target.closest('button[data-action]');
  const closing = event.target.closest('[data-close]');
  if (closing) return send('/close', { view: closing.closest('dialog').dataset.view });
  if (!control) return;
  const dialog = control.nextElementSibling;
  if (dialog?.matches('dialog.confirm') && !(await confirmed(dialog))) return;
  if (/^https?:/.test(control.dataset.url)) window.open(control.dataset.url, '_blank', 'noopener,noreferrer');
  await operate(control);
});

document.addEventListener('change', (event) => {
  const control = event.target;
  if (control === me) return me.form.submit();
  if (control.dataset.action === undefined || control.closest('.input')) return;
  void operate(control, enteredIn(control));
});

document.addEventListener('submit', (event) => {
  const modal = event.target.closest('#modal');
  if (!modal) return;
  event.preventDefault();
  void submit(modal);
});

// Escape closes a modal in the browser first; the app may want to hear of it.
document.addEventListener(
  'cancel',
  (event) => {
    if (event.target.id === 'modal') void send('/close', { view: event.target.dataset.view });
  },
  true,
);

document.querySelector('#modal')?.showModal();
const messages = document.querySelector('#messages');
messages.scrollTop = messages.scrollHeight;
const events = new EventSource('/events');
events.onmessage = () => void refresh();
events.onerror = () => {
  lost.hidden = false;
};
