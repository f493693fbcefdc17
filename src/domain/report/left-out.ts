import { isUndo } from '../acts/action-id.ts';
import { classOf } from '../plan/left-out-order.ts';
import type { IncidentReport } from './report.ts';

/** What each kind of action would have done, for people who do not know our names of them. */
export const kindWords: Record<string, string> = {
  'deny-export-reads': 'Deny reads of the export',
  'lock-bucket': 'Lock the bucket of the export',
  'deny-copy-reads': 'Deny reads of copies of the export elsewhere in S3',
  'stop-replication': 'Stop replication of the export',
  'close-access-point': 'Close access points of the bucket',
  'disable-access-keys': 'Switch off access keys',
  'disable-service-credential': 'Switch off a service credential',
  'deny-actor': 'Deny everything to the actor',
  'revoke-role-sessions': 'Revoke sessions of a role',
  'narrow-trust': 'Narrow the trust policy of a role',
  'cancel-export': 'Cancel the export',
  'copy-to-forensics': 'Copy the export to the forensics account',
  'unshare-copies': 'Stop sharing copies of the machine',
  'snapshot-volumes': 'Take snapshots of the volumes',
  'delete-original': 'Delete the export from where it was written',
  'remove-outside-grants': 'Take outside access out of the bucket policy',
  'remove-outside-acl-grants': 'Take outside access out of the ACL',
  'block-public-access': 'Block public access to the bucket',
  'narrow-permission': 'Take the permission to export out of policies',
  'remove-service-grant': 'Take the export service out of the bucket policy',
  'remove-service-acl-grant': 'Take the export service out of the ACL',
  'deny-actor-exports': 'Deny the export calls to the actor',
  'enforce-ownership': 'Switch the ACLs of the bucket off',
  'deny-service-put': 'Deny the export service to write into the bucket',
  'monitor-exports': 'Watch for exports',
  'encrypt-new-volumes': 'Encrypt new volumes by default',
  'isolate-account': 'Isolate the account',
  'deny-exports-scp': 'Deny the export calls in the account',
  'watch-config': 'Watch by AWS Config',
};

export interface LeftOut {
  /** Actions of the playbook that no plan held. */
  actions: { what: string; why: string }[];
  /** What no action of the playbook reaches. */
  byHand: { what: string; why: string }[];
  /** What plans noted; nothing to do. */
  remarks: { what: string; why: string }[];
}

/** What plans left out, sorted by what it means for a reader. */
export function leftOut({ notPlanned }: Pick<IncidentReport, 'notPlanned'>): LeftOut {
  const found: LeftOut = { actions: [], byHand: [], remarks: [] };
  for (const { what, why } of notPlanned) {
    const means = classOf(what);
    if (means === 'remark') found.remarks.push({ what: sentence(what), why });
    else if (means === 'by-hand') found.byHand.push({ what: sentence(what), why });
    else found.actions.push({ what: isUndo(what) ? what : named(means.kind, means.rest), why });
  }
  return found;
}

/** The same for whoever is asked about a plan, under a title each; parts that hold nothing are left out. */
export function leftOutParts(notPlanned: IncidentReport['notPlanned']): LeftOutPart[] {
  const { actions, byHand, remarks } = leftOut({ notPlanned });
  return [
    { title: 'Not planned', items: actions },
    { title: 'Beyond the playbook', items: byHand },
    { title: 'Remarks', items: remarks },
  ].filter(({ items }) => items.length > 0);
}

export interface LeftOutPart {
  title: string;
  items: { what: string; why: string }[];
}

const named = (kind: string, rest: string): string =>
  `${kindWords[kind] ?? kind} (${kind})${rest === '' ? '' : `: ${rest}`}`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
