/**
 * `npm run bench`: what our care costs, on this machine. Every figure is a ratio to the bare thing, measured in the same run:
 * the machine's own speed cancels out.
 */
import { parseArgs } from 'node:util';
import { quietTemporal } from '../temporal/quiet.ts';
import { benchIntake, shown, type IntakeBench } from './intake.ts';

const usage = `npm run bench -- [intake] [--runs 5] [--alerts 500] [--in-flight 50] [--json]

  intake   an alert from POST to 202, which is when its incident is durable, over a bare workflow start
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    alerts: { type: 'string', default: '500' },
    'in-flight': { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const counts = [values.runs, values.alerts, values['in-flight']].map(Number);
const known = positionals.every((name) => name === 'intake');
if (values.help || !known || counts.some((count) => !Number.isInteger(count) || count < 1)) {
  (values.help ? process.stdout : process.stderr).write(usage);
  process.exit(values.help ? 0 : 2);
}
const [runs = 5, alerts = 500, inFlight = 50] = counts;
const progress = (line: string) => process.stderr.write(`${line}\n`);

quietTemporal('WARN');
const intake = await benchIntake({ runs, alerts, inFlight, progress });
process.stdout.write(values.json ? `${JSON.stringify({ intake }, null, 2)}\n` : table(intake));

function table({ bare, intake, ratio, alerts, inFlight, runs }: IntakeBench): string {
  const row = (name: string, p50: string, p99: string) => `${name.padEnd(34)}${p50.padStart(12)}${p99.padStart(12)}\n`;
  return (
    row(`median of ${runs.length} runs of ${alerts}, ${inFlight} in flight`, 'p50', 'p99') +
    row('bare workflow start', shown(bare.p50), shown(bare.p99)) +
    row('alert, POST to 202', shown(intake.p50), shown(intake.p99)) +
    row('ratio', ratio.p50.toFixed(2), ratio.p99.toFixed(2))
  );
}
