import { clientConfig, type KeysConnection } from './aws-connection.ts';
import { EncryptionFailed } from './failures.ts';
import type { KeyPurpose, MasterKey } from './master-key.ts';

/** What KMS says of a key that was wrapped by another, for another incident, or changed. */
const notOurs = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

/** CloudTrail shows it with every call: whose key was opened, by whom. */
const contextOf = ({ name, scope }: KeyPurpose) => ({ incident: scope, key: name });

/** One that never leaves KMS. Its ARN names Region and account; an alias could be pointed at another key. */
export function kmsMasterKey(id: string, arn: string, connection: KeysConnection): MasterKey {
  const connect = async () => {
    const { DecryptCommand, EncryptCommand, KMSClient } = await import('@aws-sdk/client-kms');
    const client = new KMSClient(await clientConfig(connection, arn.split(':')[3] ?? ''));
    return { client, DecryptCommand, EncryptCommand };
  };
  let connected: ReturnType<typeof connect> | undefined;
  const kms = () => (connected ??= connect());
  const refused = (what: 'Encrypt' | 'Decrypt', { name, scope }: KeyPurpose, error: unknown): EncryptionFailed =>
    new EncryptionFailed(
      `KMS does not ${what === 'Encrypt' ? 'wrap' : 'open'} data key ${name} of ${scope} with master key ${id} ` +
        `(${(error as Error).name}): see that ${arn} is enabled, and that ${connection.role ?? "this process's identity"} ` +
        `may call kms:${what} on it`,
      { cause: error },
    );

  return {
    id,
    async wrap(dataKey, purpose) {
      const { client, EncryptCommand } = await kms();
      const command = new EncryptCommand({ KeyId: arn, Plaintext: dataKey, EncryptionContext: contextOf(purpose) });
      const { CiphertextBlob } = await client.send(command).catch((error: unknown) => {
        throw refused('Encrypt', purpose, error);
      });
      return bytesOf(CiphertextBlob, arn).toString('base64');
    },
    async unwrap(wrapped, purpose) {
      const { client, DecryptCommand } = await kms();
      const command = new DecryptCommand({
        KeyId: arn,
        CiphertextBlob: Buffer.from(wrapped, 'base64'),
        EncryptionContext: contextOf(purpose),
      });
      try {
        return bytesOf((await client.send(command)).Plaintext, arn);
      } catch (error) {
        if (notOurs.has((error as Error).name)) return null;
        throw error instanceof EncryptionFailed ? error : refused('Decrypt', purpose, error);
      }
    },
  };
}

function bytesOf(bytes: Uint8Array | undefined, arn: string): Buffer {
  if (bytes) return Buffer.from(bytes);
  throw new EncryptionFailed(`KMS answered for ${arn} without a key`);
}
