import { afterAll, beforeAll, beforeEach } from 'vitest';
import { isPrerequisiteMissing } from '../../src/temporal/prerequisite.ts';

/**
 * Creates what the tests of a file (or `describe`) have in common, and takes it down after them. Where this machine lacks
 * a tool for it, the tests are skipped with what to install as the reason.
 *
 *     const env = shared(createDevEnv, (env) => env.teardown());
 *     test('…', async () => { await env().client.workflow.execute(…) });
 */
export function shared<T>(create: () => Promise<T>, destroy: (value: T) => Promise<unknown> = async () => {}): () => T {
  let made: { value: T } | undefined;
  let missing: Error | undefined;

  beforeAll(async () => {
    try {
      made = { value: await create() };
    } catch (error) {
      if (!isPrerequisiteMissing(error)) throw error;
      missing = error;
    }
  });
  beforeEach(({ skip }) => skip(missing !== undefined, missing?.message));
  afterAll(async () => {
    if (made) await destroy(made.value);
  });

  return () => {
    if (!made) throw missing ?? new Error('used before beforeAll has created it');
    return made.value;
  };
}

/** Skips the tests of a file where this machine lacks a tool: `requireTool(() => resolveTemporalCli(progress))`. */
export const requireTool = (find: () => Promise<unknown>): void => {
  shared(find);
};
