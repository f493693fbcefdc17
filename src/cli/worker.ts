import { Option } from 'commander';
import { workerRoles, type WorkerRole } from '../domain/names.ts';
import { logLine } from '../temporal/log.ts';
import { configOption, configPath, examples, type Registration } from './command.ts';

export const registerWorker: Registration = (program, terminal) => {
  program
    .command('worker')
    .description('run a worker until it is told to stop, then let it finish what it has begun')
    .option(...configOption)
    .addOption(
      new Option(
        '--role <role>',
        'which tasks; in production one process per role, each with AWS credentials of its own',
      )
        .choices([...workerRoles, 'all'])
        .makeOptionMandatory(),
    )
    .option('--metrics <host:port>', "answer Prometheus there with Temporal's figures of this worker, without a login")
    .addHelpText(
      'after',
      examples(
        'soar worker --role incident --metrics 127.0.0.1:9464',
        'AWS_PROFILE=soar-observe soar worker --role observe -c soar.yaml',
      ),
    )
    .action(async (options: { config?: string; role: WorkerRole | 'all'; metrics?: string }) => {
      const { installRuntime } = await import('../temporal/worker-runtime.ts');
      installRuntime(options.metrics);
      const { runWorkers } = await import('../../workers/run.ts');
      const roles = options.role === 'all' ? workerRoles : [options.role];
      await runWorkers({
        configPath: configPath(options, terminal),
        roles,
        warn: (line) => terminal.err(logLine(`warning: ${line}`, 'warn')),
        onReady: () => terminal.err(logLine(`worker ready: ${roles.join(', ')}`)),
      });
    });
};
