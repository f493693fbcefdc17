/** SHA-256 of a whole object in hex, where S3 keeps one; a multipart object's composite checksum is not the file's hash. */
export function fullObjectSha256(object: {
  ChecksumSHA256?: string | undefined;
  ChecksumType?: string | undefined;
}): string | undefined {
  const checksum = object.ChecksumSHA256;
  if (checksum === undefined || object.ChecksumType === 'COMPOSITE' || checksum.includes('-')) return undefined;
  return Buffer.from(checksum, 'base64').toString('hex');
}
