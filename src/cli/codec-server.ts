import { logLine, type Log } from '../temporal/log.ts';
import { configOption, configPath, examples, untilInterrupted, type Registration } from './command.ts';
import { UsageError } from './failures.ts';

export const registerCodecServer: Registration = (program, terminal) => {
  program
    .command('codec-server')
    .description('decrypt payloads for Temporal UI and the temporal command, for approvers, until told to stop')
    .option(...configOption)
    .addHelpText(
      'after',
      examples(
        'soar codec-server -c soar.yaml',
        'temporal workflow show -w ID --codec-endpoint http://127.0.0.1:8485 --codec-auth "Bearer $SOAR_TOKEN"',
      ),
    )
    .action(async (options: { config?: string }) => {
      const { loadConfig } = await import('../config/load-config.ts');
      const { encryptionOf } = await import('../encryption/encryption.ts');
      const { codecServer } = await import('../encryption/codec-server.ts');
      const { listen } = await import('../intake/listen.ts');
      const { payloadCodec } = await import('../encryption/payload-codec.ts');
      const config = await loadConfig(configPath(options, terminal));
      const encryption = encryptionOf(config);
      const settings = config.encryption?.codecServer;
      if (!encryption || !settings) throw new UsageError('the configuration has no section encryption.codecServer');
      const log: Log = (line, level) => terminal.err(logLine(line, level));
      const server = codecServer({
        codec: payloadCodec(encryption.keys),
        approvers: config.approvals.approvers.map(({ id, token }) => ({
          id,
          tokenHash: token.slice('sha256:'.length),
        })),
        uiOrigins: settings.uiOrigins,
        requestsPerMinute: settings.requestsPerMinute,
        log,
      });
      const url = await listen(server, settings, 'encryption.codecServer');
      log(`codec server listens on ${url}; log in at ${url}/login`);
      await untilInterrupted(terminal);
      await server.close();
    });
};
