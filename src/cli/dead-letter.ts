import type { SoarConfig } from '../config/load-config.ts';
import type { KeptLetter } from '../intake/dead-letters.ts';
import { configOption, configPath, examples, withTemporal, type Registration } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { jsonText, styler, table, type Terminal } from './terminal.ts';

interface Options {
  config?: string;
  json?: boolean;
  all?: boolean;
}

export const registerDeadLetter: Registration = (program, terminal) => {
  const style = styler(terminal);
  const command = program
    .command('dead-letter')
    .description('what authenticated senders sent and the intake could not decode');

  command
    .command('list')
    .description('list what is kept, oldest first')
    .option(...configOption)
    .option('--json', 'the list as JSON on standard output')
    .addHelpText('after', examples('soar dead-letter list'))
    .action(async (options: Options) => {
      const { letters } = await kept(options, terminal);
      const list = await letters.list();
      if (options.json) return terminal.out(jsonText(list));
      if (list.length === 0) return terminal.out('no dead letters\n');
      const rows = list.map(({ id, receivedAt, door, bytes }) => [id, receivedAt, door, String(bytes)]);
      terminal.out(table([['LETTER', 'RECEIVED', 'DOOR', 'BYTES'], ...rows]));
    });

  command
    .command('show')
    .description('show one, and why it cannot be decoded')
    .argument('<letter>', 'as dead-letter list names it')
    .option(...configOption)
    .option('--json', 'with the body as JSON on standard output')
    .addHelpText('after', examples('soar dead-letter show 2026-03-02T10-06-00.000Z-http-0b5c…'))
    .action(async (id: string, options: Options) => {
      const { letters } = await kept(options, terminal);
      const body = await letters.read(id);
      const reasons = await reasonsFor(body);
      const text = body.toString('utf8');
      if (options.json) return terminal.out(jsonText({ id, reasons, body: text }));
      for (const reason of reasons) terminal.err(style(`${reason}\n`.trim(), 'red') + '\n');
      // Line by line: what a terminal would obey is taken out, and the layout stays.
      for (const line of text.split('\n')) terminal.out(`${style(line)}\n`);
    });

  command
    .command('redrive')
    .description(
      'decode again and open the incidents that it should have opened; a letter that is done with is deleted',
    )
    .argument('[letter]', 'as dead-letter list names it')
    .option('--all', 'all of them, oldest first')
    .option(...configOption)
    .option('--json', 'what became of each as JSON on standard output')
    .addHelpText('after', examples('soar dead-letter redrive --all'))
    .action(async (id: string | undefined, options: Options) => {
      if ((id === undefined) !== (options.all ?? false)) throw new UsageError('name a letter, or say --all');
      const { config, letters } = await kept(options, terminal);
      const { DeadLetterNotFound } = await import('../intake/dead-letters.ts');
      const { intakeContext } = await import('../intake/context.ts');
      const { openIncident } = await import('../intake/open-incident.ts');
      const { redrive } = await import('../intake/redrive.ts');
      const chosen = (await letters.list()).filter((letter) => id === undefined || letter.id === id);
      if (id !== undefined && chosen.length === 0) throw new DeadLetterNotFound();
      const done: (Awaited<ReturnType<typeof redrive>> & Pick<KeptLetter, 'id'>)[] = [];
      await withTemporal(terminal, options, async ({ client }) => {
        const context = intakeContext(config, client);
        for (const letter of chosen) {
          const redriven = await redrive(letters, letter, (alert) => openIncident(context, alert), context.playbooks);
          done.push({ id: letter.id, ...redriven });
          if (options.json) continue;
          for (const { incidentKey, result } of redriven.opened) {
            terminal.out(`${style(`${letter.id}: ${result} ${incidentKey}`)}\n`);
          }
          if (redriven.others > 0) terminal.out(`${letter.id}: ${redriven.others} of other events\n`);
          for (const reason of redriven.reasons) terminal.out(`${style(`${letter.id}: ${reason}`, 'red')}\n`);
        }
      });
      if (options.json) terminal.out(jsonText(done));
      const still = done.filter(({ reasons }) => reasons.length > 0).length;
      if (still > 0) throw new Negative(`${still} dead letter(s) still cannot be decoded and are kept`);
    });

  command
    .command('drop')
    .description('delete one for good')
    .argument('<letter>', 'as dead-letter list names it')
    .option(...configOption)
    .addHelpText('after', examples('soar dead-letter drop 2026-03-02T10-06-00.000Z-http-0b5c…'))
    .action(async (id: string, options: Options) => {
      const { letters } = await kept(options, terminal);
      await letters.read(id);
      await letters.drop(id);
      terminal.err('deleted\n');
    });
};

async function kept(options: Options, terminal: Terminal) {
  const { loadConfig } = await import('../config/load-config.ts');
  const { configuredLetters } = await import('../intake/sealed-letters.ts');
  const config: SoarConfig = await loadConfig(configPath(options, terminal));
  return { config, letters: configuredLetters(config) };
}

async function reasonsFor(body: Buffer): Promise<string[]> {
  const { Readable } = await import('node:stream');
  const { documentsOf } = await import('../intake/documents-of.ts');
  const { examine } = await import('../intake/examine.ts');
  const arrival = { door: 'file', receivedAt: new Date().toISOString() } as const;
  const reasons: string[] = [];
  for await (const found of documentsOf(Readable.from([body]))) {
    const reason = 'problem' in found ? found.problem : examine(found.document, arrival).error;
    if (reason !== undefined) reasons.push(reason);
  }
  return reasons;
}
