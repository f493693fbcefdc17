import { defineConfig } from 'vitest/config';

/**
 * One project per test folder, run in this order: what each needs and how long a test may take differs (CONTRIBUTING.md).
 * `files` is how many test files run at a time. Lab files keep a core busy each; the end-to-end ones wait most of the time.
 */
const projects = [
  { name: 'unit', timeoutSeconds: 10, files: 2 },
  { name: 'workflows', timeoutSeconds: 120, files: 2 },
  { name: 'replay', timeoutSeconds: 60, files: 2 },
  { name: 'lab', timeoutSeconds: 120, files: 2 },
  { name: 'e2e', timeoutSeconds: 240, files: 2 },
];

export default defineConfig({
  test: {
    passWithNoTests: true,
    // What a passing test prints is of no interest.
    silent: 'passed-only',
    projects: projects.map(({ name, timeoutSeconds, files }, groupOrder) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: timeoutSeconds * 1000,
        hookTimeout: timeoutSeconds * 1000,
        maxWorkers: files,
        // Half of a test's time: what it waits for may be slow where much else runs, and what did not come is named.
        expect: { poll: { timeout: timeoutSeconds * 500 } },
        sequence: { groupOrder },
      },
    })),
  },
});
