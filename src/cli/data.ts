import { resolve } from 'node:path';
import { examples, type Registration } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { jsonText, styler } from './terminal.ts';

export const registerData: Registration = (program, terminal) => {
  const style = styler(terminal);
  const data = program.command('data').description('look at the tables that findings and severity are judged by');

  data
    .command('check')
    .description(
      'check tables, run the firing and quiet cases of every row, and say whether the code has them; exits with 2 and ' +
        'lists everything that is wrong, with 1 where only `npm run data` is left to do',
    )
    .argument('[files...]', 'tables such as severity.yaml; all of workflows/ec2-vm-export/data without it')
    .option('--json', 'the result as JSON on standard output')
    .addHelpText('after', examples('soar data check', 'soar data check workflows/ec2-vm-export/data/severity.yaml'))
    .action(async (files: string[], options: { json?: boolean }) => {
      const { checkTables } = await import('../tables/check.ts');
      const checked = checkTables(files.map((file) => resolve(file)));
      if (options.json) terminal.out(jsonText(checked));
      else
        for (const { file, cases, problems } of checked) {
          if (problems.length === 0) terminal.out(style(`${file}: valid; ${cases} case(s) hold`) + '\n');
        }
      const wrong = checked.flatMap(({ problems }) => problems);
      if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
      const behind = checked.filter(({ inForce }) => !inForce).map(({ file }) => file);
      if (behind.length > 0) {
        throw new Negative(behind.map((file) => `${file}: is not what the code has yet; run: npm run data`).join('\n'));
      }
    });
};
