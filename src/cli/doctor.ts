import { Option } from 'commander';
import { configOption, configPath, examples, type Registration } from './command.ts';
import type { Check, CheckState } from './doctor/check.ts';
import { Negative } from './failures.ts';
import { jsonText, styler, type Style, type Terminal } from './terminal.ts';

export const registerDoctor: Registration = (program, terminal) => {
  const roles = ['incident', 'observe', 'contain', 'notify', 'detect', 'intake', 'figures', 'all'];
  program
    .command('doctor')
    .description(
      'look whether everything is well: configuration, Temporal, workers, AWS roles, evidence store, whoever is asked and ' +
        'told; says what to do next, exits with 1 when something failed. It changes nothing, but appends one small document ' +
        'to the evidence store, once for each configuration of it',
    )
    .option(...configOption)
    .addOption(
      new Option('--role <role...>', 'whose keys and AWS credentials are on this machine; the others are not tried')
        .choices(roles)
        .default(['all']),
    )
    .option('--json', 'the result as JSON on standard output')
    .addHelpText(
      'after',
      examples('soar doctor', 'AWS_PROFILE=soar-contain soar doctor --role contain', 'soar doctor --json'),
    )
    .action(async (options: { config?: string; role: string[]; json?: boolean }) => {
      const { examine, lookers } = await import('./doctor/examine.ts');
      const whose = lookers.filter((role) => options.role.includes('all') || options.role.includes(role));
      const checks = await examine(configPath(options, terminal), whose);
      terminal.out(
        options.json ? jsonText({ healthy: count(checks, 'failed') === 0, checks }) : checkLines(checks, terminal),
      );
      if (count(checks, 'failed') > 0) {
        throw new Negative(`${count(checks, 'failed')} of ${checks.length} checks failed`);
      }
    });
};

const count = (checks: Check[], state: CheckState): number => checks.filter((check) => check.state === state).length;

const styles: Record<CheckState, Style> = { ok: 'green', warning: 'yellow', failed: 'red' };

/** One line for each check, with what to do at its end. */
export function checkLines(checks: Check[], terminal: Pick<Terminal, 'coloured'>): string {
  const style = styler(terminal);
  const widest = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(
    ({ name, state, found, next }) =>
      `${style(state.padEnd(7), styles[state])}  ${style(name.padEnd(widest))}  ${style(found)}${next === undefined ? '' : style(` → ${next}`, 'bold')}`,
  );
  const sum = `${count(checks, 'ok')} ok, ${count(checks, 'warning')} warning(s), ${count(checks, 'failed')} failed`;
  return [...lines, sum].map((line) => `${line}\n`).join('');
}
