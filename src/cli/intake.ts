import type { TemporalConnection } from '../temporal/connect.ts';
import { logLine, type Log } from '../temporal/log.ts';
import { configOption, configPath, examples, untilInterrupted, withTemporal, type Registration } from './command.ts';

export const registerIntake: Registration = (program, terminal) => {
  program
    .command('intake')
    .description('take in alerts and let approvers log in, over HTTP, until told to stop')
    .option(...configOption)
    .addHelpText(
      'after',
      examples(
        'soar intake -c soar.yaml',
        'curl -H "Authorization: Bearer $SOAR_INTAKE_TOKEN" --json @alert.json http://127.0.0.1:8484/alerts',
      ),
    )
    .action(async (options: { config?: string }) => {
      const { loadConfig } = await import('../config/load-config.ts');
      const { startIntake } = await import('../intake/serve.ts');
      const { notEncrypted } = await import('../encryption/encryption.ts');
      const { whyUnprepared } = await import('../temporal/setup.ts');
      const { attributeTypes } = await import('../temporal/search-attributes.ts');
      const { searchAttributes } = await import('../../workflows/messages.ts');
      const config = await loadConfig(configPath(options, terminal));
      const serve = async (temporal: TemporalConnection): Promise<void> => {
        const log: Log = (line, level) => terminal.err(logLine(line, level));
        if (!config.encryption) log(`warning: ${notEncrypted}`, 'warn');
        const unprepared = await whyUnprepared(temporal, attributeTypes(searchAttributes));
        if (unprepared !== null) log(`warning: ${unprepared}`, 'warn');
        const intake = await startIntake(config, temporal, log);
        log(`intake listens on ${intake.url}`);
        await untilInterrupted(terminal);
        log('intake stops');
        await intake.stop();
      };
      await withTemporal(terminal, options, serve, { callersWait: true });
    });
};
