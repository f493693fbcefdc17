import { randomBytes } from 'node:crypto';
import { access, constants, statfs } from 'node:fs/promises';
import { sealingKey } from '../../audit/sealing-key.ts';
import { signingKey } from '../../approvals/signing-key.ts';
import { ConfigInvalid } from '../../config/config-invalid.ts';
import { loadConfig, type SoarConfig } from '../../config/load-config.ts';
import type { Secret } from '../../config/secret.ts';
import { encryptionOf } from '../../encryption/encryption.ts';
import { isKeyFolder } from '../../encryption/key-store.ts';
import { EncryptionFailed } from '../../encryption/failures.ts';
import type { MasterKey } from '../../encryption/master-key.ts';
import { failed, ok, probe, warning, type Check, type Finding } from './check.ts';

/** Null with one failed check for each problem of the file. */
export async function readConfig(path: string): Promise<{ config: SoarConfig | null; checks: Check[] }> {
  const name = 'configuration';
  try {
    const config = await loadConfig(path);
    return { config, checks: [{ name, ...ok(`${config.file} is valid; digest ${config.digest.slice(0, 16)}`) }] };
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    const problems = error.problems.map(({ path: place, message, line }) => {
      const where = [path, ...(line === undefined ? [] : [`line ${line}`])].join(', ');
      return { name, ...failed(`${where}: ${place} ${message}`.replace('  ', ' '), 'mend it; soar config check') };
    });
    return { config: null, checks: problems };
  }
}

const whereItIs = 'put the secret where the configuration says, or look on the machine that has it: --role';

/** What the intake needs to let anybody in, and to sign what they decide. */
export function readIntakeSecrets(config: SoarConfig): Promise<Check[]> {
  const { intake, gateway, slack } = config;
  const secrets: (Secret | undefined)[] = [
    ...intake.bearerTokens,
    intake.metricsToken,
    ...intake.hmacSecrets,
    ...(intake.eventbridge?.apiKeys ?? []),
    intake.correlationKey,
    gateway.codeSecret,
    slack?.signingSecret,
    slack?.appToken,
  ];
  return probe('secrets of the intake', { next: whereItIs }, () => {
    for (const secret of secrets) secret?.read();
    signingKey(config);
    return ok('all there; the signing key belongs to approvals.gatewayKeys');
  });
}

/** The key that seals bundles; only the notify worker has it. */
export const readSealingKey = (config: SoarConfig): Promise<Check[]> =>
  probe('sealing key', { next: whereItIs }, () => {
    const key = sealingKey(config);
    return key && ok(`${key.id} can be read`);
  });

export function askEncryption(config: SoarConfig): Promise<Check[]> {
  return probe('encryption', { next: whereItIs }, async (): Promise<Finding> => {
    const encryption = encryptionOf(config);
    if (!encryption) {
      return warning(
        'off: whoever can read the namespace reads what incidents say',
        'soar encryption keygen, then section encryption',
      );
    }
    const names = await encryption.store.names();
    const { keys: folder = '', keyBucket } = config.encryption ?? {};
    if (!keyBucket && !(await isKeyFolder(folder))) {
      return failed(
        `${folder} holds neither keys nor the mark of soar setup: no incident can be opened`,
        'mount it; of a new installation, run: soar setup',
      );
    }
    const closed = keyBucket ? null : await closedTo(folder);
    if (closed !== null) {
      return failed(
        `${folder} takes no key from this process (${closed}): no incident can be opened`,
        'mount it so that it can be written, and give the user of this process leave to read and write there',
      );
    }
    if (!keyBucket && (await room(folder)) === 0) {
      return failed(`${folder} has no room for another key: no incident can be opened`, 'make room on its disk');
    }
    const [first] = encryption.masters;
    await opens(first);
    const where = keyBucket ? `bucket ${keyBucket.bucket}` : folder;
    return ok(`on, with master key ${first.id}; ${names.length} keys of incidents in ${where}`);
  });
}

/** Why this process cannot read and write there; null: it can. */
const closedTo = (folder: string): Promise<string | null> =>
  access(folder, constants.R_OK | constants.W_OK).then(
    () => null,
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );

/** Bytes that may still be written there. */
async function room(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** A key that is wrapped and opened again says what no permission that is looked at says. */
async function opens(master: MasterKey): Promise<void> {
  const purpose = { name: 'soar-doctor', scope: 'soar-doctor' };
  const key = randomBytes(32);
  if ((await master.unwrap(await master.wrap(key, purpose), purpose))?.equals(key)) return;
  throw new EncryptionFailed(`master key ${master.id} does not open what it wrapped`);
}
