/**
 * `npm run bench`: what our care costs, on this machine. Every figure is a ratio to the bare thing, measured in the same run:
 * the machine's own speed cancels out. docs/performance.md explains the figures.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { argumentsOr, misused } from '../src/cli/script-arguments.ts';
import { endProcess } from '../src/temporal/at-end.ts';
import { quietTemporal } from '../src/temporal/quiet.ts';
import { figureTable, type Figure } from './figure.ts';
import { groups, type Sizes } from './groups.ts';

const full: Sizes = {
  runs: 5,
  alerts: 500,
  inFlight: 50,
  decisions: 100,
  incidents: 60,
  acts: 20,
  replays: 1000,
  labAlone: 5,
  labTogether: 16,
  storms: 3,
  stormAlerts: 1000,
  parked: 10_000,
  decided: 100,
  restarts: 3,
};
const quick: Sizes = {
  runs: 3,
  alerts: 200,
  inFlight: 50,
  decisions: 20,
  incidents: 16,
  acts: 5,
  replays: 100,
  labAlone: 1,
  labTogether: 4,
  storms: 1,
  stormAlerts: 400,
  parked: 200,
  decided: 20,
  restarts: 1,
};

const usage = `npm run bench -- [${Object.keys(groups).join('] [')}] [--quick] [--json]

${Object.entries(groups)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}\n`)
  .join('')}
  --quick    fewer of everything: about three minutes
  --json     ends with one JSON object: {machine, figures: [{name, value, unit, limit, ratio, goal, ok}], notes}
`;

const wanted = argumentsOf();
quietTemporal('ERROR');
const figures: Figure[] = [];
const notes: string[] = [];
for (const [name, group] of Object.entries(groups)) {
  if (wanted.names.length > 0 && !wanted.names.includes(name)) continue;
  const measured = await group.measure(wanted.quick ? quick : full, (line) => process.stderr.write(`${line}\n`));
  figures.push(...measured.figures);
  notes.push(...measured.notes);
}
const machine = {
  cores: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
process.stdout.write(
  wanted.json
    ? `${JSON.stringify({ machine, figures, notes })}\n`
    : `${machine.cores} × ${machine.model}, ${machine.memoryGiB} GiB, Node ${machine.node}\n\n${figureTable(figures)}\n${notes.map((note) => `${note}\n`).join('')}`,
);

await endProcess();

function argumentsOf(): { names: string[]; quick: boolean; json: boolean } {
  const options = { quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = argumentsOr(usage, () => parseArgs({ allowPositionals: true, options }));
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const unknown = positionals.filter((name) => !(name in groups));
  if (unknown.length > 0) return misused(usage, `no such figures: ${unknown.join(', ')}`);
  return { names: positionals, quick: values.quick ?? false, json: values.json ?? false };
}
