import { interactiveIn } from './block-kit/blocks.ts';
import { blockActions, viewClosed, viewSubmission, type Payload, type Surface } from './payloads.ts';
import { answerSubmission, type Seen } from './submission-answer.ts';
import type { Acknowledgement } from './delivery.ts';
import type { Message } from './message.ts';
import type { Modals } from './modals.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Triggers } from './triggers.ts';
import { incomplete, valuesOf, type Entered } from './values.ts';
import type { View } from './view.ts';
import type { Place, Workspace } from './workspace.ts';

/** One person operates one element of a message, or of the modal on their screen. */
export interface Click {
  on: Place | View;
  member: string;
  actionId: string;
  /** Where two blocks have an element of this name. */
  blockId?: string;
  /** The options that are to be ticked, of all checkboxes there: those that change are clicked first. */
  checked?: string[];
  /** What is chosen or entered, where the element is not a button. */
  entered?: Entered;
}

export interface Submission {
  view: View;
  member: string;
  /** By action id. What is not named stays as it is. */
  values?: Record<string, Entered>;
}

export interface InteractionParts {
  workspace: Workspace;
  modals: Modals;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  /** Brings a payload to the app. */
  deliver: (payload: Payload) => Promise<Acknowledgement>;
  /** Of the Web API, where response URLs are. */
  origin: () => string;
}

/** People at work: what they do in the client becomes a payload for the app, and its answer something they see. */
export class Interactions {
  readonly #parts: InteractionParts;

  constructor(parts: InteractionParts) {
    this.#parts = parts;
  }

  async click(click: Click): Promise<Seen> {
    for (const ticking of this.#ticks(click)) {
      const seen = await this.click(ticking);
      if (!seen.ok) return seen;
    }
    const payload = this.payloadOfClick(click);
    return payload ? seenAfter(await this.#parts.deliver(payload)) : { ok: true };
  }

  /** The payload of this click without sending it; what is entered is kept. Undefined where the app is not told. */
  payloadOfClick({ on, member, actionId, blockId, entered }: Click): Payload | undefined {
    const { workspace, triggers, responseUrls, origin } = this.#parts;
    const surface = this.#surface(on, member);
    const { block, element } = elementOf(surface, actionId, blockId);
    const { block_id: foundIn = '' } = block;
    if (entered !== undefined) this.enter({ on, member, actionId, blockId: foundIn, entered });
    if (block.type === 'input' && block.dispatch_action !== true) return undefined;

    const values = valuesOf(surface.blocks, workspace.entered(member, surface.id));
    const state = values[foundIn]?.[actionId];
    return blockActions({
      surface,
      member: workspace.member(member),
      action: { ...actionOf(element), block_id: foundIn, action_ts: workspace.now(), ...state },
      values,
      triggerId: triggers.issue(member),
      channelName: this.#channelName(surface),
      responseUrl: 'channel' in on ? `${origin()}${responseUrls.issue({ ...on, member })}` : undefined,
    });
  }

  /** Puts something into an input without telling the app: as a form in a modal does until it is sent. */
  enter({ on, member, actionId, blockId, entered }: Click & { entered: Entered }): void {
    const surface = this.#surface(on, member);
    const { block, element } = elementOf(surface, actionId, blockId);
    this.#parts.workspace.enter(member, surface.id, block.block_id ?? '', element, entered);
  }

  async submit(submission: Submission): Promise<Seen> {
    const { workspace, modals, deliver } = this.#parts;
    const { member } = submission;
    const payload = this.payloadOfSubmission(submission);
    const view = modals.find(submission.view.id);
    const errors = incomplete(view.blocks, valuesOf(view.blocks, workspace.entered(member, view.id)));
    if (Object.keys(errors).length > 0) return { ok: false, error: 'incomplete', errors };
    const acknowledgement = await deliver(payload);
    if (acknowledgement.result !== 'acknowledged') return seenAfter(acknowledgement);
    return answerSubmission(modals, view, acknowledgement.body);
  }

  payloadOfSubmission({ view, member, values = {} }: Submission): Payload {
    const { workspace, triggers } = this.#parts;
    const surface = this.#surface(view, member);
    for (const [actionId, entered] of Object.entries(values)) this.enter({ on: view, member, actionId, entered });
    return viewSubmission({
      view: this.#parts.modals.find(view.id),
      member: workspace.member(member),
      values: valuesOf(surface.blocks, workspace.entered(member, surface.id)),
      triggerId: triggers.issue(member),
    });
  }

  /** Cancel, or the cross. The app hears of it only where the view asks for that. */
  async close(view: View, member: string): Promise<Seen> {
    const { workspace, modals, deliver } = this.#parts;
    modals.close(member, view.clear_on_close);
    if (!view.notify_on_close) return { ok: true };
    return seenAfter(await deliver(viewClosed(view, workspace.member(member))));
  }

  #ticks({ checked, actionId: _clicked, entered: _entered, ...click }: Click): Click[] {
    if (!checked) return [];
    const surface = this.#surface(click.on, click.member);
    const values = valuesOf(surface.blocks, this.#parts.workspace.entered(click.member, surface.id));
    return surface.blocks.flatMap((block) =>
      interactiveIn(block).flatMap((element) => {
        const { block_id: blockId = '' } = block;
        const { action_id: actionId = '' } = element;
        const value = values[blockId]?.[actionId];
        if (element.type !== 'checkboxes' || value?.type !== 'checkboxes') return [];
        const entered = element.options.map(({ value: each }) => each).filter((each) => checked.includes(each));
        const before = value.selected_options.map(({ value: each }) => each);
        return before.join('\n') === entered.join('\n') ? [] : [{ ...click, blockId, actionId, entered }];
      }),
    );
  }

  /** What the person has before them; somebody else's is not. */
  #surface(on: Place | View, member: string): Surface {
    const { workspace, modals } = this.#parts;
    if (workspace.member(member).deactivated) throw new Error(`${member} is deactivated and sees nothing`);
    if ('id' in on) {
      const view = modals.find(on.id);
      if (view.member !== member) throw new Error(`${view.id} is on the screen of ${view.member}, not of ${member}`);
      return { id: view.id, blocks: view.blocks, view };
    }
    const message = workspace.find(on);
    if (!message || !this.#sees(message, member))
      throw new Error(`${member} sees no message ${on.ts} in ${on.channel}`);
    return { id: `${message.channel} ${message.ts}`, blocks: message.blocks ?? [], message };
  }

  #sees({ channel, onlyFor }: Message, member: string): boolean {
    const partner = this.#parts.workspace.dmPartner(channel);
    return (onlyFor ?? member) === member && (partner?.id ?? member) === member;
  }

  #channelName(surface: Surface): string {
    if (!('message' in surface)) return '';
    const { channel } = surface.message;
    return this.#parts.workspace.channels.find(({ id }) => id === channel)?.name ?? 'directmessage';
  }
}

function elementOf({ id, blocks }: Surface, actionId: string, blockId?: string) {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = interactiveIn(block).find((each) => each.action_id === actionId);
    if (element) return { block, element };
  }
  throw new Error(`there is nothing named ${actionId} on ${id}`);
}

/** The element itself, without what only drawing needs. */
function actionOf(element: ReturnType<typeof elementOf>['element']): object {
  if (element.type !== 'button') return { type: element.type, action_id: element.action_id };
  const { url: _url, accessibility_label: _label, ...action } = element;
  return action;
}

function seenAfter(acknowledgement: Acknowledgement): Seen {
  switch (acknowledgement.result) {
    case 'acknowledged':
      return { ok: true };
    case 'silent':
      return { ok: false, error: 'operation_timeout' };
    case 'refused':
      return { ok: false, error: 'http_service_error' };
    case 'unreachable':
      return { ok: false, error: 'dispatch_failed' };
  }
}
