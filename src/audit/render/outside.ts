import type { IncidentReport } from '../../domain/report/report.ts';
import type { LossWords } from '../../domain/report/loss-words.ts';
import { lossOf } from './loss.ts';
import { duration } from './words.ts';

type About = Pick<IncidentReport, 'playbook' | 'alert' | 'metrics' | 'findings'>;

/** S122 and S123 in words. A call that failed left nothing to read, and logs that come late or in part prove no absence (P8). */
export interface OutsideWords {
  /** What `read` answers. */
  readTitle: string;
  read: string;
  basis: string;
  exposure: string;
  exposureBasis: string;
  /** Both in half a sentence each. */
  sentence: string;
}

export function outsideWords(report: About): OutsideWords {
  const { alert, metrics, findings } = report;
  const loss = lossOf(report);
  const readTitle = `${sentenceStart(loss.taken)} outside the organisation`;
  if (alert.outcome === 'failure') {
    const nothing = `it left nothing to ${loss.take}`;
    const basis = `the call failed: ${nothing}`;
    return {
      ...{ readTitle, read: `nothing to ${loss.take}`, basis, exposure: 'none', exposureBasis: basis },
      sentence: `The call failed, so that ${nothing}`,
    };
  }
  const { accessedOutsideOrganisation: answer, exposure } = metrics;
  const howLong =
    exposure === null
      ? `how long it could be ${loss.taken} is not known`
      : `it could be ${loss.taken} for ${duration(exposure)} at most`;
  const read = findings.some((found) => found.id === 'downloaded' && found.answer === 'yes');
  const said = words[answer](loss);
  return {
    readTitle,
    ...said,
    ...(answer === 'unknown' && read ? { basis: readBySomebody } : {}),
    exposure: duration(exposure),
    exposureBasis: loss.exposed,
    sentence: `${said.sentence}; ${howLong}`,
  };
}

/** By the actor's key, say, or a signed URL, which anybody may hold. */
const readBySomebody = 'it was read, and the logs do not tell whether by anybody outside (S122)';

const words: Record<
  IncidentReport['metrics']['accessedOutsideOrganisation'],
  (loss: LossWords) => Pick<OutsideWords, 'read' | 'basis' | 'sentence'>
> = {
  yes: ({ what, takes, taken }) => ({
    read: 'yes',
    basis: `by logs of its ${takes} (S122)`,
    sentence: `${sentenceStart(what)} was ${taken} outside the organisation`,
  }),
  no: ({ what, take, takes }) => ({
    read: 'none found',
    basis: `in the logs of its ${takes} so far, which may be late or incomplete (S122)`,
    sentence: `No ${take} of ${what} from outside the organisation was found`,
  }),
  unknown: ({ what, taken }) => ({
    read: 'unknown',
    basis: 'no log that would tell was there to read (S122)',
    sentence: `Whether ${what} was ${taken} outside the organisation is not known`,
  }),
};

export function sentenceStart(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
