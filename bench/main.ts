/**
 * `npm run bench`: what our care costs, on this machine. Every figure is a ratio to the bare thing, measured in the same run:
 * the machine's own speed cancels out.
 */
import { parseArgs } from 'node:util';
import { quietTemporal } from '../src/temporal/quiet.ts';
import { benchAct, type ActBench } from './act.ts';
import { benchDecision, type DecisionBench } from './decision.ts';
import { benchIntake, type IntakeBench } from './intake.ts';
import { shown } from './statistics.ts';

const figures = ['intake', 'decision', 'act'];
const usage = `npm run bench -- [intake] [decision] [act] [--runs 5] [--alerts 500] [--in-flight 50] [--decisions 100] [--json]

  intake     an alert from POST to 202, which is when its incident is durable, over a bare workflow start
  decision   from an accepted decision to the first act, over a bare signal and the activity that follows it
  act        what an act takes in the AWS lab: AssumeRole, precondition read, and the change
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    alerts: { type: 'string', default: '500' },
    'in-flight': { type: 'string', default: '50' },
    decisions: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const counts = [values.runs, values.alerts, values['in-flight'], values.decisions].map(Number);
const known = positionals.every((name) => figures.includes(name));
if (values.help || !known || counts.some((count) => !Number.isInteger(count) || count < 1)) {
  (values.help ? process.stdout : process.stderr).write(usage);
  process.exit(values.help ? 0 : 2);
}
const [runs = 5, alerts = 500, inFlight = 50, decisions = 100] = counts;
const progress = (line: string) => process.stderr.write(`${line}\n`);
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name);

quietTemporal('WARN');
const intake = wanted('intake') ? await benchIntake({ runs, alerts, inFlight, progress }) : null;
const decision = wanted('decision') ? await benchDecision(decisions, progress) : null;
const act = wanted('act') ? await benchAct(20) : null;
process.stdout.write(
  values.json
    ? `${JSON.stringify({ intake, decision, act }, null, 2)}\n`
    : [intake && intakeTable(intake), decision && decisionTable(decision), act && actTable(act)]
        .filter((table) => table !== null)
        .join('\n'),
);

function row(name: string, p50: string, p99: string): string {
  return `${name.padEnd(48)}${p50.padStart(12)}${p99.padStart(12)}\n`;
}

function intakeTable({ bare, intake: posted, ratio, ...run }: IntakeBench): string {
  return (
    row(`median of ${run.runs.length} runs of ${run.alerts}, ${run.inFlight} in flight`, 'p50', 'p99') +
    row('bare workflow start', shown(bare.p50), shown(bare.p99)) +
    row('alert, POST to 202', shown(posted.p50), shown(posted.p99)) +
    row('ratio (goal: 1.3)', ratio.p50.toFixed(2), ratio.p99.toFixed(2))
  );
}

function decisionTable({ decisions: count, bare, accepted, checked, ratio }: DecisionBench): string {
  return (
    row(`${count} decisions, one at a time`, 'p50', 'p99') +
    row('bare signal to activity started', shown(bare.p50), shown(bare.p99)) +
    row('decision accepted to first act started', shown(accepted.p50), shown(accepted.p99)) +
    row('ratio (goal: 1.5)', ratio.p50.toFixed(2), ratio.p99.toFixed(2)) +
    row('before: decision arrived, approvers read, accepted', shown(checked.p50), shown(checked.p99))
  );
}

function actTable({ acts, assumeRole, precondition, act: change }: ActBench): string {
  return (
    row(`${acts} acts in the AWS lab, one at a time`, 'p50', 'p99') +
    row('AssumeRole', shown(assumeRole.p50), shown(assumeRole.p99)) +
    row('precondition read', shown(precondition.p50), shown(precondition.p99)) +
    row('the act: read, call, read back', shown(change.p50), shown(change.p99))
  );
}
