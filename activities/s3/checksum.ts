/** How S3 answers for an object's checksum. */
interface Checksummed {
  ChecksumSHA256?: string | undefined;
  ChecksumType?: string | undefined;
}

/** Of an object in parts: the hash of the parts' hashes, with their number behind a dash. It is not the file's hash. */
const isOfParts = ({ ChecksumSHA256 = '', ChecksumType }: Checksummed): boolean =>
  ChecksumType === 'COMPOSITE' || ChecksumSHA256.includes('-');

/** SHA-256 of a whole object in hex, where S3 keeps one. */
export function fullObjectSha256(object: Checksummed): string | undefined {
  if (object.ChecksumSHA256 === undefined || isOfParts(object)) return undefined;
  return Buffer.from(object.ChecksumSHA256, 'base64').toString('hex');
}

/** SHA-256 of the parts' SHA-256 as S3 writes it, where S3 keeps one. */
export const sha256OfParts = (object: Checksummed): string | undefined =>
  isOfParts(object) ? object.ChecksumSHA256 : undefined;
