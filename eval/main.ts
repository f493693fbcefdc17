/**
 * `npm run eval`: what the playbook finds, measured. Scenes are set in the AWS lab through the AWS API, as an actor would,
 * each with a twin that differs in one thing. Exits with 1 when anything is missed or invented.
 */
import { parseArgs } from 'node:util';
import { argumentsOr, misused } from '../src/cli/script-arguments.ts';
import { isPrerequisiteMissing } from '../src/temporal/prerequisite.ts';
import { quietTemporal } from '../src/temporal/quiet.ts';
import { elapsed } from '../src/temporal/run-command.ts';
import type { Compared } from './compare.ts';
import { startEvalWorld } from './eval-world.ts';
import { evaluate } from './evaluate.ts';
import { readExpected } from './expected.ts';

const pairs = readExpected();
const names = pairs.map(({ name }) => name);
const usage = `npm run eval -- [--scenario NAME]... [--json]

  --scenario NAME  this scene and its twin only
  --json           {scenarios: [{name, expected, found, missed, invented}], precision, recall} on standard output
                   (npm run --silent eval)

  scenes and their twins: ${pairs.map(({ name, twin }) => `\n    ${name} / ${twin.name}: ${twin.differs}`).join('')}
`;

const { values } = argumentsOr(usage, () =>
  parseArgs({
    options: {
      scenario: { type: 'string', multiple: true, default: names },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }),
);
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const unknown = values.scenario.filter((name) => !names.includes(name));
if (unknown.length > 0) misused(usage, `no such scene: ${unknown.join(', ')}`);

const started = Date.now();
const progress = (line: string) => process.stderr.write(`[${elapsed(started)}] ${line}\n`);

quietTemporal('ERROR');
const world = await startEvalWorld(progress).catch((error: unknown) => {
  if (!isPrerequisiteMissing(error)) throw error;
  progress(error.message);
  process.exit(3);
});
const wanted = pairs.filter(({ name }) => values.scenario.includes(name));
const evaluation = await evaluate(world, wanted, progress).finally(() => world.stop());
const { scenarios, precision, recall } = evaluation;

if (values.json) process.stdout.write(`${JSON.stringify(evaluation, null, 2)}\n`);
else {
  process.stdout.write(scenarios.map(told).join(''));
  process.stdout.write(`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}\n`);
}
process.exitCode = scenarios.every(({ missed, invented }) => missed.length + invented.length === 0) ? 0 : 1;

function told({ name, expected, found, missed, invented }: Compared): string {
  const mark = missed.length + invented.length === 0 ? 'ok    ' : 'NOT OK';
  const lines = [
    `${mark}  ${name.padEnd(24)}${found.length} of ${expected.length}`,
    ...missed.map((what) => `        missed    ${what}`),
    ...invented.map((what) => `        invented  ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}
