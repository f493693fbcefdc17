import type { ApprovalRequest, AskedGroup, RequestOutcome } from '../../src/domain/approval/approval.ts';
import { groupText } from '../../src/domain/approval/asked-words.ts';
import { pageKey } from '../../src/domain/notices/page.ts';
import type { IncidentRecord } from './record.ts';

/**
 * Tells people about a request. The gate calls it and goes on at once: nothing is returned, so that no channel that is
 * down can hold up a question or a decision; a decision may well come before anything was delivered.
 */
export interface Announcer {
  /** The request is open; `request.askedOf` says who is asked. */
  asked(request: ApprovalRequest): void;
  /** Nobody has settled it so far: those who were asked are reminded. */
  reminded(request: ApprovalRequest): void;
  /** The next group is asked too; it stands in `request.askedOf` already. */
  escalated(request: ApprovalRequest, group: AskedGroup): void;
  /** Whoever is on call is paged; `taken` is called once that is so, and never where it fails. */
  paged(request: ApprovalRequest, taken: () => void): void;
  /** Somebody put it to others, who stand in `request.askedOf` already. */
  handedOver(request: ApprovalRequest, asked: AskedGroup): void;
  /** Its time is over: nothing was approved, it stays answerable (P6). */
  overdue(request: ApprovalRequest): void;
  /** It takes no decisions any more. `by`: whose decisions settled it; nobody's when it was replaced or closed. */
  settled(request: ApprovalRequest, outcome: RequestOutcome, by: string[]): void;
}

/** What is told stands in the timeline, whatever else tells it. */
export const timelineAnnouncer = (record: IncidentRecord): Announcer => ({
  asked: ({ plan, requestId, askedOf }) =>
    record.add(
      'approval',
      `asked to approve ${plan.actions.length} action(s), request ${requestId}: ${askedOf.map(groupText).join('; ')}`,
    ),
  reminded: ({ requestId, askedOf }) =>
    record.add('approval', `reminder: ${requestId} is waiting for ${askedOf.map(({ group }) => group).join(', ')}`),
  escalated: ({ requestId }, group) =>
    record.add('approval', `escalated: ${requestId} is still waiting, asked ${groupText(group)}`),
  paged(request, taken) {
    record.add('approval', `paged: whoever is on call, about ${request.requestId}, as alert ${pageKey(request)}`);
    taken();
  },
  handedOver: ({ requestId }, asked) =>
    record.add('approval', `handed over: ${asked.by} asked ${groupText(asked)} to decide ${requestId}`),
  overdue: ({ requestId }) =>
    record.add('approval', `overdue: ${requestId} is not decided; nothing of it is done, and it stays open`),
  settled({ requestId }, outcome) {
    // What people decided is in the timeline as their decision.
    if (outcome === 'replaced' || outcome === 'closed') record.add('approval', `${outcome}: ${requestId}`);
  },
});
