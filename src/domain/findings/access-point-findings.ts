import {
  accessPointGap,
  openAccessPoints,
  unlistedAccessPoints,
  type OpenAccessPoint,
} from '../policy/access-points.ts';
import type { Finding } from './evidence.ts';
import { finding, some, unanswered } from './finding.ts';
import { withPartner } from '../policy/partners.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { exportLocation, type CaseFile } from './case-file.ts';

/** Ways into the bucket beside its own policy (S87, S101). */
export function accessPointsFinding(file: CaseFile): Finding {
  const id = 'access-points';
  const sources = ['S87', 'S101'];
  const question = 'Do access points of the bucket let anybody outside the organisation in?';
  const { alert, policy, bucket } = file;
  if (!bucket) return unanswered(id, sources, question, 'the bucket was not read');
  const perimeter = perimeterOf(alert, policy);
  const open = openAccessPoints(bucket, perimeter, exportLocation(file).key);
  const reaching = open.filter(({ reaches }) => reaches);
  if (reaching.length > 0) return finding(id, sources, question, 'yes', some(reaching.map(openWords(policy))));
  const gap = accessPointGap(bucket, perimeter) ?? unlistedAccessPoints(bucket);
  if (gap !== null) return unanswered(id, sources, question, gap);
  if (open.length > 0) {
    const detail = `${some(open.map(openWords(policy)))}: the policy of the bucket lets none of it through`;
    return finding(id, sources, question, 'no', detail);
  }
  const count = bucket.accessPoints?.length ?? 0;
  return finding(
    id,
    sources,
    question,
    'no',
    count === 0 ? 'it has none' : `none of its ${count} names anybody outside`,
  );
}

const openWords =
  (policy: ResponsePolicy) =>
  ({ accessPoint: { name, vpcId }, statements }: OpenAccessPoint): string => {
    const named = new Set(statements.flatMap((one) => one.who));
    const who = [...named].map((one) => withPartner(one, policy)).join(', ');
    const read = statements.some(({ canRead }) => canRead) ? ', who can read the export' : '';
    const limit = statements.every(({ conditioned }) => conditioned)
      ? ' under a condition that cannot be verified'
      : '';
    return `access point ${name} for ${who}${read}${limit}${vpcId === undefined ? '' : `, from ${vpcId} alone`}`;
  };
