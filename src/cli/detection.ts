import { InvalidArgumentError } from 'commander';
import type { DetectionRule, DetectionRun, DetectionWindow } from '../domain/alert/detection.ts';
import { configOption, configPath, examples, withTemporal, type Registration } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { jsonText, styler, type Terminal } from './terminal.ts';

interface Options {
  config?: string;
  json?: boolean;
}
interface RunOptions extends Options {
  from?: string;
  to?: string;
}

const json = ['--json', 'the result as JSON on standard output'] as const;

const aTime = (value: string): string => {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;
  const time = form.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('a UTC time such as 2027-01-31 or 2027-01-31T12:00:00Z');
  return new Date(time).toISOString();
};

export const registerDetection: Registration = (program, terminal) => {
  const style = styler(terminal);
  const warn = (line: string) => terminal.err(`${style(line, 'yellow')}\n`);
  const command = program.command('detection').description('rules that search for alerts on a schedule');

  command
    .command('apply')
    .description(
      'make the schedules in Temporal those of the configured rules: create, update, remove; can be repeated',
    )
    .option(...configOption)
    .option(...json)
    .addHelpText('after', examples('soar detection apply -c soar.yaml'))
    .action(async (options: Options) => {
      const { applySchedules } = await import('../detection/schedules.ts');
      const rules = await rulesOf(options, terminal);
      const applied = await withTemporal(terminal, options, ({ client }) => applySchedules(client, rules));
      if (options.json) return terminal.out(jsonText(applied));
      for (const [done, ids] of Object.entries(applied) as [string, string[]][]) {
        for (const id of ids) terminal.out(`${style(done)} ${style(id)}\n`);
      }
      if (rules.length === 0) warn('no rule is configured: nothing is searched on a schedule');
    });

  command
    .command('run')
    .description(
      'search now, or over a time that has passed, and wait for the result; needs the workers incident, detect',
    )
    .argument('[rule]', 'id of a rule; all configured ones without it')
    .option('--from <time>', 'from when; without it, as far back as the rule looks', aTime)
    .option('--to <time>', 'until when; now without it', aTime)
    .option(...configOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar detection run',
        'soar detection run vm-export-failure --from 2027-01-01 --to 2027-01-31T12:00:00Z --json',
      ),
    )
    .action(async (id: string | undefined, options: RunOptions) => {
      const { runDetection } = await import('../detection/run-now.ts');
      const { detectionLine, detectionWarnings } = await import('../domain/alert/detection-text.ts');
      const configured = await rulesOf(options, terminal);
      const rules = id === undefined ? configured : [named(configured, id)];
      const orders = rules.map((rule) => ({ rule, window: windowOf(rule, options) }));
      const runs: DetectionRun[] = [];
      const latest = new Map<string, DetectionRun>();
      await withTemporal(terminal, options, async ({ client }) => {
        for (const { rule, window } of orders) {
          const progress = (line: string) => terminal.err(`${style(`${rule.id}: ${line}`, 'dim')}\n`);
          for await (const run of runDetection(client, rule, window, progress)) {
            runs.push(run);
            latest.set(rule.id, run);
            if (run.remaining > 0) progress(`${run.hits} hit(s) handled, ${run.remaining} left`);
            if (!options.json) terminal.out(`${style(detectionLine(run))}\n`);
          }
        }
      });
      // Of one rule's runs the last one says what is left.
      const warnings = [...latest.values()].flatMap(detectionWarnings);
      if (options.json) terminal.out(jsonText(runs));
      for (const warning of warnings) warn(warning);
      const blind = [...latest.values()].some(({ remaining, failed, gaps }) => remaining + failed + gaps.length > 0);
      if (blind) throw new Negative('not everything was searched and opened');
    });

  command
    .command('status')
    .description('each rule: its next run, what the last one came to, what is left')
    .option(...configOption)
    .option(...json)
    .addHelpText('after', examples('soar detection status', 'soar detection status --json'))
    .action(async (options: Options) => {
      const { detectionStatus } = await import('../detection/status.ts');
      const { statusNotes, statusText } = await import('./detection-text.ts');
      const rules = await rulesOf(options, terminal);
      const statuses = await withTemporal(terminal, options, ({ client }) => detectionStatus(client, rules));
      terminal.out(options.json ? jsonText(statuses) : statusText(statuses));
      for (const note of statusNotes(statuses)) warn(note);
    });

  command
    .command('show')
    .description('what a rule looks for, as KQL for Kibana too, and what is known about it')
    .argument('[rule]', 'id of a rule; a list of all without it')
    .option(...json)
    .addHelpText('after', examples('soar detection show', 'soar detection show vm-export-failure'))
    .action(async (id: string | undefined, options: Options) => {
      const { detectionRules } = await import('../detection/rules.ts');
      const { kqlOf } = await import('../domain/alert/detection-query.ts');
      const { ruleText } = await import('./detection-text.ts');
      const all = detectionRules();
      const shown = id === undefined ? all : [named(all, id)];
      if (options.json) return terminal.out(jsonText(shown.map((rule) => ({ ...rule, kql: kqlOf(rule.condition) }))));
      terminal.out(shown.map((rule) => `${style(rule.id, 'bold')}\n${ruleText(rule, terminal.columns)}`).join('\n'));
    });
};

async function rulesOf(options: Options, terminal: Terminal): Promise<DetectionRule[]> {
  const { loadConfig } = await import('../config/load-config.ts');
  const { configuredRules } = await import('../detection/rules.ts');
  return configuredRules(await loadConfig(configPath(options, terminal)));
}

function named(rules: DetectionRule[], id: string): DetectionRule {
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw new UsageError(`there is no rule ${id}; there are ${rules.map((one) => one.id).join(', ')}`);
  return rule;
}

function windowOf({ lookback }: DetectionRule, { from, to }: RunOptions): DetectionWindow {
  const now = new Date().toISOString();
  if (from !== undefined && from >= now) throw new UsageError('--from lies in the future: nothing is recorded yet');
  // What has not come yet is not searched, and must not count as such.
  const end = to === undefined || to > now ? now : to;
  const window = { from: from ?? new Date(Date.parse(end) - lookback).toISOString(), to: end };
  if (window.from >= window.to) throw new UsageError('--from must be before --to');
  return window;
}
