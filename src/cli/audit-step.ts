import type { Command } from 'commander';
import type { Step, StepEntry } from '../audit/steps.ts';
import { examples } from './command.ts';
import { UsageError } from './failures.ts';
import { answerTo, jsonText, styler, wrapped, type Style, type Terminal } from './terminal.ts';

/** Longer values are cut; `--json` has them whole. */
const mostOfValue = 300;

/** A recorded incident as in a debugger: what came in, what was decided, how it stood then. */
export function registerStep(audit: Command, terminal: Terminal): void {
  audit
    .command('step')
    .description(
      'go through a recorded incident step by step: what came in, what it decided, how it stood; nothing is checked here',
    )
    .argument('<file>', 'history or bundle written by audit export')
    .option('--from <number>', 'the first step to show', '1')
    .option('--json', 'all steps as JSON on standard output, values whole')
    .addHelpText(
      'after',
      examples(
        'soar audit step incident.tar',
        'soar audit step ./audit/VMX-7Q2MZ4K6AB-history.json --json | jq ".[] | select(.said != [])"',
      ),
    )
    .action(async (file: string, options: { from: string; json?: boolean }) => {
      const { readRecordedHistory } = await import('../audit/history-file.ts');
      const { stepsOf } = await import('../audit/steps.ts');
      const steps = stepsOf((await readRecordedHistory(file)).history);
      const from = Number(options.from);
      if (!Number.isInteger(from) || from < 1 || from > Math.max(steps.length, 1)) {
        throw new UsageError(`--from takes the number of a step: 1 to ${steps.length}`);
      }
      if (options.json) terminal.out(jsonText(steps.slice(from - 1)));
      else if (terminal.ask && terminal.coloured) await walk(steps, from, terminal);
      else for (const step of steps.slice(from - 1)) terminal.out(stepText(step, steps.length, terminal));
    });
}

/** Goes where the person says: on, back, to a number, or out. */
async function walk(steps: Step[], from: number, terminal: Terminal): Promise<void> {
  let at = from;
  for (;;) {
    const step = steps[at - 1];
    if (!step) return;
    terminal.out(stepText(step, steps.length, terminal));
    const answer = await answerTo(`step ${at} of ${steps.length}: n(ext), p(revious), a number, q(uit) > `, terminal);
    if (answer === null || answer === 'q') return;
    if (answer === 'p') at = Math.max(at - 1, 1);
    else if (/^\d{1,6}$/.test(answer)) at = Math.min(Math.max(Number(answer), 1), steps.length);
    else at += 1;
  }
}

function stepText(step: Step, total: number, terminal: Pick<Terminal, 'coloured' | 'columns'>): string {
  const style = styler(terminal);
  const { number, events, at, came, said, did, state } = step;
  const head = `${number}/${total}  ${at}  events ${events[0]}–${events[1]}`;
  const lines = (mark: string, texts: string[], ...styles: Style[]): string =>
    texts
      .flatMap((text) =>
        wrapped(text, terminal.columns - 5).map((line, index) => `${index === 0 ? mark : ' '} ${line}`),
      )
      .map((line) => ` ${style(line, ...styles)}\n`)
      .join('');
  const standing = [
    state.phase ?? 'not begun',
    `severity ${state.severity ?? 'not assessed'}`,
    `verdict ${state.verdict ?? 'open'}`,
    ...(state.awaitingApproval ? ['awaits approval'] : []),
    ...(state.underway.length > 0 ? [`under way: ${state.underway.join(', ')}`] : []),
  ].join('; ');
  return (
    `${style(head, 'bold')}\n` +
    lines('>', came.map(entryText)) +
    lines('=', said) +
    lines('<', did.map(entryText)) +
    `${lines('.', [standing], 'dim')}\n`
  );
}

function entryText({ what, value }: StepEntry): string {
  if (value === undefined || value === null) return what;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${what}: ${text.length > mostOfValue ? `${text.slice(0, mostOfValue)}…` : text}`;
}
