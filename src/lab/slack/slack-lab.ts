import { startApiServer } from './api-server.ts';
import { deliver, type Acknowledgement, type Delivery } from './delivery.ts';
import { SlackFaults, type SlackFault } from './faults.ts';
import { Interactions, type Click, type Submission } from './interactions.ts';
import type { Message } from './message.ts';
import { Modals } from './modals.ts';
import type { SlackLabOptions } from './options.ts';
import { startPage } from './page/server.ts';
import type { Payload } from './payloads.ts';
import { ResponseUrls } from './response-urls.ts';
import { signedHeaders } from './signature.ts';
import { SocketMode } from './socket-mode.ts';
import { Triggers } from './triggers.ts';
import type { View } from './view.ts';
import { Workspace } from './workspace.ts';
import type { Seen } from './submission-answer.ts';

export type { Message } from './message.ts';
export type { SlackLabOptions } from './options.ts';

/** How a forged request differs from Slack's own. */
export interface Forgery {
  secret?: string;
  at?: Date;
}

/** A Slack workspace on this machine: the Web API for the app, a page for people, and hands for tests. */
export interface SlackLab {
  /** For `slackApiUrl`. */
  apiUrl: string;
  /** Shows the workspace as its members see it. */
  pageUrl: string;
  /** From now on interactions are sent here; undefined: through Socket Mode. */
  sendInteractionsTo(url: string | undefined): void;

  /** What everybody in the channel sees, replies included, oldest first. */
  messages(channel: string): Message[];
  /** Messages of the app to this member alone. */
  dms(member: string): Message[];
  ephemeral(member: string): Message[];
  /** The modal on this member's screen. */
  modal(member: string): View | undefined;
  /** Settles once the condition holds; asked anew whenever something changed. */
  until<T>(condition: () => T | undefined | false): Promise<T>;

  click(click: Click): Promise<Seen>;
  submit(submission: Submission): Promise<Seen>;
  close(view: View, member: string): Promise<Seen>;

  /** What `click` and `submit` would send, for those who want to change it. */
  payloadOf(interaction: Click | Submission): Payload;
  /** Sends a payload signed, with another secret or another time where asked. */
  send(payload: Payload, forgery?: Forgery): Promise<Acknowledgement>;
  /** All requests that went to the interactivity URL. */
  deliveries: readonly Delivery[];
  /** The same bytes once more. */
  replay(delivery: Delivery): Promise<Acknowledgement>;

  /** About one message per second and channel, else 429. */
  throttle(on?: boolean): void;
  fault(fault: SlackFault): void;
  /** Every call takes so much longer. */
  slow(ms: number): void;
  /** Connections are refused, or answered with 503. The page stays. */
  down(how?: 'refused' | 'unavailable'): Promise<void>;
  up(): Promise<void>;
  /** How many Socket Mode connections are open. */
  socketConnections(): number;
  stop(): Promise<void>;
}

const slackWaitsMs = 3000;

export async function startSlackLab(options: SlackLabOptions): Promise<SlackLab> {
  const { signingSecret, acknowledgeWithinMs = slackWaitsMs } = options;
  const workspace = new Workspace(options);
  const modals = new Modals(workspace);
  const triggers = new Triggers();
  const responseUrls = new ResponseUrls();
  const socketMode = new SocketMode();
  const faults = new SlackFaults();
  const deliveries: Delivery[] = [];
  let { interactivityUrl } = options;

  const send = (payload: Payload, { secret = signingSecret, at = new Date() }: Forgery = {}) => {
    if (faults.unavailable) return Promise.resolve<Acknowledgement>({ result: 'unreachable' });
    if (interactivityUrl === undefined) return socketMode.deliver(payload, acknowledgeWithinMs);
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const delivery = { url: interactivityUrl, headers: signedHeaders(body, secret, at), body };
    deliveries.push(delivery);
    return deliver(delivery, acknowledgeWithinMs);
  };

  const api = await startApiServer(
    {
      ...{ workspace, modals, triggers, responseUrls, socketMode, faults },
      botToken: options.botToken,
      appToken: options.appToken,
      socketOrigin: () => `ws://127.0.0.1:${api.port}`,
    },
    options.port ?? 0,
  );
  const origin = () => `http://127.0.0.1:${api.port}`;
  const interactions = new Interactions({ workspace, modals, triggers, responseUrls, deliver: send, origin });
  const page = await startPage({ workspace, modals, interactions }, options.pagePort ?? 0);

  return {
    apiUrl: `${origin()}/api/`,
    pageUrl: page.url,
    sendInteractionsTo: (url) => {
      interactivityUrl = url;
    },
    messages: (channel) => workspace.messages(channel),
    dms: (member) => workspace.messages(workspace.dm(member)),
    ephemeral: (member) => workspace.ephemeral(member),
    modal: (member) => modals.top(member),
    until: (condition) => until(workspace, condition),
    click: (click) => interactions.click(click),
    submit: (submission) => interactions.submit(submission),
    close: (view, member) => interactions.close(view, member),
    payloadOf: (interaction) => payloadOf(interactions, interaction),
    send,
    deliveries,
    replay: (delivery) => deliver(delivery, acknowledgeWithinMs),
    throttle: (on = true) => {
      faults.throttling = on;
    },
    fault: (fault) => faults.add(fault),
    slow: (ms) => {
      faults.slowMs = ms;
    },
    down: async (how = 'refused') => {
      faults.unavailable = true;
      if (how === 'refused') await api.disappear();
    },
    up: async () => {
      faults.unavailable = false;
      await api.reappear();
    },
    socketConnections: () => socketMode.connections,
    stop: async () => {
      await page.stop();
      await api.disappear();
    },
  };
}

function payloadOf(interactions: Interactions, interaction: Click | Submission): Payload {
  if ('view' in interaction) return interactions.payloadOfSubmission(interaction);
  const payload = interactions.payloadOfClick(interaction);
  if (!payload) throw new Error(`the app is not told when somebody uses ${interaction.actionId}`);
  return payload;
}

function until<T>(workspace: Workspace, condition: () => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        const found = condition();
        if (found === undefined || found === false) return;
        workspace.off('change', look);
        resolve(found);
      } catch (error) {
        workspace.off('change', look);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    workspace.on('change', look);
    look();
  });
}
