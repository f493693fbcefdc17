import type { RequestOutcome } from '../../src/domain/approval/approval.ts';
import type { IncidentLink } from '../../src/domain/incident-links.ts';
import type { NoticeMessage } from '../../src/domain/notices/notice-message.ts';
import type { Principal } from '../../src/domain/alert/principal.ts';
import type { RequestMessage } from '../../src/domain/approval/request-message.ts';

/** A message in Slack: its channel, and its timestamp there, which is its name. */
export interface SlackPlace {
  channel: string;
  ts: string;
}

/** What opens an incident's thread. */
export interface IncidentHead {
  incidentKey: string;
  workflowId: string;
  playbook: string;
  happened: [string, string];
  links?: IncidentLink[];
}

/** Whom something is for: ids of approvers. The actor under investigation is left out, whoever that is. */
export interface Recipients {
  people: string[];
  actor: Principal;
}

/**
 * Tells people in Slack. Can be repeated: what an earlier attempt has posted is found again, by the metadata of the
 * message, and not posted twice.
 */
export interface SlackNotify {
  /**
   * The first message of an incident; everything else stands in its thread. With a lead, the incident is told in the
   * thread of that incident, where the channel has it.
   */
  openSlackThread(input: { channel: string; head: IncidentHead; lead?: string }): Promise<SlackPlace>;
  /** Asks: in the thread, and shown in the channel. */
  postSlackRequest(input: { thread: SlackPlace; message: RequestMessage }): Promise<SlackPlace>;
  /** Rewrites the request; with an outcome, it has nothing left to press. */
  rewriteSlackRequest(input: {
    posted: SlackPlace;
    message: RequestMessage;
    outcome: RequestOutcome | null;
  }): Promise<void>;
  /** A line in the thread, with a mention of whom it is for. */
  postSlackUpdate(input: { thread: SlackPlace; text: string; to?: Recipients }): Promise<SlackPlace>;
  /** To an audience beside the approvers, in a channel of its own. */
  postSlackNotice(input: { channel: string; message: NoticeMessage }): Promise<SlackPlace>;
  /** To each alone: the codes with which they can decide in Temporal UI. The codes never stand in history. */
  sendSlackCodes(input: {
    incidentKey: string;
    requestId: string;
    digest: string;
    phase: string;
    to: Recipients;
  }): Promise<{ sent: string[]; notSent: { person: string; why: string }[] }>;
}
