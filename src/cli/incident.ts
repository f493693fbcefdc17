import { InvalidArgumentError, Option } from 'commander';
import { configOption, examples, placeOf, withTemporal, type Registration } from './command.ts';
import { gatewayOption, tokenOption, type GatewayOptions } from './gateway-client.ts';
import type { DecideOptions } from './incident-decide.ts';
import type { EraseOptions } from './incident-erase.ts';
import type { ListOptions } from './incident-list.ts';
import type { RotatedOptions } from './incident-rotated.ts';
import type { UndoOptions } from './incident-undo.ts';
import { Negative } from './failures.ts';
import { jsonText, styler } from './terminal.ts';

const named = ['<incident>', 'key, such as VMX-7Q2MZ4K6AB, or workflow id'] as const;
const json = ['--json', 'the result as JSON on standard output'] as const;

/** What all of them that ask Temporal have: encrypted incidents need the configuration. */
interface Read {
  config?: string;
  json?: boolean;
}

/** So many incidents are listed at most. */
const mostListed = 1000;

const aCount = (value: string): number => {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > mostListed)
    throw new InvalidArgumentError(`a number from 1 to ${mostListed}`);
  return count;
};

export const registerIncident: Registration = (program, terminal) => {
  const style = styler(terminal);
  const incident = program.command('incident').description('see incidents, decide what they ask, undo what they did');

  incident
    .command('list')
    .description('incidents, newest first')
    .addOption(new Option('--open', 'only open ones').conflicts('closed'))
    .option('--closed', 'only closed ones')
    .option('--awaiting', 'only those that wait for an approval')
    .addOption(new Option('--severity <severity>', 'only those of this severity').choices(['low', 'medium', 'high']))
    .option('--limit <count>', 'at most so many', aCount, 50)
    .option(...configOption)
    .option(...json)
    .addHelpText('after', examples('soar incident list --open', 'soar incident list --awaiting --severity high --json'))
    .action(async (options: ListOptions & Read) => {
      const { listIncidents, listText, whatIsLeftOut } = await import('./incident-list.ts');
      const { incidents, cut, place } = await withTemporal(terminal, options, async (temporal) => {
        const found = await listIncidents(temporal.client, options);
        const cut = await whatIsLeftOut(temporal.client, found.length, options, mostListed);
        return { incidents: found, cut, place: placeOf(temporal) };
      });
      terminal.out(options.json ? jsonText(incidents) : listText(incidents, place));
      if (cut !== null) terminal.err(`${cut}\n`);
    });

  incident
    .command('show')
    .description('an incident: severity with its criteria, phases, findings, what is asked, decisions, actions')
    .argument(...named)
    .option(...configOption)
    .option(...json)
    .addHelpText(
      'after',
      examples('soar incident show VMX-7Q2MZ4K6AB', 'soar incident show VMX-7Q2MZ4K6AB --json | jq .view.findings'),
    )
    .action(async (ref: string, options: Read) => {
      const { readIncident } = await import('./incident-show.ts');
      const { incidentText } = await import('./incident-text.ts');
      const shown = await withTemporal(terminal, options, ({ client }) => readIncident(client, ref));
      terminal.out(options.json ? jsonText(shown) : incidentText(shown, terminal));
    });

  incident
    .command('decide')
    .description(
      'approve or reject the pending plan, ask for more time, or hand over, through the gateway; exits with 1 if refused',
    )
    .argument(...named)
    .option('--approve', 'approve the plan, or the actions named with --action')
    .option('--reject', 'reject the plan: nothing of it is done')
    .option('--more-time', 'neither yet: move the due time')
    .option('--hand-over <to>', 'neither: ask this approver or group, by id, to decide instead')
    .option('--action <ids...>', 'approve only these actions')
    .option('--reason <text>', 'why; stays on record')
    .option('--digest <digest>', 'send only if the pending plan has this digest')
    .option('-y, --yes', 'do not ask whether it is meant')
    .option(...configOption)
    .option(...gatewayOption)
    .option(...tokenOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar incident decide VMX-7Q2MZ4K6AB --approve --reason "confirmed with the owner"',
        'soar incident decide VMX-7Q2MZ4K6AB --approve --action deny-export-reads --token-file alice.token',
        'soar incident decide VMX-7Q2MZ4K6AB --hand-over on-call --reason "not my systems"',
        'SOAR_GATEWAY=https://soar.acme.example soar incident decide VMX-7Q2MZ4K6AB --reject --yes',
      ),
    )
    .action(async (ref: string, options: DecideOptions & { json?: boolean }) => {
      const { decide } = await import('./incident-decide.ts');
      const answer = await decide(ref, options, terminal);
      if (options.json) terminal.out(jsonText(answer));
      else if (answer.result === 'accepted') terminal.out(`${style('accepted', 'green')}: ${style(answer.detail)}\n`);
    });

  incident
    .command('undo')
    .description(
      'ask the approvers to undo what an incident did, open or closed: all of it, or the actions named; exits with 1 if refused',
    )
    .argument(...named)
    .option('--action <ids...>', 'undo only these actions, by their ids as soar incident show names them')
    .requiredOption('--reason <text>', 'why; stays on record')
    .option('-y, --yes', 'do not ask whether it is meant')
    .option(...configOption)
    .option(...gatewayOption)
    .option(...tokenOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar incident undo VMX-7Q2MZ4K6AB --reason "the owner had ordered the export"',
        'soar incident undo VMX-7Q2MZ4K6AB --action disable-access-keys deny-actor --reason "wrong user"',
      ),
    )
    .action(async (ref: string, options: UndoOptions & { json?: boolean }) => {
      const { undo, askedText } = await import('./incident-undo.ts');
      const answer = await undo(ref, options, terminal);
      terminal.out(options.json ? jsonText(answer) : askedText(answer, terminal));
    });

  incident
    .command('told')
    .description('say that you told somebody whom a notice is for; your name goes on record as you give it')
    .argument(...named)
    .argument('<notice>', 'id of the notice, as soar incident show names it')
    .requiredOption('--by <name>', 'who told them')
    .option('--note <text>', 'how, or what they answered; stays on record')
    .option(...configOption)
    .option(...json)
    .addHelpText('after', examples('soar incident told VMX-7Q2MZ4K6AB aws-support --by Alice --note "case 1234567890"'))
    .action(async (ref: string, notice: string, options: Read & { by: string; note?: string }) => {
      const { tellIncident } = await import('./tell-incident.ts');
      const { toldUpdate } = await import('../../workflows/messages.ts');
      const { noticeLine } = await import('../domain/notices/notices.ts');
      const { by, note } = options;
      const told = { notice, by, ...(note === undefined ? {} : { note }) };
      const answer = await withTemporal(terminal, options, ({ client }) => tellIncident(client, ref, toldUpdate, told));
      terminal.out(options.json ? jsonText(answer) : `${style(noticeLine(answer))}\n`);
    });

  incident
    .command('rotated')
    .description('say that a credential is rotated, or need not be; your name goes on record as you give it')
    .argument(...named)
    .argument('<credential>', 'its id, as soar incident show names it; with --new, what it is')
    .requiredOption('--by <name>', 'who says so')
    .addOption(new Option('--not-needed', 'it need not be rotated; say why with --note').conflicts('new'))
    .option('--new', 'it is not on the list yet: put it there')
    .option('--note <text>', 'where the change is recorded, or why none is needed; never a secret: it stays on record')
    .option(...configOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar incident rotated VMX-7Q2MZ4K6AB key/AKIAIOSFODNN7EXAMPLE --by Alice --note "change 4711"',
        'soar incident rotated VMX-7Q2MZ4K6AB machine --not-needed --by Bob --note "the disk was empty"',
        'soar incident rotated VMX-7Q2MZ4K6AB "TLS key of shop.acme.example" --new --by Alice',
      ),
    )
    .action(async (ref: string, credential: string, options: RotatedOptions & Read) => {
      const { sayRotated } = await import('./incident-rotated.ts');
      const { credentialLine } = await import('../domain/watch/credentials.ts');
      const answer = await withTemporal(terminal, options, ({ client }) =>
        sayRotated(client, ref, credential, options),
      );
      terminal.out(options.json ? jsonText(answer) : `${style(credentialLine(answer))}\n`);
    });

  incident
    .command('retry')
    .description('plan again what has failed, once its cause is gone; the approvers decide; exits with 1 if refused')
    .argument(...named)
    .requiredOption('--by <name>', 'who asks; it goes on record as you give it')
    .option('--action <ids...>', 'only these actions; also what no plan held because it could not be read')
    .option(...configOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar incident retry VMX-7Q2MZ4K6AB --by Alice',
        'soar incident retry VMX-7Q2MZ4K6AB --action deny-actor --by Alice',
      ),
    )
    .action(async (ref: string, options: Read & { by: string; action?: string[] }) => {
      const { tellIncident } = await import('./tell-incident.ts');
      const { retryUpdate } = await import('../../workflows/messages.ts');
      const { retryText } = await import('./incident-retry.ts');
      const { by, action: actions } = options;
      const request = { by, ...(actions ? { actions } : {}) };
      const answer = await withTemporal(terminal, options, ({ client }) =>
        tellIncident(client, ref, retryUpdate, request),
      );
      if (options.json) terminal.out(jsonText(answer));
      if (answer.result === 'refused') throw new Negative(answer.reason);
      if (!options.json) terminal.out(retryText(ref, answer, terminal));
    });

  incident
    .command('erase')
    .description('destroy the key of a closed incident: what Temporal holds of it is unreadable for good')
    .argument(...named)
    .requiredOption('--reason <text>', 'why; stays on record')
    .requiredOption('--token-file <files...>', 'personal tokens of as many approvers as an irreversible action takes')
    .option('--confirm <key>', "the incident's key, instead of being asked for it")
    .option(...configOption)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'soar incident erase VMX-7Q2MZ4K6AB --reason "the contract has ended" --token-file alice.token bob.token',
      ),
    )
    .action(async (ref: string, options: EraseOptions & { json?: boolean }) => {
      const { eraseNamed } = await import('./incident-erase.ts');
      const erased = await eraseNamed(ref, options, terminal);
      const { incidentKey, keys, by } = erased;
      const text = `${incidentKey}: ${keys} key(s) destroyed by ${by.join(' and ')}; running processes forget them within five minutes`;
      terminal.out(options.json ? jsonText(erased) : `${style(text)}\n`);
    });

  incident
    .command('codes')
    .description('your personal codes for the pending plan, to decide in Temporal UI with the signal `decide`')
    .argument(...named)
    .option(...configOption)
    .option(...gatewayOption)
    .option(...tokenOption)
    .option(...json)
    .addHelpText('after', examples('soar incident codes VMX-7Q2MZ4K6AB --token-file alice.token'))
    .action(async (ref: string, options: GatewayOptions & { json?: boolean }) => {
      const { codesFor } = await import('./incident-codes.ts');
      const shown = await codesFor(ref, options, terminal);
      const texts = Object.entries(shown.signals).map(
        ([decision, signal]) => `${style(decision, 'bold')}: send the signal decide with\n${jsonText(signal)}\n`,
      );
      terminal.out(options.json ? jsonText(shown) : texts.join(''));
      terminal.err('each code works once; show it to nobody\n');
    });
};
