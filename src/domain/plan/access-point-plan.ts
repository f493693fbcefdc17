import { openAccessPoints, type OpenAccessPoint } from '../policy/access-points.ts';
import { sidInPlaceOf } from '../acts/created-names.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import { actBase, changeableBucket, harmful, type PlanInput, type Proposal } from './planning.ts';
import { statementName } from '../policy/policy-document.ts';
import { exportLocation } from '../findings/case-file.ts';
import { accessPointCall } from '../acts/calls-of-act.ts';
import { asJson } from '../json.ts';

const what = 'close-access-point';

/** More are named, and closed by hand: a plan that nobody can read is no plan. */
const mostClosed = 10;

/**
 * Access points lose everybody outside who could read the export through them (S95, S101), also where the bucket lets none
 * of it through now: one edit of its policy would. The access points stay, with what they grant to our own.
 */
export function closeAccessPoints(input: PlanInput): Proposal[] {
  const found = changeableBucket(input);
  if ('why' in found) return [{ what, why: found.why }];
  const { bucket } = found;
  const unread = bucket.gaps
    .filter(({ what: missing }) => /^(access points|policy of access point)/.test(missing))
    .map((gap) => ({ what: `${what}: ${gap.what}`, why: `${gap.why}; look at it by hand` }));
  if (!bucket.accessPoints) {
    return unread.length > 0 ? unread : [{ what, why: 'the access points of the bucket were not read' }];
  }
  const { key } = exportLocation(input);
  const open = openAccessPoints(bucket, perimeterOf(input.alert, input.policy), key).filter(({ statements }) =>
    statements.some(harmful),
  );
  const none = { what, why: 'no access point lets anybody outside read the export' };
  return [
    ...(open.length === 0
      ? [none]
      : open.map((point, index) => close(input, bucket.bucket, point, index < mostClosed))),
    ...unread,
  ];
}

function close(input: PlanInput, bucket: string, point: OpenAccessPoint, withinLimit: boolean): Proposal {
  const { accessPoint, statements, reaches } = point;
  const { name, arn, policy: before = null } = accessPoint;
  const id = `${what}:${name}`;
  const removed = statements.filter(harmful);
  const who = [...new Set(removed.flatMap((one) => one.who))].join(', ');
  if (!before) return { what: id, why: 'its policy was not read' };
  if (!withinLimit) return { what: id, why: `it lets ${who} in: more than ${mostClosed} in one plan, by hand` };
  const kept = before.Statement.flatMap((statement) => {
    const one = removed.find((outside) => outside.statement === statement);
    if (!one) return [statement];
    // Under a name of ours: who reads the policy later sees what became of the statement.
    return one.narrowed ? [{ ...one.narrowed, Sid: sidInPlaceOf(input.incidentKey, 'InsideOnly', statement) }] : [];
  });
  // S3 takes no policy without a statement.
  const after = kept.length === 0 ? null : { ...before, Statement: kept };
  return {
    id,
    title: `Remove outside access through access point ${name} of bucket ${bucket}: ${who}`,
    sources: ['S95', 'S101', 'S102'],
    target: arn,
    calls: [accessPointCall(after)],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: 'puts the policy of the access point back as it was, as long as nobody else changed it',
    mayBreak: removed.map(
      (one) =>
        `${one.who.includes('*') ? 'everybody who reads' : one.who.join(', ')} through access point ${name}, by ${statementName(before, one.statement)}` +
        (reaches ? '' : '; the policy of the bucket lets none of it through now'),
    ),
    input: { act: 'setAccessPointPolicy', ...actBase(input), bucket, accessPoint: name, before, after },
  };
}
