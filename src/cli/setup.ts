import { existsSync } from 'node:fs';
import { configOption, configPath, examples, type Registration } from './command.ts';
import { jsonText, type Terminal } from './terminal.ts';

export const registerSetup: Registration = (program, terminal) => {
  program
    .command('setup')
    .description(
      "prepare the Temporal namespace: add the product's search attributes; and, where the configuration names one, " +
        'the folder for keys of incidents, on a machine that sees it. Harmless when repeated',
    )
    .option(...configOption)
    .option('--json', 'the result as JSON on standard output')
    .addHelpText('after', examples('TEMPORAL_ADDRESS=temporal.acme.example:7233 soar setup', 'soar setup --json'))
    .action(async (options: { config?: string; json?: boolean }) => {
      const { registerSearchAttributes } = await import('../temporal/setup.ts');
      const { attributeTypes } = await import('../temporal/search-attributes.ts');
      const { searchAttributes } = await import('../../workflows/messages.ts');
      const { connectTemporal } = await import('../temporal/connect.ts');
      // Payloads are not read: no configuration is needed, and no key.
      const { connection, namespace, address, close } = await connectTemporal();
      try {
        const types = attributeTypes(searchAttributes);
        const added = await registerSearchAttributes(connection, namespace, types);
        const told =
          added.length > 0
            ? `added to namespace ${namespace} at ${address}: ${added.join(', ')}\n`
            : `namespace ${namespace} at ${address} has all ${Object.keys(types).length} search attributes\n`;
        if (!options.json) terminal.out(told);
        const keys = await keyFolderOf(options, terminal);
        if (options.json) return terminal.out(jsonText({ address, namespace, added, keys }));
        if (keys?.made) terminal.out(newFolder(keys.folder));
      } finally {
        await close();
      }
    });
};

const newFolder = (path: string): string =>
  `${path} held nothing, and takes keys of incidents from now on; if it should hold some, it is not mounted: ` +
  'empty it, mount it, and run this again\n';

/** Null: nothing is encrypted, or the keys lie in a bucket; or there is no configuration yet. */
async function keyFolderOf(
  options: { config?: string },
  terminal: Terminal,
): Promise<{ folder: string; made: boolean } | null> {
  const path = configPath(options, terminal);
  if (options.config === undefined && !existsSync(path)) return null;
  const { loadConfig } = await import('../config/load-config.ts');
  const { makeKeyFolder } = await import('../encryption/key-store.ts');
  const { encryption } = await loadConfig(path);
  if (!encryption || encryption.keyBucket) return null;
  return { folder: encryption.keys, made: await makeKeyFolder(encryption.keys) };
}
