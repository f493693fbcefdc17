/**
 * Whoever asks pays, where a bucket is set so; elsewhere S3 takes no notice. A bucket of another account does not say
 * beforehand whether it is, and refuses who does not offer: so every read and copy does.
 */
export const requesterPays = { RequestPayer: 'requester' as const };
