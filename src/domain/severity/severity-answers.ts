import type { SeverityFacts } from './assessment.ts';

const known = ['yes', 'no', 'unknown'] as const;

type Questions = {
  [Name in keyof Required<SeverityFacts>]: { asks: string; answers: readonly Required<SeverityFacts>[Name]['value'][] };
};

/** What the severity table can ask, by the names that its rows use, with the answers that there are. */
export const severityAnswers = {
  exportSucceeded: { asks: 'Did the export succeed?', answers: known },
  accountKnown: { asks: 'Is the account in the configuration?', answers: known },
  accountSensitivity: {
    asks: 'How sensitive is the account, by the configuration?',
    answers: ['high', 'medium', 'low', 'unknown'],
  },
  environment: {
    asks: 'Which environment is the instance of?',
    answers: ['production', 'staging', 'development', 'test', 'unknown'],
  },
  classification: {
    asks: 'How is the data on the instance classified?',
    answers: ['sensitive', 'internal', 'public', 'unknown'],
  },
  bucketPublic: { asks: 'Can anybody at all read the bucket?', answers: known },
  bucketReadableOutside: { asks: 'Can another account read the export?', answers: known },
  bucketUsual: { asks: 'Is the bucket one that exports usually go to?', answers: known },
  actorAuthorised: { asks: 'May the actor export as part of its work?', answers: known },
  documentedProcess: { asks: 'Does an allow-list entry match role and circumstances?', answers: known },
  concealment: { asks: 'Did anybody try to hide what was done?', answers: known },
  readOutside: { asks: 'Was the image read by somebody outside the organisation?', answers: known },
  copySharedOutside: { asks: 'Is another copy of the machine shared with somebody outside?', answers: ['yes'] },
  exportDeclined: { asks: 'Was a ticket that asked for the export declined?', answers: ['yes'] },
  rightsTried: { asks: 'Was the actor denied call after call before the export?', answers: ['yes'] },
} satisfies Questions;

const questions: Record<string, string | undefined> = Object.fromEntries(
  Object.entries(severityAnswers).map(([fact, { asks }]) => [fact, asks]),
);

/** The question behind a fact that is not known, for people; what another playbook asks stands in its assessment in words. */
export const severityQuestion = (fact: string): string =>
  (Object.hasOwn(questions, fact) ? questions[fact] : undefined) ?? fact;
