import { configOption, configPath, examples, type JsonOptions, type Registration } from './command.ts';

export const registerAlert: Registration = (program, terminal) => {
  const alert = program.command('alert').description('alerts from files: see what they would do, or send them in');

  alert
    .command('check')
    .description(
      'read CloudTrail records, EventBridge events or ECS documents without starting anything; a line for each',
    )
    .argument('<file...>', 'log file (plain or gzip), one JSON document or one to a line; - is standard input')
    .option(...configOption)
    .option('--json', 'a JSON object to a line')
    .addHelpText(
      'after',
      examples('soar alert check export-alert.json', 'soar alert check --json *_CloudTrail_*.json.gz') +
        '\nExits with 1 if an event that a playbook handles is refused, or something cannot be read at all.\n',
    )
    .action(async (files: string[], options: JsonOptions) => {
      const { checkAlerts } = await import('./alert-check.ts');
      await checkAlerts(files, options, terminal);
    });

  alert
    .command('submit')
    .description('open the incidents of alerts in files, straight in Temporal; what no playbook handles is left out')
    .argument('<file...>', 'log file (plain or gzip), one JSON document or one to a line; - is standard input')
    .option(...configOption)
    .option('--json', 'a JSON object to a line')
    .addHelpText(
      'after',
      examples('soar alert submit export-alert.json', 'zcat trail.json.gz | soar alert submit -c soar.yaml -') +
        '\nSent again, an alert opens nothing. Exits with 1 if one is refused.\n',
    )
    .action(async (files: string[], options: JsonOptions) => {
      const { submitAlerts } = await import('./alert-submit.ts');
      await submitAlerts(files, configPath(options, terminal), options, terminal);
    });
};
