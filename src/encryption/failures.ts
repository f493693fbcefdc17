/** What is encrypted cannot be read, or nothing can be encrypted: whoever asked gets nothing instead of something wrong. */
export class EncryptionFailed extends Error {
  override readonly name: string = 'EncryptionFailed';
}

/** The key was destroyed on purpose; nobody can read what it encrypted any more. */
export class KeyErased extends EncryptionFailed {
  override readonly name = 'KeyErased';
}
