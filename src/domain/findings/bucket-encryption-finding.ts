import { accountOfArn } from '../policy/arns.ts';
import { withPartner } from '../policy/partners.ts';
import type { Finding } from './evidence.ts';
import { finding, unanswered } from './finding.ts';
import type { CaseFile } from './case-file.ts';

/** Whoever holds the key decides who reads, and may take it away from everybody (S86). */
export function encryptionFinding({ alert, policy, bucket }: CaseFile): Finding {
  const id = 'bucket-encryption';
  const question = 'Is what is written to the bucket encrypted with a key of another account?';
  if (!bucket) return unanswered(id, ['S86'], question, 'the bucket was not read');
  const { encryption } = bucket;
  if (encryption === undefined) {
    const gap = bucket.gaps.find(({ what }) => what === 'bucket encryption');
    return unanswered(id, ['S86'], question, gap ? `${gap.what}: ${gap.why}` : 'its encryption was not read');
  }
  if (encryption === null) return finding(id, ['S86'], question, 'no', 'by default it is not encrypted at all');
  const { algorithm, key } = encryption;
  if (algorithm === 'AES256') return finding(id, ['S86'], question, 'no', 'by keys of S3 itself (SSE-S3)');
  if (key === undefined) return finding(id, ['S86'], question, 'no', `${algorithm} with the AWS managed key of S3`);
  const account = accountOfArn(key);
  // Without an account, S3 looks for the key in that of whoever writes.
  if (account === undefined) return finding(id, ['S86'], question, 'no', `${algorithm} with ${key} of whoever writes`);
  const others = account !== alert.recipientAccount;
  const whose = others ? `account ${withPartner(account, policy)}` : 'this account';
  return finding(id, ['S86'], question, others ? 'yes' : 'no', `${algorithm} with ${key} of ${whose}`);
}
