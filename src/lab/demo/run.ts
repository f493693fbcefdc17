import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietTemporal } from '../../temporal/quiet.ts';
import { Interrupted } from '../../temporal/run-command.ts';
import { Negative, UsageError } from '../../cli/failures.ts';
import { jsonText, styler, type Terminal } from '../../cli/terminal.ts';
import { adminProfiles } from '../lab-config.ts';
import type { Scenario } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { askAtTerminal, peopleWho, uiLink } from './people.ts';
import { play } from './play.ts';
import type { DemoResult } from './result.ts';
import { DemoScreen } from './screen.ts';
import { startWorld, type World } from './world.ts';
import { actionKind } from '../../domain/acts/action-id.ts';

export interface DemoOptions {
  scenario: string;
  yes?: boolean;
  json?: boolean;
  keep?: boolean;
  sabotage?: string;
  out?: string;
}

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  throw new UsageError(`there is no scenario ${name}; scenarios are ${scenarios.map((each) => each.name).join(', ')}`);
}

function checkSabotage({ name, actions }: Scenario, sabotage: string | undefined): void {
  if (sabotage === undefined || actions.includes(actionKind(sabotage))) return;
  throw new UsageError(
    actions.length === 0
      ? `${name} plans no action that could be left out`
      : `${name} plans no action ${sabotage}; its actions are ${actions.join(', ')}`,
  );
}

/** Exports that take a second, and rechecks after seconds instead of days: the order of things is the same. */
const pace = { exportMs: 1000, rechecks: ['2s', '10s'] };

/** One run of the demo, from an empty machine to proofs. Throws when it is interrupted. */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<DemoResult> {
  const scenario = scenarioNamed(options.scenario);
  checkSabotage(scenario, options.sabotage);
  const write = options.json ? terminal.err : terminal.out;
  const screen = new DemoScreen({ write, style: styler(terminal), columns: terminal.columns });
  screen.story(scenario);

  const { interrupted } = terminal;
  // Workers would stop by themselves at Ctrl-C, in the middle of what still needs them.
  quietTemporal('ERROR', { shutdownSignals: [] });
  let world: World | undefined;
  try {
    world = await startWorld({ progress: screen.progress, ui: true, slack: true, ...pace });
    interrupted.throwIfAborted();
    const result = await playWith(world, scenario, options, screen, terminal);
    screen.proofs(result.proofs);
    screen.result(result);
    if (options.json) terminal.out(jsonLine(result));
    if (options.keep) {
      showAround(world, screen, result);
      await untilAborted(interrupted);
    }
    return result;
  } catch (error) {
    if (!interrupted.aborted) throw error;
    throw new Negative(error instanceof Interrupted ? error.message : 'interrupted', { cause: error });
  } finally {
    screen.progress('stopping');
    await world?.stop();
  }
}

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

async function playWith(
  world: World,
  scenario: Scenario,
  options: DemoOptions,
  screen: DemoScreen,
  terminal: Terminal,
): Promise<DemoResult> {
  const { uiUrl, namespace } = world.temporal;
  const people = peopleWho(world, screen, {
    yes: options.yes ?? false,
    sabotage: options.sabotage,
    ask: terminal.ask ? askAtTerminal : undefined,
    command: 'npm run --silent soar --',
  });
  return play(world, scenario, {
    suffix: '',
    folder: options.out ?? (await mkdtemp(join(tmpdir(), 'soar-demo-'))),
    replay: true,
    progress: screen.progress,
    onOpened: ({ incidentKey, workflowId }) => {
      screen.line(`incident ${incidentKey}`, 'bold');
      if (uiUrl) screen.line(`  ${uiLink(uiUrl, namespace, workflowId)}`);
    },
    onTimeline: screen.timeline,
    onFindings: screen.findings,
    onAsked: people,
    interrupted: terminal.interrupted,
  });
}

/** On one line: readers take the last line of standard output. */
const jsonLine = (result: DemoResult): string =>
  `${jsonText(result)
    .split('\n')
    .map((line) => line.trim())
    .join('')}\n`;

function showAround(
  { lab, files, temporal, slack }: World,
  screen: DemoScreen,
  { workflowId, incidentKey }: DemoResult,
): void {
  const { uiUrl, namespace, address } = temporal;
  screen.line();
  screen.line('Everything keeps running until Ctrl-C', 'bold');
  if (uiUrl) screen.line(`  Temporal UI   ${uiLink(uiUrl, namespace, workflowId)}`);
  if (slack) screen.line(`  Slack         ${slack.pageUrl}`);
  screen.line(`  AWS lab       ${lab.endpoint}`);
  screen.line(`  export AWS_SHARED_CREDENTIALS_FILE=${files.awsCredentials} AWS_CONFIG_FILE=${files.awsConfig}`);
  screen.line(`  aws --profile ${adminProfiles[0] ?? ''} s3 ls     # also ${adminProfiles.slice(1).join(', ')}`);
  screen.line(`  export TEMPORAL_ADDRESS=${address} TEMPORAL_NAMESPACE=${namespace} SOAR_CONFIG=${files.config}`);
  screen.line(`  npm run --silent soar -- incident show ${incidentKey}`);
}
