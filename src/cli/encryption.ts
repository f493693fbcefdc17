import { randomBytes } from 'node:crypto';
import { configOption, configPath, examples, type Registration } from './command.ts';
import { UsageError } from './failures.ts';
import { secretWriter } from './secret-files.ts';
import { jsonText } from './terminal.ts';

export const registerEncryption: Registration = (program, terminal) => {
  const encryption = program.command('encryption').description('keys that encrypt what incidents say in Temporal');

  encryption
    .command('keygen')
    .description(
      'make a master key; prints what goes into soar.yaml. Without it, and the keys folder, nothing can be read',
    )
    .option('--id <id>', 'id of the key; the first of soar.yaml wraps new keys', new Date().toISOString().slice(0, 7))
    .option('-o, --out <folder>', 'where the secret file is written; an existing one is never replaced', 'secrets')
    .addHelpText('after', examples('soar encryption keygen --id 2027 --out secrets'))
    .action(async ({ id, out }: { id: string; out: string }) => {
      if (!/^[A-Za-z0-9][\w.@-]{0,63}$/.test(id))
        throw new UsageError('--id takes up to 64 letters, digits and . _ @ -');
      const file = await (await secretWriter(out))(`master-${id}.key`, randomBytes(32).toString('hex'));
      terminal.out(`encryption:\n  masterKeys:\n    - { id: '${id}', key: 'file:${file}' }\n  keys: ./keys\n`);
      terminal.err('keep a copy of the file where a restore finds it: what it encrypts is lost without it\n');
    });

  encryption
    .command('rewrap')
    .description('wrap the key of every incident with the first master key, so that the others can be taken out')
    .option(...configOption)
    .option('--json', 'the result as JSON on standard output')
    .addHelpText('after', examples('soar encryption rewrap -c soar.yaml'))
    .action(async (options: { config?: string; json?: boolean }) => {
      const { loadConfig } = await import('../config/load-config.ts');
      const { encryptionOf } = await import('../encryption/encryption.ts');
      const { rewrapKeys } = await import('../encryption/data-keys.ts');
      const on = encryptionOf(await loadConfig(configPath(options, terminal)), 'keeper');
      if (!on) throw new UsageError('the configuration has no section encryption');
      const done = await rewrapKeys(on.store, on.masters);
      if (options.json) return terminal.out(jsonText(done));
      const [first] = on.masters;
      terminal.out(
        `${done.rewrapped} key(s) wrapped with ${first.id}, ${done.untouched} were already, ${done.erased} are erased\n`,
      );
    });
};
