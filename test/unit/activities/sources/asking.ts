import { MockActivityEnvironment } from '@temporalio/testing';
import type { SourceAnswer, SourceQuestion } from '../../../../src/domain/findings/sources.ts';
import type { SourceContext } from '../../../../activities/sources/settings.ts';
import { ApplicationFailure } from '@temporalio/common';
import { ids } from '../../../support/builders.ts';

/** What was handed to the evidence store. */
export const kept: { name: string; content: unknown }[] = [];

export const context = (changes: Partial<SourceContext> = {}): SourceContext => ({
  readIdentities: () =>
    Promise.resolve([
      {
        principals: [ids.userArn],
        name: 'Mallory',
        github: 'mal',
        slack: 'U0MALLORY1',
        jira: '5b10a2844c20165700ede21g',
      },
    ]),
  keep: ({ name, content }) => {
    kept.push({ name, content });
    return Promise.resolve({ uri: `memory:${name}`, sha256: '0'.repeat(64), size: 1 });
  },
  ...changes,
});

/** As Temporal runs it. */
export const ask = (
  search: (question: SourceQuestion) => Promise<SourceAnswer>,
  question: SourceQuestion,
): Promise<SourceAnswer> => new MockActivityEnvironment().run(search, question);

export async function failureOf(asking: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error('it did not fail as an activity does', { cause: error });
}
