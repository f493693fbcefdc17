import { digestOf } from '../digest.ts';
import type { Statement } from '../policy/policy-document.ts';

/** Names of what the product creates in AWS: all carry the incident's key, so that a second run finds the first's (P4). */

/** The key as it can stand in a Sid: IAM allows letters and digits only. */
export const sidPrefix = (incidentKey: string): string => incidentKey.replace(/[^A-Za-z0-9]/g, '');
export const sid = (incidentKey: string, name: string): string => `${sidPrefix(incidentKey)}${name}`;

/** For a statement that takes another one's place: numbered by what it replaces, so that no two ever collide. */
export const sidInPlaceOf = (incidentKey: string, name: string, replaced: Statement): string =>
  sid(incidentKey, `${name}${digestOf(replaced).slice(0, 8)}`);

export const inlinePolicyName = (incidentKey: string, purpose: string): string => `SOAR-${incidentKey}-${purpose}`;
/** True for inline policies of this incident, whatever they are for. */
export const isOwnPolicy = (incidentKey: string, name: string): boolean => name.startsWith(`SOAR-${incidentKey}`);

/** For a service control policy: organisations keep those of all accounts in one place. */
export const scpName = (incidentKey: string, purpose: string, accountId: string): string =>
  `SOAR-${incidentKey}-${purpose}-${accountId}`;

export const configRuleName = (incidentKey: string, control: string): string => `soar-${control}-${incidentKey}`;

export const monitoringRuleName = (incidentKey: string): string => `soar-vm-export-monitor-${incidentKey}`;

/** By these a second run finds the snapshots of the first; the same key as on copies of the export. */
export const snapshotTags = (incidentKey: string, instanceId: string): Record<string, string> => ({
  'soar-incident': incidentKey,
  'soar-source-instance': instanceId,
});
