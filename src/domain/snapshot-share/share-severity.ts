import type { Answer } from '../findings/evidence.ts';
import { accountFacts } from '../severity/account-facts.ts';
import type { Fact, SeverityFacts, Verdict } from '../severity/assessment.ts';
import type { SeverityRow } from '../severity/severity-table.ts';
import { givenOutside, isOurs, sharedOutsideNow, whyNotRead, type ShareCase } from './share-case.ts';

/** What the severity of a shared snapshot is computed from; unknown never lowers (P8). */
export interface ShareFacts {
  shareSucceeded: Fact<Answer>;
  /** Anybody with an AWS account may copy it. */
  public: Fact<Answer>;
  /** Somebody outside was given it by the call, or has it now. */
  sharedOutside: Fact<Answer>;
  /** Somebody outside would have been given it, had the call not failed. */
  triedOutside: Fact<Answer>;
  accountKnown: Fact<Answer>;
  accountSensitivity: Fact<'high' | 'medium' | 'low' | 'unknown'>;
  /** The call is one that responders made. */
  ours: Fact<Answer>;
}

/** What this playbook alone asks, for people. */
export const shareQuestions: Record<Exclude<keyof ShareFacts, keyof SeverityFacts>, string> = {
  shareSucceeded: 'Did the call succeed?',
  public: 'May everybody copy the snapshot?',
  sharedOutside: 'Was the snapshot shared with somebody outside?',
  triedOutside: 'Would the call have shared the snapshot with somebody outside?',
  ours: 'Did a responder make the call?',
};

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
    id: 'tried-outside',
    level: 'high',
    criterion: 'the call would have let somebody outside the organisation copy the snapshot',
    when: [{ fact: 'triedOutside', is: ['yes'] }],
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
    when: [
      { fact: 'sharedOutside', is: ['no'] },
      { fact: 'triedOutside', is: ['no'] },
    ],
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
  const succeeded = alert.outcome === 'success';
  const named = givenOutside(known);
  const outside = [...new Set([...(succeeded ? named : []), ...sharedOutsideNow(known)])];
  const isPublic = outside.includes('all');
  // Who has it now says nothing of whom it was given to: a share is taken back within a minute.
  const open =
    alert.sharedWith === undefined ? 'the alert does not say with whom it was shared' : (known.doubt ?? null);
  return {
    shareSucceeded: {
      value: succeeded ? 'yes' : 'no',
      evidence: alert.errorCode ?? `outcome ${alert.outcome}`,
    },
    public: isPublic
      ? { value: 'yes', evidence: 'shared with everybody' }
      : fact('no', 'shared with named accounts', open),
    sharedOutside:
      outside.length > 0
        ? { value: 'yes', evidence: `shared with ${outside.join(', ')}` }
        : fact('no', insideWords(known), open),
    triedOutside:
      !succeeded && named.length > 0
        ? { value: 'yes', evidence: `to be shared with ${named.join(', ')}` }
        : fact('no', succeeded ? 'the call succeeded' : 'it names nobody outside', succeeded ? null : open),
    ...accountFacts(alert, policy),
    ours: known.doubt
      ? { value: 'no', evidence: known.doubt }
      : { value: isOurs(known) ? 'yes' : 'no', evidence: 'the list of responders' },
  };
}

const fact = (value: Answer, evidence: string, open: string | null): Fact<Answer> =>
  open === null ? { value, evidence } : { value: 'unknown', evidence: open };

/** The call is one thing, and what others did to the snapshot another. */
const insideWords = (known: ShareCase): string =>
  whyNotRead(known) === null
    ? 'with nobody outside'
    : 'the call names nobody outside; whom else it is shared with could not be read';

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
