import type { Finding } from './evidence.ts';
import { finding, some, unanswered } from './finding.ts';
import { withPartner } from '../policy/partners.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import { coversKey, destinationWords, replicationGap, rulesInForce, type RuleInForce } from '../policy/replication.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { exportLocation, type CaseFile } from './case-file.ts';

/** Does S3 itself carry the export out of the organisation (S86, S101)? */
export function replicatedFinding(file: CaseFile): Finding {
  const id = 'replicated';
  const sources = ['S86', 'S101'];
  const question = 'Does replication lead the export out of the organisation?';
  const { alert, policy, bucket } = file;
  const why = replicationGap(bucket);
  if (!bucket || why !== null) return unanswered(id, sources, question, why ?? 'the bucket was not read');
  const { key = alert.prefix } = exportLocation(file);
  const rules = rulesInForce(bucket, perimeterOf(alert, policy)).filter((rule) => coversKey(rule, key));
  const leading = rules.filter(({ outside }) => outside === 'yes');
  const open = rules.filter(({ outside }) => outside === 'unknown');
  if (leading.length > 0) {
    const beyond = 'what is copied already is beyond our control there';
    return finding(id, sources, question, 'yes', `${some([...leading, ...open].map(ruleWords(policy)))}; ${beyond}`);
  }
  if (open.length > 0) return unanswered(id, sources, question, some(open.map(ruleWords(policy))));
  const detail =
    rules.length === 0
      ? `no rule of bucket ${bucket.bucket} copies it`
      : `${some(rules.map(ruleWords(policy)))}: all of them ours`;
  return finding(id, sources, question, 'no', detail);
}

const ruleWords =
  (policy: ResponsePolicy) =>
  ({ id, outside, whyUnknown, bucket, account }: RuleInForce): string =>
    `rule ${id} copies to ${destinationWords({ bucket, ...(account === undefined ? {} : { account: withPartner(account, policy) }) })}` +
    (outside === 'unknown' ? `, and whose that is could not be found out (${whyUnknown ?? ''})` : '');
