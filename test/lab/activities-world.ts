import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { region } from '../../src/lab/clients.ts';
import { startWorld, type World } from '../support/aws-world.ts';
import { shared } from '../support/shared.ts';

export type { World } from '../support/aws-world.ts';

export const incidentKey = 'VMX-ABCDEFGHIJ';

/** What the contain worker found out about who approved, before it lets an act begin. */
export const anApproval: ApprovalOnRecord = {
  kind: 'approved',
  requestId: 'r1',
  digest: 'd'.repeat(64),
  action: 'copy-to-forensics',
  decisions: [{ approver: 'ana', channel: 'slack', decidedAt: '2026-03-02T10:30:00.000Z' }],
};

/** Victim, forensics and our roles, in a lab of this file's own. */
export const sharedWorld = (): (() => World) => shared(startWorld, (world) => world.stop());

let made = 0;
/** A name that no other test of the file uses. */
export const named = (what: string): string => `${what}-${++made}`;

/** The part of an act's input that all acts share. */
export const actBase = ({ foundation }: World) => ({ incidentKey, accountId: foundation.victim.id, region });
