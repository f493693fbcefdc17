import { examples, type Registration } from './command.ts';

export const registerLab: Registration = (program, terminal) => {
  program
    .command('lab')
    .description('run the AWS lab alone, with accounts, roles and a configuration, until Ctrl-C')
    .option('-s, --scenario <name>', 'also play this story up to the real call, and write its record as an alert')
    .addHelpText('after', examples('soar lab', 'soar lab --scenario compromised-key'))
    .action(async ({ scenario }: { scenario?: string }) => {
      const { runLab } = await import('../lab/demo/run-lab.ts');
      await runLab(scenario, terminal);
    });
};
