import { sid } from '../acts/created-names.ts';
import { digestOf } from '../digest.ts';
import { objectCopies, type ObjectCopy } from '../findings/object-copies.ts';
import { bucketArn } from '../policy/arns.ts';
import { exceptResponders, literally, readActions } from '../policy/export-readers.ts';
import { editIsDone, type Statement } from '../policy/policy-document.ts';
import { bucketPolicyEdit, editablePolicy, type PlanInput, type Proposal } from './planning.ts';

const what = 'deny-copy-reads';

/** More are named, and shut by hand: a plan that nobody can read is no plan. */
export const mostDenied = 10;

/**
 * Copies of the export in other places lose their readers as the export does (S93, S95), where the bucket is ours to
 * change. They stay as evidence. What lies in somebody else's bucket is named, and never called contained.
 */
export function denyCopyReads(input: PlanInput): Proposal[] {
  const copies = objectCopies(input);
  if (copies.length > 0) return copies.map((copy, index) => denyReads(input, copy, index < mostDenied));
  const known =
    input.policy.dataEvents === true ? 'no data event tells' : 'data events are not asked, so nothing tells';
  return [{ what, why: `${known} of a copy of the export elsewhere in S3; access logs do not say where one went` }];
}

function denyReads(input: PlanInput, copy: ObjectCopy, withinLimit: boolean): Proposal {
  const { bucket, key, at, how } = copy;
  const where = `s3://${bucket}/${key}`;
  const came = `${how} at ${at}`;
  const mark = digestOf({ bucket, key }).slice(0, 8);
  const id = `${what}:${mark}`;
  if (!withinLimit) return { what: id, why: `${where}, ${came}: more than ${mostDenied} in one plan, by hand` };
  const facts = input.copyBuckets?.find((one) => one.bucket === bucket);
  if (!facts) return { what: id, why: `${where}, ${came}: its bucket could not be read; find out whose it is` };
  const found = editablePolicy({ ...input, bucket: facts });
  if ('why' in found) return { what: id, why: `${where}, ${came}: ${found.why}` };
  if (input.policy.responders.length === 0) {
    return { what: id, why: 'no responders are configured: the deny would lock out whoever looks at the copy' };
  }
  const region = facts.region ?? input.alert.region;
  const statement: Statement = {
    Sid: sid(input.incidentKey, `DenyCopyReads${mark}`),
    Effect: 'Deny',
    Principal: '*',
    Action: readActions,
    Resource: `${bucketArn(region, bucket)}/${literally(key)}`,
    Condition: exceptResponders(input.policy),
  };
  const edit = { add: [statement], remove: [] };
  if (editIsDone(facts.policy, edit)) return { what: id, why: `the policy of bucket ${bucket} denies it already` };
  const planned = bucketPolicyEdit(input, facts, edit);
  return {
    id,
    title: `Deny reads of ${where}, a copy of the machine, to everybody but responders`,
    sources: ['S93', 'S95', 'S97'],
    mayBreak: [`whoever reads ${where}, which was ${came}; who that is was not looked up`],
    ...planned,
    input: { ...planned.input, region },
  };
}
