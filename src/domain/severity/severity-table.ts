import type { Severity, SeverityFacts } from './assessment.ts';

/** One row: it is met when every fact under `when` has one of the named values. */
export interface SeverityRow<Facts = SeverityFacts> {
  /** Number of the criterion in the playbook. */
  id: string;
  level: Severity | 'raise' | 'lower';
  criterion: string;
  when: { fact: keyof Facts & string; is: string[] }[];
}

const S57 = 'export from a production or sensitive environment';
const S59 = 'export to a public bucket or one outside normal operational boundaries';
const S60 = 'unauthorised or suspicious actor';
const S65 = 'export from a development or test environment by an authorised user';

/** The playbook's criteria (S57–S67) with the two that adjust the result; several rows of one number are alternatives. */
export const severityTable: SeverityRow[] = [
  { id: 'S57', level: 'high', criterion: S57, when: [{ fact: 'environment', is: ['production'] }] },
  { id: 'S57', level: 'high', criterion: S57, when: [{ fact: 'accountSensitivity', is: ['high'] }] },
  {
    id: 'S58',
    level: 'high',
    criterion: 'the instance contains sensitive data',
    when: [{ fact: 'classification', is: ['sensitive'] }],
  },
  { id: 'S59', level: 'high', criterion: S59, when: [{ fact: 'bucketPublic', is: ['yes'] }] },
  { id: 'S59', level: 'high', criterion: S59, when: [{ fact: 'bucketReadableOutside', is: ['yes'] }] },
  { id: 'S59', level: 'high', criterion: S59, when: [{ fact: 'bucketUsual', is: ['no'] }] },
  {
    id: 'S60',
    level: 'high',
    criterion: S60,
    when: [{ fact: 'actorAuthorised', is: ['no'] }],
  },
  { id: 'S60', level: 'high', criterion: S60, when: [{ fact: 'exportDeclined', is: ['yes'] }] },
  {
    id: 'S61',
    level: 'high',
    criterion: 'evidence of attempted concealment',
    when: [{ fact: 'concealment', is: ['yes'] }],
  },
  {
    // Not in the playbook's list, but no other criterion weighs more once the image was fetched (S73).
    id: 'S122',
    level: 'high',
    criterion: 'the exported image was read outside the organisation',
    when: [{ fact: 'readOutside', is: ['yes'] }],
  },
  {
    id: 'S62',
    level: 'medium',
    criterion: 'non-production but secured environment',
    when: [{ fact: 'environment', is: ['staging'] }],
  },
  {
    id: 'S63',
    level: 'medium',
    criterion: 'internal but not highly sensitive data',
    when: [{ fact: 'classification', is: ['internal'] }],
  },
  {
    id: 'S64',
    level: 'medium',
    criterion: 'authorised user outside the normal process',
    when: [
      { fact: 'actorAuthorised', is: ['yes'] },
      { fact: 'documentedProcess', is: ['no'] },
      // Development and test are S65's: there an authorised user needs no documented process.
      { fact: 'environment', is: ['production', 'staging', 'unknown'] },
    ],
  },
  {
    id: 'S65',
    level: 'low',
    criterion: S65,
    when: [
      { fact: 'environment', is: ['development', 'test'] },
      { fact: 'actorAuthorised', is: ['yes'] },
    ],
  },
  {
    id: 'S65',
    level: 'low',
    criterion: S65,
    when: [
      { fact: 'environment', is: ['development', 'test'] },
      { fact: 'documentedProcess', is: ['yes'] },
    ],
  },
  {
    id: 'S66',
    level: 'low',
    criterion: 'the instance is known not to contain sensitive data',
    when: [{ fact: 'classification', is: ['public'] }],
  },
  {
    id: 'S67',
    level: 'low',
    criterion: 'the export is part of a documented process',
    when: [{ fact: 'documentedProcess', is: ['yes'] }],
  },
  { id: 'S53', level: 'raise', criterion: 'account not in config', when: [{ fact: 'accountKnown', is: ['no'] }] },
  {
    id: 'S47',
    level: 'lower',
    criterion: 'the export failed: an attempt, not an export',
    when: [{ fact: 'exportSucceeded', is: ['no'] }],
  },
];
