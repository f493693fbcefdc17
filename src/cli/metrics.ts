import { Option } from 'commander';
import type { FoundFigures, Period } from '../audit/found-figures.ts';
import { configOption, configPath, examples, withTemporal, type Registration } from './command.ts';
import { periodOf } from './day.ts';
import { UsageError } from './failures.ts';
import { jsonText, table, type Terminal } from './terminal.ts';

interface Options {
  config?: string;
  from?: string;
  to?: string;
  source?: 'both' | 'temporal' | 'store';
  format: string;
}

/** The figures of closed incidents (S120–S123), wherever they are still known. */
export const registerMetrics: Registration = (program, terminal) => {
  program
    .command('metrics')
    .description(
      'figures of closed incidents: of those that Temporal still has and of those that the evidence store remembers, each ' +
        'once; or, offline, from the reports and bundles in a folder',
    )
    .argument('[folder]', 'it, and everything below it, is searched for reports and bundles: a copy of the bucket')
    .option(...configOption)
    .option('--from <day>', 'only incidents that opened on this day or later, such as 2027-01-01 (UTC)')
    .option('--to <day>', 'only incidents that opened before this day')
    .addOption(
      new Option('--source <source>', 'without a folder: where to look (default: both)').choices([
        'both',
        'temporal',
        'store',
      ]),
    )
    .addOption(
      new Option('-f, --format <format>', 'how they are written')
        .choices(['table', 'csv', 'json', 'html'])
        .default('table'),
    )
    .addHelpText(
      'after',
      examples(
        'soar metrics --from 2027-01-01 --to 2027-04-01',
        'soar metrics --format html > figures.html',
        'soar metrics ~/soar/evidence-copy --format csv',
      ),
    )
    .action(async (folder: string | undefined, options: Options) => {
      const { inPeriod } = await import('../domain/report/incident-figures.ts');
      const { from, to } = periodOf(options);
      const period = { from: from ?? -Infinity, to: to ?? Infinity };
      if (folder !== undefined && options.source !== undefined) {
        throw new UsageError('--source is for figures without a folder');
      }
      const found = folder === undefined ? await inPlaces(options, period, terminal) : await inFolder(folder, terminal);
      const unreadable = found.flatMap((place) => place.unreadable);
      for (const line of unreadable) terminal.err(`${line}: left out\n`);
      const figures = inPeriod(
        found.flatMap((place) => place.figures),
        period.from,
        period.to,
      );
      await write(figures, unreadable, options, terminal);
    });
};

async function inFolder(folder: string, terminal: Terminal): Promise<FoundFigures[]> {
  const { figuresInFolder } = await import('../audit/found-figures.ts');
  const found = await figuresInFolder(folder).catch((error: unknown) => {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`${folder} cannot be read (${code ?? 'unknown error'})`, { cause: error });
  });
  // Of a folder that was mistyped the table alone would look like a quiet year.
  terminal.err(`${folder}: ${found.figures.length} closed incident(s)\n`);
  return [found];
}

/** What one of the places does not know, the other may; a place that fails is an error, and never a smaller number. */
async function inPlaces(options: Options, period: Period, terminal: Terminal): Promise<FoundFigures[]> {
  const { figuresInStore, figuresInTemporal } = await import('../audit/found-figures.ts');
  const { loadConfig } = await import('../config/load-config.ts');
  const { figureSettings } = await import('../config/figure-settings.ts');
  const path = configPath(options, terminal);
  const { source = 'both' } = options;
  const settings = source === 'temporal' ? null : figureSettings(await loadConfig(path));
  if (settings === null && source === 'store') throw new UsageError(`${path}: evidence.figuresRole is missing`);
  if (settings === null) {
    terminal.err('the evidence store is not asked: incidents that Temporal no longer has are not counted\n');
  }
  const tell = (where: string, found: FoundFigures) =>
    terminal.err(`${where}: ${found.figures.length} closed incident(s)\n`);
  const found: FoundFigures[] = [];
  if (source !== 'store') {
    const there = await withTemporal(terminal, options, ({ client }) => figuresInTemporal(client, period));
    tell('Temporal', there);
    found.push(there);
  }
  if (settings) {
    const there = await figuresInStore(settings, period);
    tell('evidence store', there);
    found.push(there);
  }
  return found;
}

async function write(
  figures: FoundFigures['figures'],
  unreadable: string[],
  { from, to, format }: Options,
  terminal: Terminal,
): Promise<void> {
  const { durations, spreadOf } = await import('../domain/report/incident-figures.ts');
  const { approvalsIn, byAllowListEntry, byRule, driftIn } = await import('../domain/report/figure-rates.ts');
  const { figuresCsv, figuresHtml, spreadRows } = await import('../audit/render/figures.ts');
  const { countLines, entryRows, ruleRows } = await import('../audit/render/figure-rates.ts');
  if (format === 'csv') {
    terminal.out(figuresCsv(figures));
    return;
  }
  if (format === 'html') {
    const period = [from && `from ${from}`, to && `before ${to}`].filter(Boolean).join(' ');
    terminal.out(figuresHtml(figures, period || 'of all time'));
    return;
  }
  if (format === 'json') {
    const spread = Object.fromEntries(durations.map((name) => [name, spreadOf(figures, name)]));
    const rates = {
      rules: byRule(figures),
      allowList: byAllowListEntry(figures),
      approvals: approvalsIn(figures),
      drift: driftIn(figures),
    };
    terminal.out(jsonText({ incidents: figures, spread, ...rates, unreadable }));
    return;
  }
  terminal.out(table([['figure', 'known', 'median', 'nine of ten within'], ...spreadRows(figures)]));
  for (const line of countLines(figures)) terminal.out(`${line}\n`);
  const more = [
    [['rule', 'incidents', 'false positives', 'rate'], ...ruleRows(figures)],
    [['allow-list entry', 'matched', 'authorised', 'last'], ...entryRows(figures)],
  ];
  for (const rows of more.filter(({ length }) => length > 1)) terminal.out(`\n${table(rows)}`);
}
