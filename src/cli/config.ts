import type { SoarConfig } from '../config/load-config.ts';
import { configOption, configPath, examples, type Registration } from './command.ts';
import { jsonText, styler } from './terminal.ts';

export const registerConfig: Registration = (program, terminal) => {
  const style = styler(terminal);
  const config = program.command('config').description('look at the configuration');

  config
    .command('check')
    .description('check a configuration file; lists everything that is wrong with it and exits with 2')
    .option(...configOption)
    .option('--secrets', 'also read every secret that it refers to, and check the signing keys')
    .option('--alert <file>', 'also say who would be asked about the alerts of this file, for which actions, and when')
    .option('--json', 'the result as JSON on standard output')
    .addHelpText(
      'after',
      examples(
        'soar config check -c soar.yaml',
        'soar config check --secrets',
        'soar config check --alert export-alert.json',
      ),
    )
    .action(async (options: { config?: string; secrets?: boolean; alert?: string; json?: boolean }) => {
      const { loadConfig } = await import('../config/load-config.ts');
      const loaded = await loadConfig(configPath(options, terminal));
      if (options.secrets) await readSecrets(loaded);
      const hints = hintsAbout(loaded, new Date());
      const { approvalsForAlerts, alertApprovalsLines } = await import('./config-alert.ts');
      const { accountLines } = await import('./config-account.ts');
      const alerts = options.alert === undefined ? [] : await approvalsForAlerts(loaded, options.alert);
      if (options.json) {
        const asked = options.alert === undefined ? {} : { alerts };
        return terminal.out(jsonText({ file: loaded.file, digest: loaded.digest, hints, ...asked }));
      }
      const { accounts, approvals, allowList } = loaded;
      terminal.out(
        style(
          `${loaded.file}: valid; ${accounts.length} account(s), ${approvals.approvers.length} approver(s), ` +
            `allow-list of ${allowList.length}; digest ${loaded.digest.slice(0, 16)}`,
        ) + '\n',
      );
      for (const line of accountLines(loaded)) terminal.out(`${style(line)}\n`);
      for (const line of alerts.flatMap(alertApprovalsLines)) terminal.out(`${style(line)}\n`);
      for (const hint of hints) terminal.err(style(`note: ${hint}`, 'yellow') + '\n');
    });
};

/** All of them, so that all problems show at once; and keys, whether they are keys. */
async function readSecrets(config: SoarConfig): Promise<void> {
  const { ConfigInvalid } = await import('../config/config-invalid.ts');
  const { secretsIn } = await import('../config/secret.ts');
  const { signingKey } = await import('../approvals/signing-key.ts');
  const { encryptionSettings } = await import('../config/encryption-settings.ts');
  const { sealingKey } = await import('../audit/sealing-key.ts');
  const reads = [
    ...secretsIn(config).map((secret) => () => secret.read()),
    () => signingKey(config),
    () => encryptionSettings(config),
    () => sealingKey(config),
  ];
  const problems = reads.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (error instanceof ConfigInvalid) return error.problems;
      throw error;
    }
  });
  // A key that cannot be read is no key either: once is enough.
  const once = problems.filter(({ path }, index) => problems.findIndex((problem) => problem.path === path) === index);
  if (once.length > 0) throw new ConfigInvalid(config.file, once);
}

/** What is allowed and may still not be meant. */
function hintsAbout(
  { accounts, allowList, intake, forensics, approvals, sources, identityMap, encryption }: SoarConfig,
  now: Date,
): string[] {
  const local = ['127.0.0.1', '::1', 'localhost'].includes(intake.host);
  return [
    ...allowList
      .filter(({ expires }) => new Date(expires) <= now)
      .map(({ id, expires }) => `allow-list entry ${id} expired on ${expires.slice(0, 10)} and matches nothing`),
    ...(local ? [] : [`intake.host ${intake.host} is reachable from outside: put TLS in front of it`]),
    ...(encryption
      ? []
      : ['there is no section encryption: whoever can read the Temporal namespace reads what incidents say']),
    ...(forensics ? [] : ['there is no forensics bucket: exports are not copied before they are contained']),
    ...(forensics && accounts.every(({ id }) => id !== forensics.account)
      ? [`forensics.account ${forensics.account} is not in accounts: rechecks have no role to look for copies with`]
      : []),
    ...(identityMap.length === 0 && (sources.github ?? sources.jira ?? sources.confluence ?? sources.slack)
      ? ['identityMap is empty: the sources are not asked what the actor wrote, and never answer no']
      : []),
    ...(approvals.approvers.length > approvals.quorum.irreversible
      ? []
      : ['every approver is needed for irreversible actions: when one is away, or under investigation, none happens']),
  ];
}
