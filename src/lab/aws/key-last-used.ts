import type { Identities } from './identities.ts';
import type { LabReply } from './reply.ts';
import { requestId } from './trail-record.ts';
import type { TrailEntry } from './trail.ts';
import type { LabRequest } from './lab-request.ts';

/** IAM GetAccessKeyLastUsed from the trail: ministack keeps no record of use and always answers N/A. */
export function withLastUse(
  request: LabRequest,
  reply: LabReply,
  entries: readonly TrailEntry[],
  identities: Identities,
): LabReply {
  const accessKeyId = request.form.get('AccessKeyId') ?? '';
  const last = entries.findLast(({ record, authenticated }) => {
    return authenticated && record.userIdentity.accessKeyId === accessKeyId;
  })?.record;
  const owner = identities.ownerOf(accessKeyId);
  if (last === undefined || owner === undefined) return reply;

  const [service = ''] = last.eventSource.split('.');
  const inner = [
    `<GetAccessKeyLastUsedResult><UserName>${owner.userName ?? ''}</UserName><AccessKeyLastUsed>`,
    `<LastUsedDate>${last.eventTime}</LastUsedDate><ServiceName>${service}</ServiceName>`,
    `<Region>${last.awsRegion}</Region></AccessKeyLastUsed></GetAccessKeyLastUsedResult>`,
    `<ResponseMetadata><RequestId>${requestId(reply)}</RequestId></ResponseMetadata>`,
  ].join('');
  const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/';
  const body = `<GetAccessKeyLastUsedResponse xmlns="${namespace}">${inner}</GetAccessKeyLastUsedResponse>`;
  return { ...reply, body: Buffer.from(body) };
}
