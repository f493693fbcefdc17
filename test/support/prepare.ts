import { labPython } from '../../src/lab/aws/python.ts';
import { isPrerequisiteMissing } from '../../src/temporal/prerequisite.ts';
import type { Progress } from '../../src/temporal/run-command.ts';
import { resolveTemporalCli } from '../../src/temporal/temporal-cli.ts';
import { resolveSearchNode } from './search-node.ts';
import { resolveTimeSkippingServer } from './time-skipping-server.ts';

interface Tool {
  name: string;
  /** The stages with tests that need it. */
  stages: string[];
  find: (progress: Progress) => Promise<unknown>;
}

const tools: Tool[] = [
  { name: 'Temporal dev server', stages: ['workflows', 'lab', 'e2e'], find: resolveTemporalCli },
  { name: 'time-skipping Temporal server', stages: ['workflows'], find: resolveTimeSkippingServer },
  { name: 'search engine', stages: ['lab'], find: resolveSearchNode },
  { name: 'AWS lab', stages: ['lab', 'e2e'], find: labPython },
];

/**
 * Downloads and builds what the tests need before any of them runs, where nothing has a time limit of seconds. A missing
 * tool is said here and skips its tests later.
 */
export async function prepareTools(stages: readonly string[], progress: Progress): Promise<void> {
  for (const { name, find } of tools.filter((tool) => tool.stages.some((stage) => stages.includes(stage)))) {
    try {
      await find(progress);
    } catch (error) {
      if (!isPrerequisiteMissing(error)) throw error;
      progress(`tests that need the ${name} will be skipped: ${error.message}`);
    }
  }
}
