import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsClients, type AwsClients } from '../../activities/aws/clients.ts';
import { containActivities } from '../../activities/contain.ts';
import type { EditBucketPolicy } from '../../src/domain/acts/acts.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { actBase, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
beforeEach(() => world().lab.control.clearFaults());
const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

const statement = (bucket: string) => ({
  Sid: 'VMXABCDEFGHIJDenyReads',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/vms/*`,
});
async function anEdit(incidentKey = actBase(world()).incidentKey): Promise<EditBucketPolicy> {
  const bucket = named('sessions');
  await createBucket(victim().admin.s3, bucket);
  const edit = { add: [statement(bucket)], remove: [], removedByPlan: [], restDigest: '', before: null };
  return { ...actBase(world()), incidentKey, act: 'editBucketPolicy', bucket, ...edit };
}
const writePolicy = (clients: AwsClients, Bucket: string): Promise<string> =>
  clients
    .s3(place())
    .send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement(Bucket)] }),
      }),
    )
    .then(() => 'done', codeOf);

const calls = async (eventName: string) => world().lab.control.trail({ eventName });
const callerOf = async (bucket: string): Promise<string | undefined> => {
  const found = await calls('PutBucketPolicy');
  return found.findLast(({ requestParameters }) => requestParameters?.['bucketName'] === bucket)?.userIdentity.arn;
};

describe('the session in which an act runs', () => {
  it('may do on another target nothing of what the role may do', async () => {
    const [own, other] = [await anEdit(), await anEdit()];
    const clients = world().containing.forAct(own);
    expect(await writePolicy(clients, own.bucket)).toBe('done');
    expect(await writePolicy(clients, other.bucket)).toBe('AccessDenied');
    expect(await writePolicy(world().containing.forAct(other), other.bucket)).toBe('done');
  });

  it('carries the incident into every record of the trail', async () => {
    const edit = await anEdit('VMX-2222222222');
    await writePolicy(world().containing.forAct(edit), edit.bucket);
    expect(await callerOf(edit.bucket)).toMatch(/assumed-role\/soar-contain\/soar-contain-VMX-2222222222$/);
  });

  it('is begun once for an act, however often its attempts are repeated', async () => {
    const edit = await anEdit('VMX-3333333333');
    const acts = containActivities(world().clients('contain'), { protected: { principals: [], buckets: [] } });
    const sessions = async () => (await calls('AssumeRole')).filter(isOf('soar-contain-VMX-3333333333')).length;
    for (const status of ['changed', 'changed']) {
      expect(await acts.editBucketPolicy({ ...edit, restDigest: 'another' })).toMatchObject({ status });
    }
    // Recorded with its caller and with the role, which are in two accounts.
    expect(await sessions()).toBe(2);
  });
});
const isOf =
  (session: string) =>
  ({ requestParameters }: { requestParameters: Record<string, unknown> | null }): boolean =>
    requestParameters?.['roleSessionName'] === session;

describe('the contain role', () => {
  it('is not assumed by a session that names no incident', async () => {
    const edit = await anEdit();
    expect(await writePolicy(world().containing, edit.bucket)).toBe('AccessDenied');
    expect(await callerOf(edit.bucket)).toBeUndefined();
  });

  it.each(['not-the-external-id', undefined])('is not assumed with the external id %s', async (externalId) => {
    const edit = await anEdit();
    const { lab, foundation } = world();
    const stranger = awsClients({
      purpose: 'contain',
      endpoint: lab.endpoint,
      forcePathStyle: true,
      profile: 'soar-contain',
      accounts: [{ id: victim().id, roles: foundation.roles.victim }],
      ...(externalId === undefined ? {} : { externalId }),
    });
    const acts = containActivities(stranger, { protected: { principals: [], buckets: [] } });
    await expect(acts.editBucketPolicy(edit)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      nonRetryable: true,
      message: expect.stringContaining('check that the role') as string,
    });
    expect(await callerOf(edit.bucket)).toBeUndefined();
  });
});
