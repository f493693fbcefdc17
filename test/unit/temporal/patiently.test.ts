import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { patiently } from '../../../src/temporal/patiently.ts';

const refused = (code: number) =>
  new ServiceError('Failed to query Workflow', {
    cause: Object.assign(new Error('from the server'), { code, details: 'from the server', metadata: {} }),
  });
const [invalidArgument, deadlineExceeded, failedPrecondition] = [3, 4, 9];

/** Answers so, one after the other; the last one from then on. */
const answering = (...answers: (Error | string)[]) => {
  let asked = 0;
  return {
    ask: () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    asked: () => asked,
  };
};

describe('a question that a busy worker does not answer in time', () => {
  it('is asked again until it is answered', async () => {
    const { ask, asked } = answering(refused(deadlineExceeded), refused(failedPrecondition), 'here');
    expect(await patiently(ask)).toBe('here');
    expect(asked()).toBe(3);
  });

  it('is given up when patience ends, with what was answered last', async () => {
    const { ask } = answering(refused(deadlineExceeded));
    await expect(patiently(ask, 1)).rejects.toThrow('Failed to query Workflow');
  });

  it('is not asked again when the answer is another failure', async () => {
    const { ask, asked } = answering(refused(invalidArgument), 'never');
    await expect(patiently(ask)).rejects.toThrow('Failed to query Workflow');
    expect(asked()).toBe(1);
  });
});
