/**
 * Lets the SDK download a server, in a process of its own: the SDK's download has no time limit, a process can be ended.
 * Arguments: `dev-server` or `time-skipping`, folder to download to.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [server, downloadDir = '.'] = process.argv.slice(2);
const executable = { type: 'cached-download', downloadDir, ttl: '3650 days' } as const;
try {
  const env =
    server === 'time-skipping'
      ? await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
      : await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await env.teardown();
  process.exit(0);
} catch (error) {
  // The chain of causes ends with the one that a person can act on, such as a name that cannot be resolved.
  console.error(error instanceof Error ? error.message.split(': ').slice(-2).join(': ') : error);
  process.exit(1);
}
