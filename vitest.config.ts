import { defineConfig } from 'vitest/config';

/** One project per test folder: what each needs and how long it may take differs (see CONTRIBUTING.md). */
const project = (name: string, timeoutSeconds: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    // Integration files start servers of their own; two cores do not carry more than one such file at a time.
    fileParallelism: name === 'unit',
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 10),
      project('workflows', 60),
      project('replay', 60),
      project('lab', 120),
      project('e2e', 240),
    ],
  },
});
