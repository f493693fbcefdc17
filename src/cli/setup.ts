import { examples, type Registration } from './command.ts';
import { jsonText } from './terminal.ts';

export const registerSetup: Registration = (program, terminal) => {
  program
    .command('setup')
    .description("prepare the Temporal namespace: add the product's search attributes; harmless when repeated")
    .option('--json', 'the result as JSON on standard output')
    .addHelpText('after', examples('TEMPORAL_ADDRESS=temporal.acme.example:7233 soar setup', 'soar setup --json'))
    .action(async (options: { json?: boolean }) => {
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
        terminal.out(options.json ? jsonText({ address, namespace, added }) : told);
      } finally {
        await close();
      }
    });
};
