import { region } from '../../src/lab/clients.ts';
import { startWorld, type World } from '../support/aws-world.ts';
import { shared } from '../support/shared.ts';

export type { World } from '../support/aws-world.ts';

export const incidentKey = 'VMX-ABCDEFGHIJ';

/** Victim, forensics and our roles, in a lab of this file's own. */
export const sharedWorld = (): (() => World) => shared(startWorld, (world) => world.stop());

let made = 0;
/** A name that no other test of the file uses. */
export const named = (what: string): string => `${what}-${++made}`;

/** The part of an act's input that all acts share. */
export const actBase = ({ foundation }: World) => ({ incidentKey, accountId: foundation.victim.id, region });
