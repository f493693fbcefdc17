import { Option } from 'commander';
import { examples, type Registration } from './command.ts';
import { dayOf } from './day.ts';
import { jsonText, table } from './terminal.ts';

/** The figures of closed incidents (S120–S123), from the reports that were stored. */
export const registerMetrics: Registration = (program, terminal) => {
  program
    .command('metrics')
    .description(
      'figures of closed incidents, from the reports in a folder: the evidence store, or a copy of its bucket',
    )
    .argument('<folder>', 'it, and everything below it, is searched for reports in JSON')
    .option('--from <day>', 'only incidents that opened on this day or later, such as 2027-01-01 (UTC)')
    .option('--to <day>', 'only incidents that opened before this day')
    .addOption(
      new Option('-f, --format <format>', 'how they are written')
        .choices(['table', 'csv', 'json', 'html'])
        .default('table'),
    )
    .addHelpText(
      'after',
      examples(
        'soar metrics ~/soar/evidence --from 2027-01-01 --to 2027-04-01',
        'soar metrics ~/soar/evidence --format html > figures.html',
      ),
    )
    .action(async (folder: string, options: { from?: string; to?: string; format: string }) => {
      const { storedReports } = await import('../audit/stored-reports.ts');
      const { closedBetween, durations, figuresOf, spreadOf } = await import('../domain/report/incident-figures.ts');
      const { figuresCsv, figuresHtml, outsideWords, spreadRows } = await import('../audit/render/figures.ts');
      const from = dayOf('--from', options.from) ?? -Infinity;
      const to = dayOf('--to', options.to) ?? Infinity;
      const { reports, unreadable } = await storedReports(folder);
      for (const path of unreadable) terminal.err(`${path} is no report that this release can read: left out\n`);
      const figures = closedBetween(reports, from, to).map(figuresOf);
      const period = [options.from && `from ${options.from}`, options.to && `before ${options.to}`]
        .filter(Boolean)
        .join(' ');
      if (options.format === 'csv') terminal.out(figuresCsv(figures));
      else if (options.format === 'html') terminal.out(figuresHtml(figures, period || 'of all time'));
      else if (options.format === 'json') {
        const spread = Object.fromEntries(durations.map((name) => [name, spreadOf(figures, name)]));
        terminal.out(jsonText({ incidents: figures, spread, unreadable }));
      } else {
        terminal.out(table([['figure', 'known', 'median', 'nine of ten within'], ...spreadRows(figures)]));
        terminal.out(`${outsideWords(figures)}\n`);
      }
    });
};
