import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/**
 * Ed25519 keys in PEM, as OpenSSL writes and reads them: an auditor needs no tool of ours to check a signature. The key's
 * id is the beginning of the SHA-256 of the public key (DER), so that it cannot name another one.
 */
export interface SigningKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The text is no Ed25519 key. */
export class NotAKey extends Error {
  override readonly name = 'NotAKey';
}

const isEd25519 = (key: KeyObject): boolean => key.asymmetricKeyType === 'ed25519';

export const keyId = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

export function signingKeyOf(pem: string): SigningKey {
  if (/^-----BEGIN PUBLIC KEY-----/m.test(pem)) {
    throw new NotAKey('it is the public key, for whoever verifies; the secret one seals (audit-….key.pem)');
  }
  const privateKey = read(() => createPrivateKey(pem));
  const publicKey = createPublicKey(privateKey);
  return { id: keyId(publicKey), privateKey, publicKey };
}

/** A new key, and what is written down of it: the secret for whoever seals, the public one for auditors. */
export function newSigningKey(): { key: SigningKey; secretPem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: { id: keyId(publicKey), privateKey, publicKey },
    secretPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export const publicKeyOf = (pem: string): KeyObject => read(() => createPublicKey(pem));

function read(parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (error) {
    throw new NotAKey('it is no key in PEM form', { cause: error });
  }
  if (!isEd25519(key))
    throw new NotAKey(`it is a key for ${key.asymmetricKeyType ?? 'something else'}, not for Ed25519`);
  return key;
}

export const signatureOf = (content: Buffer, { privateKey }: SigningKey): Buffer => sign(null, content, privateKey);
export const signatureHolds = (content: Buffer, signature: Buffer, publicKey: KeyObject): boolean =>
  signature.length === 64 && verify(null, content, publicKey, signature);
