/**
 * `npm run bench`: what our care costs, on this machine. Every figure is a ratio to the bare thing, measured in the same run:
 * the machine's own speed cancels out. docs/performance.md explains the figures.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { argumentsOr, misused } from '../src/cli/script-arguments.ts';
import { endProcess } from '../src/temporal/at-end.ts';
import { quietTemporal } from '../src/temporal/quiet.ts';
import { figureTable, machineWords, type Bench } from './figure.ts';
import { groups } from './groups.ts';
import { leaveNothing } from './leave-nothing.ts';
import { benchPage } from './page.ts';
import { full, quick, type Sizes } from './sizes.ts';

const usage = `npm run bench -- [${Object.keys(groups).join('] [')}] [--quick] [--parked N] [--json] [--html FILE]

${Object.entries(groups)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}\n`)
  .join('')}
  --quick    fewer of everything: minutes instead of hours
  --parked   so many incidents wait for somebody, instead of 10,000 (200 with --quick)
  --json     ends with one JSON object: {machine, figures: [{name, value, unit, limit, ratio, goal, ok}], notes, series}
  --html     writes one page with the table and plots
`;

const wanted = argumentsOf();
leaveNothing();
// Signals end the process at once: nothing that is measured has to be finished.
quietTemporal('ERROR', { shutdownSignals: [] });
const bench: Bench = {
  machine: {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
  figures: [],
  notes: [],
  series: [],
};
for (const [name, group] of Object.entries(groups)) {
  if (wanted.names.length > 0 && !wanted.names.includes(name)) continue;
  const began = performance.now();
  const { figures, notes, series = [] } = await group.measure(wanted.sizes, progress);
  progress(`${name}: ${Math.round((performance.now() - began) / 1000)} s`);
  bench.figures.push(...figures);
  bench.notes.push(...notes);
  bench.series.push(...series);
}
if (wanted.html !== undefined) await writeFile(wanted.html, benchPage(bench));
const notes = bench.notes.map((note) => `${note}\n`).join('');
process.stdout.write(
  wanted.json
    ? `${JSON.stringify(bench)}\n`
    : `${machineWords(bench.machine)}\n\n${figureTable(bench.figures)}\n${notes}`,
);

await endProcess();

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

interface Wanted {
  names: string[];
  sizes: Sizes;
  json: boolean;
  html?: string;
}

function argumentsOf(): Wanted {
  const options = {
    quick: { type: 'boolean' },
    parked: { type: 'string' },
    json: { type: 'boolean' },
    html: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values, positionals } = argumentsOr(usage, () => parseArgs({ allowPositionals: true, options }));
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const unknown = positionals.filter((name) => !(name in groups));
  if (unknown.length > 0) return misused(usage, `no such figures: ${unknown.join(', ')}`);
  const sizes = values.quick ? quick : full;
  const parked = Number(values.parked ?? sizes.parked);
  if (!Number.isInteger(parked) || parked < quick.parked) {
    return misused(usage, `--parked takes a whole number, ${quick.parked} or more`);
  }
  const { json = false, html } = values;
  return { names: positionals, sizes: { ...sizes, parked }, json, ...(html === undefined ? {} : { html }) };
}
