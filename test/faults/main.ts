/**
 * `npm run test:faults`: every acting activity with every fault, by a real contain worker on a real Temporal server
 * against the AWS lab. Exits with 1 if any cell does not come to its right end.
 */
import { parseArgs } from 'node:util';
import { argumentsOr, misused } from '../../src/cli/script-arguments.ts';
import { isPrerequisiteMissing } from '../../src/temporal/prerequisite.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { elapsed } from '../../src/temporal/run-command.ts';
import { faults } from './faults.ts';
import { isNotApplicable, runMatrix, type CellResult } from './matrix.ts';
import { rows } from './rows.ts';
import { startFaultWorld } from './world.ts';

const names = { activity: Object.keys(rows), fault: faults.map(({ name }) => name) };
const usage = `npm run test:faults -- [--activity NAME]... [--fault NAME]... [--json]

  activities: ${names.activity.join(', ')}
  faults:     ${names.fault.join(', ')}
`;

const { values } = argumentsOr(usage, () =>
  parseArgs({
    options: {
      activity: { type: 'string', multiple: true, default: names.activity },
      fault: { type: 'string', multiple: true, default: names.fault },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }),
);
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const unknown = [
  ...values.activity.filter((name) => !names.activity.includes(name)),
  ...values.fault.filter((name) => !names.fault.includes(name)),
];
if (unknown.length > 0) misused(usage, `no such activity or fault: ${unknown.join(', ')}`);

const wanted = {
  rows: Object.fromEntries(Object.entries(rows).filter(([name]) => values.activity.includes(name))),
  faults: faults.filter(({ name }) => values.fault.includes(name)),
};

const started = Date.now();
const progress = (line: string) => process.stderr.write(`${line}\n`);
const width = (list: string[]) => Math.max(...list.map(({ length }) => length)) + 2;
const line = ({ activity, fault, ok, detail }: CellResult) =>
  `${ok ? 'ok    ' : 'NOT OK'}  ${activity.padEnd(width(names.activity))}${fault.padEnd(width(names.fault))}${detail}`;

quietTemporal('ERROR');
const world = await startFaultWorld(progress).catch((error: unknown) => {
  if (!isPrerequisiteMissing(error)) throw error;
  progress(error.message);
  process.exit(3);
});
const cells = await runMatrix(world, {
  ...wanted,
  onCell: (cell) => (values.json ? undefined : console.log(line(cell))),
}).finally(() => world.stop());

const wrong = cells.filter(({ ok }) => !ok).length;
const notApplicable = cells.filter(({ detail }) => isNotApplicable(detail)).length;
if (values.json) console.log(JSON.stringify({ cells }, null, 2));
progress(
  `${cells.length} cells: ${cells.length - wrong} ok (of these ${notApplicable} not applicable), ${wrong} not ok; ${elapsed(started)}`,
);
process.exitCode = wrong === 0 ? 0 : 1;
