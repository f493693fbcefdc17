import type { Message } from '../message.ts';
import type { Modals } from '../modals.ts';
import { APP, type Member } from '../options.ts';
import { valuesOf } from '../values.ts';
import type { View } from '../view.ts';
import type { Workspace } from '../workspace.ts';
import { renderBlocks } from './blocks.ts';
import { html, type Html } from './html.ts';
import { renderMrkdwn, type Names } from './mrkdwn.ts';

/** Who looks, and where. */
export interface Look {
  member: Member;
  channel: string;
}

const namesIn = (workspace: Workspace): Names => ({
  user: (id) => workspace.nameOf(id),
  channel: (id) => workspace.channels.find((each) => each.id === id)?.name,
});

/** All that changes while the page is open. */
export function renderWorkspace(workspace: Workspace, modals: Modals, look: Look): Html {
  const view = modals.top(look.member.id);
  return html`<nav id="channels" aria-label="Conversations">${renderChannels(workspace, look)}</nav>
    <section id="messages" aria-label="Messages" tabindex="0">${renderMessages(workspace, look)}</section>
    <div id="view">${view && renderView(workspace, view)}</div>`;
}

function renderChannels(workspace: Workspace, { member, channel }: Look): Html {
  const item = (id: string, name: string) =>
    html`<a href="/?as=${member.id}&amp;in=${id}" ${html`${id === channel && 'aria-current="page"'}`}>${name}</a>`;
  const channels = workspace.channels.map(({ id, name }) => item(id, `# ${name}`));
  return html`${channels} ${item(workspace.dm(member.id), 'Direct messages')}`;
}

function renderMessages(workspace: Workspace, { member, channel }: Look): Html {
  const own = workspace.ephemeral(member.id).filter((each) => each.channel === channel);
  const all = [...workspace.messages(channel), ...own].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  const roots = all.filter(({ threadTs }) => threadTs === undefined);
  if (roots.length === 0) return html`<p class="empty">No messages yet.</p>`;
  return html`${roots.map((root) => {
    const replies = all.filter(({ threadTs }) => threadTs === root.ts);
    const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
    return html`${renderMessage(workspace, root, member)}
    ${
      replies.length > 0 &&
      html`<div class="thread">
        <p class="count">${count}</p>
        ${replies.map((reply) => renderMessage(workspace, reply, member))}
      </div>`
    }`;
  })}`;
}

function renderMessage(workspace: Workspace, message: Message, member: Member): Html {
  const { channel, ts, blocks, text, edited, onlyFor } = message;
  const names = namesIn(workspace);
  const entered = workspace.entered(member.id, `${channel} ${ts}`);
  const at = new Date(Number(ts) * 1000).toISOString();
  // Slack marks a message as edited when its text was, not when its blocks were.
  const mark = edited !== undefined && !blocks && html` <small class="edited">(edited)</small>`;
  const content = blocks
    ? renderBlocks(blocks, names, valuesOf(blocks, entered))
    : html`<p>${renderMrkdwn(text, names)}${mark}</p>`;
  return html`<article data-channel="${channel}" data-ts="${ts}">
    <span class="avatar" aria-hidden="true">IR</span>
    <div class="body">
      ${onlyFor !== undefined && html`<p class="only">Only visible to you</p>`}
      <header>
        <b>${APP.name}</b> <span class="badge">APP</span> <time datetime="${at}">${at.slice(11, 16)} UTC</time>
      </header>
      ${content}
      <p class="error" role="alert" hidden></p>
    </div>
  </article>`;
}

/** The hash tells the script whether the form on the screen is still the right one. */
function renderView(workspace: Workspace, view: View): Html {
  const values = valuesOf(view.blocks, workspace.entered(view.member, view.id));
  return html`<dialog id="modal" data-view="${view.id}" data-hash="${view.hash}" aria-labelledby="modal-title">
    <form>
      <header>
        <h2 id="modal-title">${view.title.text}</h2>
        <button type="button" class="close" data-close aria-label="Close">×</button>
      </header>
      <div class="content">${renderBlocks(view.blocks, namesIn(workspace), values)}</div>
      <p class="error" role="alert" hidden></p>
      <footer>
        <button type="button" data-close>${view.close?.text ?? 'Cancel'}</button>
        ${view.submit && html`<button type="submit" class="primary">${view.submit.text}</button>`}
      </footer>
    </form>
  </dialog>`;
}
