import type { SoarConfig } from '../config/load-config.ts';
import { seal, unseal } from '../encryption/aes-gcm.ts';
import type { DataKeys } from '../encryption/data-keys.ts';
import { encryptionOf } from '../encryption/encryption.ts';
import { EncryptionFailed } from '../encryption/failures.ts';
import { deadLetterScope } from '../encryption/scope.ts';
import { deadLetterFolder, type DeadLetterFolder } from './dead-letters.ts';

/** Of the configuration: encrypted where payloads in Temporal are. */
export const configuredLetters = (config: SoarConfig): DeadLetterFolder =>
  sealedLetters(deadLetterFolder(config.intake), encryptionOf(config)?.keys ?? null);

/** Before the bytes: what they are, and the name of the key. */
const form = /^soar-sealed\/1 ([0-9a-f]{32}-\d{1,4})\n/;
const longestHeader = 60;

/** Bodies are encrypted before they reach the disk. What was kept in the clear before is still read. */
export const sealedLetters = (letters: DeadLetterFolder, keys: DataKeys | null): DeadLetterFolder => ({
  ...letters,
  keep: async (letter) => {
    if (!keys) return letters.keep(letter);
    const { name, key } = await keys.current(deadLetterScope);
    const body = Buffer.concat([Buffer.from(`soar-sealed/1 ${name}\n`), seal(key, letter.body, name)]);
    return letters.keep({ ...letter, body });
  },
  read: async (id) => {
    const body = await letters.read(id);
    const [header, name] = form.exec(body.subarray(0, longestHeader).toString('latin1')) ?? [];
    if (header === undefined || name === undefined) return body;
    if (!keys)
      throw new EncryptionFailed(`dead letter ${id} is encrypted, and the configuration has no section encryption`);
    const plain = unseal(await keys.named(name), body.subarray(header.length), name);
    if (plain) return plain;
    throw new EncryptionFailed(`dead letter ${id} does not open with data key ${name}: its file was changed`);
  },
});
