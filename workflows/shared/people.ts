import { CancellationScope, condition } from '@temporalio/workflow';
import type { IncidentHead, Recipients, SlackPlace } from '../../activities/slack/contract.ts';
import type { ApprovalRequest, AskedGroup, RequestOutcome } from '../../src/domain/approval/approval.ts';
import { nudge, type What } from '../../src/domain/approval/nudge.ts';
import type { InstanceFacts } from '../../src/domain/findings/facts.ts';
import { tagsNamed } from '../../src/domain/findings/instance-tags.ts';
import type { NoticeMessage } from '../../src/domain/notices/notice-message.ts';
import type { Principal } from '../../src/domain/alert/principal.ts';
import { requestMessage, type RequestContext, type RequestMessage } from '../../src/domain/approval/request-message.ts';
import type { ResponsePolicy, SlackChannels } from '../../src/domain/response-policy.ts';
import { slack } from '../activities.ts';
import type { Announcer } from './announcer.ts';
import { reasonOf } from './observed.ts';
import type { Pager } from './pager.ts';
import type { IncidentRecord } from './record.ts';

/** How long an incident that could end waits for Slack to come back; and one that somebody cancelled. */
const patience = '1h';
const patienceWhenCancelled = '1m';
/** How long the first message waits for the news whether this incident is one of many; a busy server takes seconds. */
const relationsAfter = '15s';

/**
 * Tells people in Slack, in the order in which things happened. Nothing waits for it: while Slack is away the incident
 * goes on, Temporal UI and the CLI decide, and what is still of interest is told once Slack answers again. Beside it,
 * everything stands in the timeline.
 */
export class People implements Announcer {
  private readonly channels: SlackChannels | null;
  private readonly tags: string[];
  private readonly head: IncidentHead;
  private readonly actor: Principal;
  private readonly record: IncidentRecord;
  private readonly context: () => RequestContext;
  private readonly timeline: Announcer;
  private readonly pager: Pager;
  private readonly lead: () => string | null | undefined;
  private channel: string;
  /** The owner's channel is known once the instance was read; until then nothing is posted. */
  private channelKnown: boolean;
  private thread: SlackPlace | undefined;
  private readonly posted = new Map<string, SlackPlace>();
  /** Requests that can still be answered. */
  private readonly open = new Map<string, ApprovalRequest>();
  private shownDecisions = '';
  private last: Promise<void> = Promise.resolve();
  private underway = 0;

  constructor(options: {
    policy: Pick<ResponsePolicy, 'channels' | 'tags'>;
    head: IncidentHead;
    actor: Principal;
    record: IncidentRecord;
    context: () => RequestContext;
    timeline: Announcer;
    pager: Pager;
    /** Key of the incident that leads the burst that this one belongs to; null: there can be none. */
    lead: () => string | null | undefined;
  }) {
    const { slack: channels } = options.policy.channels;
    this.channels = channels;
    this.tags = options.policy.tags.channel;
    this.channel = channels?.channel ?? '';
    this.channelKnown = !channels?.tellOwner;
    this.head = options.head;
    this.actor = options.actor;
    this.record = options.record;
    this.context = options.context;
    this.timeline = options.timeline;
    this.pager = options.pager;
    this.lead = options.lead;
  }

  /** Where the policy allows it, the incident is told in the channel that the instance's tag names. */
  knowInstance(instance: InstanceFacts | null): void {
    const owners = this.channels?.tellOwner ? this.channels.ownerChannels : {};
    const named = tagsNamed(instance, this.tags).map(({ value }) => value.trim().replace(/^#/, ''));
    const channel = named.map((name) => (Object.hasOwn(owners, name) ? owners[name] : undefined)).find(Boolean);
    if (channel !== undefined && !this.thread) this.channel = channel;
    this.channelKnown = true;
  }

  phaseEnded(phase: string, outcome: string): void {
    this.tell(`that ${phase} ended`, async () => {
      await slack.postSlackUpdate({ thread: await this.openThread(), text: `${phase}: ${outcome}` });
    });
  }

  /** What came in while people are asked: a line in the thread, and what they decide on shows it. */
  learnt(text: string): void {
    this.tell(`that ${text}`, async () => {
      await slack.postSlackUpdate({ thread: await this.openThread(), text });
    });
    for (const request of this.open.values()) this.rewrite(request);
  }

  get reachable(): boolean {
    return this.channels !== null;
  }

  /** Posts a notice in a channel of its own; answers why it was not taken. Not in line: it is not part of the thread. */
  async notify(id: string, channel: string, message: NoticeMessage): Promise<string | undefined> {
    let problem: string | undefined;
    await this.deliver(`the notice ${id}`, async () => {
      try {
        await slack.postSlackNotice({ channel, message });
      } catch (error) {
        problem = reasonOf(error);
        throw error;
      }
    });
    return problem;
  }

  /** A line in the thread, unless it is over by the time that Slack takes it. */
  remind(text: string, still: () => boolean): void {
    this.tell(`a reminder (${text})`, async () => {
      if (still()) await slack.postSlackUpdate({ thread: await this.openThread(), text });
    });
  }

  asked(request: ApprovalRequest): void {
    this.timeline.asked(request);
    if (request.phase === 'containment') this.pager.settledUncontained();
    this.open.set(request.requestId, request);
    this.tell(`request ${request.requestId}`, async () => {
      await this.post(request);
    });
    this.sendCodes(request, peopleOf(request.askedOf));
  }

  reminded(request: ApprovalRequest): void {
    this.timeline.reminded(request);
    this.nudge(request, { kind: 'reminded' });
  }

  escalated(request: ApprovalRequest, group: AskedGroup): void {
    this.timeline.escalated(request, group);
    this.nudge(request, { kind: 'escalated', asked: group });
    this.rewrite(request);
    this.sendCodes(request, group.people);
  }

  paged(request: ApprovalRequest, taken: () => void): void {
    this.pager.page(request, () => this.timeline.paged(request, taken));
  }

  uncontained(notPlanned: number): void {
    this.pager.pageUncontained(notPlanned);
  }

  handedOver(request: ApprovalRequest, asked: AskedGroup): void {
    this.timeline.handedOver(request, asked);
    this.nudge(request, { kind: 'handed-over', asked });
    this.sendCodes(request, asked.people);
  }

  overdue(request: ApprovalRequest): void {
    this.timeline.overdue(request);
    this.nudge(request, { kind: 'overdue' });
    this.rewrite(request);
  }

  settled(request: ApprovalRequest, outcome: RequestOutcome, by: string[]): void {
    this.timeline.settled(request, outcome, by);
    this.pager.settled(request);
    this.open.delete(request.requestId);
    this.tell(`the end of request ${request.requestId}`, async () => {
      await slack.rewriteSlackRequest({ posted: await this.post(request), message: this.message(request), outcome });
    });
  }

  /** A request shows what people have said to it so far; called whenever something may have changed. */
  decided(request: ApprovalRequest | null): void {
    if (!request) return;
    const shown = JSON.stringify([request.requestId, request.dueAt, ...this.message(request).decisions]);
    const before = this.shownDecisions;
    this.shownDecisions = shown;
    if (before.startsWith(`["${request.requestId}"`) && before !== shown) this.rewrite(request);
  }

  /** The incident was cancelled: nobody shall press a button that nobody listens to. */
  async stopAsking(): Promise<void> {
    for (const request of this.open.values()) this.settled(request, 'closed', []);
    await this.finish(patienceWhenCancelled);
  }

  /** Waits, for a while, until everything is told. */
  async finish(within: '1h' | '1m' = patience): Promise<void> {
    this.channelKnown = true;
    await this.pager.finish(within);
    if (this.underway === 0 || (await condition(() => this.underway === 0, within))) return;
    this.record.add(
      'gap',
      `Slack did not answer: ${this.underway} message(s) were not delivered when the incident ended`,
    );
  }

  private rewrite(request: ApprovalRequest): void {
    this.tell(`a change of request ${request.requestId}`, async () => {
      if (!this.open.has(request.requestId)) return;
      const posted = await this.post(request);
      await slack.rewriteSlackRequest({ posted, message: this.message(request), outcome: null });
    });
  }

  private nudge(request: ApprovalRequest, what: What): void {
    this.tell(`a reminder of request ${request.requestId}`, async () => {
      // Slack was away meanwhile, and somebody has decided elsewhere.
      if (!this.open.has(request.requestId)) return;
      await this.post(request);
      const thread = await this.openThread();
      const { text, people, how } = nudge(request, this.context().decisions, what);
      const to = this.recipients(people);
      const { channel, ts } = await slack.postSlackUpdate({ thread, text: `${text}. ${how}`, to });
      this.record.add('approval', `told in Slack that ${text} (channel ${channel}, message ${ts})`);
    });
  }

  private sendCodes({ requestId, digest, phase }: ApprovalRequest, people: string[]): void {
    const { incidentKey } = this.head;
    // Not in line: a code is of use while the channel is closed to us, too.
    void this.deliver(`codes of request ${requestId}`, async () => {
      const to = this.recipients(people);
      const { sent, notSent } = await slack.sendSlackCodes({ incidentKey, requestId, digest, phase, to });
      if (sent.length > 0) this.record.add('approval', `codes of ${requestId} sent in Slack to ${sent.join(', ')}`);
      for (const { person, why } of notSent) this.record.add('gap', `${person} got no code of ${requestId} (${why})`);
    });
  }

  private async post(request: ApprovalRequest): Promise<SlackPlace> {
    const known = this.posted.get(request.requestId);
    if (known) return known;
    const place = await slack.postSlackRequest({ thread: await this.openThread(), message: this.message(request) });
    this.posted.set(request.requestId, place);
    this.record.add('approval', `${request.requestId} asked in Slack (channel ${place.channel}, message ${place.ts})`);
    return place;
  }

  private async openThread(): Promise<SlackPlace> {
    if (this.thread) return this.thread;
    await condition(() => this.channelKnown);
    // A burst is told in one thread; an incident learns within a second or two whether it belongs to one.
    await condition(() => this.lead() !== undefined, relationsAfter);
    const lead = this.lead();
    this.thread = await slack.openSlackThread({
      channel: this.channel,
      head: this.head,
      ...(typeof lead === 'string' ? { lead } : {}),
    });
    return this.thread;
  }

  private message(request: ApprovalRequest): RequestMessage {
    return requestMessage(this.context(), request, 'short');
  }

  private recipients = (people: string[]): Recipients => ({ people, actor: this.actor });

  /** One after the other: a thread reads in the order of what happened. */
  private tell(what: string, send: () => Promise<void>): void {
    const earlier = this.last;
    this.last = this.deliver(what, () => earlier.then(send));
  }

  /** Never fails, and is not cancelled with the incident: what could not be told is on record. */
  private async deliver(what: string, send: () => Promise<void>): Promise<void> {
    if (!this.channels) return;
    this.underway += 1;
    try {
      await CancellationScope.nonCancellable(send);
    } catch (error) {
      this.record.addOnce('gap', `Slack was not told ${what} (${reasonOf(error)})`);
    } finally {
      this.underway -= 1;
    }
  }
}

const peopleOf = (asked: AskedGroup[]): string[] => [...new Set(asked.flatMap(({ people }) => people))];
