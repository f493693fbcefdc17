import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { plainText } from '../domain/escape.ts';
import { logLine, logsInJson } from '../temporal/log.ts';
import { registerAlert } from './alert.ts';
import { registerAudit } from './audit.ts';
import { registerCodecServer } from './codec-server.ts';
import type { Registration } from './command.ts';
import { registerConfig } from './config.ts';
import { registerData } from './data.ts';
import { registerDeadLetter } from './dead-letter.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerDetection } from './detection.ts';
import { registerEncryption } from './encryption.ts';
import { exitCodeOf, exitCodes, messageOf } from './failures.ts';
import { registerGateway } from './gateway.ts';
import { registerIncident } from './incident.ts';
import { registerIntake } from './intake.ts';
import { registerLab } from './lab.ts';
import { registerMetrics } from './metrics.ts';
import { registerSetup } from './setup.ts';
import type { Terminal } from './terminal.ts';
import { registerWorker } from './worker.ts';

/** Every command, in the order of the help. One file each; what a command needs is imported when it runs. */
const commands: Registration[] = [
  registerSetup,
  registerConfig,
  registerData,
  registerGateway,
  registerEncryption,
  registerCodecServer,
  registerDoctor,
  registerWorker,
  registerIntake,
  registerAlert,
  registerDeadLetter,
  registerDetection,
  registerIncident,
  registerAudit,
  registerMetrics,
  registerDemo,
  registerLab,
];

const about = `Exit codes: 0 ok, 1 a negative result, 2 usage or configuration, 3 a prerequisite is missing, 4 unreachable.
Temporal is found by its own configuration: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_PROFILE.

Examples:
  $ soar config check -c soar.yaml
  $ soar setup
  $ soar worker --role incident
  $ soar intake
  $ soar incident list --awaiting
`;

export function buildProgram(terminal: Terminal): Command {
  const { version, description } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('soar')
    .description(description)
    .version(version, '-V, --version', 'the version')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      outputError: (text, write) => write(`soar: ${plainText(text.replace(/^error: /, '').trim())}\n`),
    })
    .showSuggestionAfterError()
    .addHelpText('after', `\n${about}`);
  for (const register of commands) register(program, terminal);
  return program;
}

/** These run until they are told to stop, and have a log. */
const serving = new Set(['worker', 'intake', 'codec-server']);

/** Runs one command line and returns its exit code; never throws. */
export async function runCli(argv: string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    for (const line of messageOf(error).split('\n')) {
      terminal.err(logsInJson() && serving.has(argv[0] ?? '') ? logLine(line, 'error') : `soar: ${plainText(line)}\n`);
    }
    return exitCodeOf(error);
  }
}
