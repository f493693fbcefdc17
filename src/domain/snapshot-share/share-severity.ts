import type { Answer } from '../findings/evidence.ts';
import { accountFacts } from '../severity/account-facts.ts';
import type { Fact, Verdict } from '../severity/assessment.ts';
import type { SeverityRow } from '../severity/severity-table.ts';
import { givenOutside, isOurs, sharedOutsideNow, snapshotIn, type ShareCase } from './share-case.ts';

/** What the severity of a shared snapshot is computed from; unknown never lowers (P8). */
export interface ShareFacts {
  shareSucceeded: Fact<Answer>;
  /** Anybody with an AWS account may copy it. */
  public: Fact<Answer>;
  sharedOutside: Fact<Answer>;
  accountKnown: Fact<Answer>;
  accountSensitivity: Fact<'high' | 'medium' | 'low' | 'unknown'>;
  /** The call is one that responders made. */
  ours: Fact<Answer>;
}

/** Ids without a number of the checklist: this playbook has a page of its own. */
export const shareSeverityTable: SeverityRow<ShareFacts>[] = [
  {
    id: 'public',
    level: 'high',
    criterion: 'everybody may copy the snapshot',
    when: [{ fact: 'public', is: ['yes'] }],
  },
  {
    id: 'outside',
    level: 'high',
    criterion: 'an account outside the organisation may copy the snapshot',
    when: [{ fact: 'sharedOutside', is: ['yes'] }],
  },
  {
    id: 'sensitive-account',
    level: 'high',
    criterion: 'a snapshot of a sensitive account was shared, and with whom is not known',
    when: [
      { fact: 'accountSensitivity', is: ['high'] },
      { fact: 'sharedOutside', is: ['unknown'] },
    ],
  },
  {
    id: 'inside',
    level: 'low',
    criterion: 'shared with accounts of the organisation only',
    when: [{ fact: 'sharedOutside', is: ['no'] }],
  },
  { id: 'ours', level: 'low', criterion: 'a responder shared it', when: [{ fact: 'ours', is: ['yes'] }] },
  { id: 'account', level: 'raise', criterion: 'account not in config', when: [{ fact: 'accountKnown', is: ['no'] }] },
  {
    id: 'attempt',
    level: 'lower',
    criterion: 'the call failed: an attempt, not a share',
    when: [{ fact: 'shareSucceeded', is: ['no'] }],
  },
];

export function shareFacts(known: ShareCase): ShareFacts {
  const { alert, policy } = known;
  const outside = [...new Set([...givenOutside(known), ...sharedOutsideNow(known)])];
  const named = alert.sharedWith !== undefined || snapshotIn(known)?.sharedWith != null;
  const isPublic = outside.includes('all');
  const who = outside.join(', ');
  return {
    shareSucceeded: {
      value: alert.outcome === 'success' ? 'yes' : 'no',
      evidence: alert.errorCode ?? `outcome ${alert.outcome}`,
    },
    public: named
      ? { value: isPublic ? 'yes' : 'no', evidence: isPublic ? 'shared with everybody' : 'shared with named accounts' }
      : { value: 'unknown', evidence: 'with whom it was shared is not known' },
    sharedOutside: named
      ? {
          value: outside.length > 0 ? 'yes' : 'no',
          evidence: outside.length > 0 ? `shared with ${who}` : 'with nobody outside',
        }
      : { value: 'unknown', evidence: 'with whom it was shared is not known' },
    ...accountFacts(alert, policy),
    ours: { value: isOurs(known) ? 'yes' : 'no', evidence: 'the list of responders' },
  };
}

/** Of a share inside the organisation, or by a responder, nothing has to be taken back. */
export function shareVerdict(known: ShareCase): { verdict: Verdict; reason: string } {
  const { ours, sharedOutside, shareSucceeded } = shareFacts(known);
  if (ours.value === 'yes') return { verdict: 'authorised', reason: 'a responder made the call' };
  if (shareSucceeded.value === 'no')
    return { verdict: 'unauthorised-attempt', reason: 'the call was refused or failed' };
  if (sharedOutside.value === 'no')
    return { verdict: 'authorised', reason: 'nobody outside the organisation was given it' };
  return sharedOutside.value === 'yes'
    ? { verdict: 'unauthorised-export', reason: sharedOutside.evidence }
    : { verdict: 'undetermined', reason: sharedOutside.evidence };
}
