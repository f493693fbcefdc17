import type { IncidentReport } from '../../domain/report/report.ts';
import { duration } from './words.ts';

type About = Pick<IncidentReport, 'alert' | 'metrics' | 'findings'>;

/** S122 and S123 in words. A call that failed left nothing to read, and logs that come late or in part prove no absence (P8). */
export interface OutsideWords {
  read: string;
  basis: string;
  exposure: string;
  exposureBasis: string;
  /** Both in half a sentence each. */
  sentence: string;
}

export function outsideWords({ alert, metrics, findings }: About): OutsideWords {
  if (alert.outcome === 'failure') {
    const nothing = 'the call failed: it left nothing to read';
    return {
      ...{ read: 'nothing to read', basis: nothing, exposure: 'none', exposureBasis: nothing },
      sentence: 'The call failed, so that it left nothing to read',
    };
  }
  const { accessedOutsideOrganisation: answer, exposure } = metrics;
  const howLong =
    exposure === null ? 'how long it could be read is not known' : `it could be read for ${duration(exposure)} at most`;
  const read = findings.some((found) => found.id === 'downloaded' && found.answer === 'yes');
  return {
    ...words[answer],
    ...(answer === 'unknown' && read ? { basis: readBySomebody } : {}),
    exposure: duration(exposure),
    exposureBasis:
      'at most: from the finished image, or the call where that is not known, to the denial of its reads (S123)',
    sentence: `${words[answer].sentence}; ${howLong}`,
  };
}

/** By the actor's key, say, or a signed URL, which anybody may hold. */
const readBySomebody = 'it was read, and the logs do not tell whether by anybody outside (S122)';

const words = {
  yes: {
    read: 'yes',
    basis: 'by logs of its reads (S122)',
    sentence: 'The image was read outside the organisation',
  },
  no: {
    read: 'none found',
    basis: 'in the logs of its reads so far, which may be late or incomplete (S122)',
    sentence: 'No read of the image from outside the organisation was found',
  },
  unknown: {
    read: 'unknown',
    basis: 'no log that would tell was there to read (S122)',
    sentence: 'Whether the image was read outside the organisation is not known',
  },
} satisfies Record<
  IncidentReport['metrics']['accessedOutsideOrganisation'],
  Pick<OutsideWords, 'read' | 'basis' | 'sentence'>
>;
