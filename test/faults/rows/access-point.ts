import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  GetAccessPointPolicyCommand,
  PutAccessPointPolicyCommand,
} from '@aws-sdk/client-s3-control';
import { parsePolicy, type PolicyDocument } from '../../../src/domain/policy/policy-document.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

/** Takes the outsider out, and leaves what the access point grants to the account itself. */
export const setAccessPointPolicy: Row = {
  service: 's3',
  calls: [{ operation: 'PutAccessPointPolicy' }],
  noInverse: null,
  scene: async ({ foundation: { victim, outsider } }, accessPoint) => {
    const { s3, s3control } = victim.admin;
    const bucket = `${accessPoint}-behind`;
    const named = { AccountId: victim.id, Name: accessPoint };
    const arn = `arn:aws:s3:${region}:${victim.id}:accesspoint/${accessPoint}`;
    const policy = (...accounts: string[]): PolicyDocument => ({
      Version: '2012-10-17',
      Statement: accounts.map((account) => ({
        Sid: `Read${account}`,
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 's3:GetObject',
        Resource: `${arn}/object/*`,
      })),
    });
    const write = (document: PolicyDocument) =>
      s3control.send(new PutAccessPointPolicyCommand({ ...named, Policy: JSON.stringify(document) }));
    const [before, after] = [policy(victim.id, outsider.id), policy(victim.id)];
    await createBucket(s3, bucket);
    await s3control.send(new CreateAccessPointCommand({ ...named, Bucket: bucket }));
    await write(before);
    return {
      input: {
        act: 'setAccessPointPolicy',
        incidentKey,
        accountId: victim.id,
        region,
        bucket,
        accessPoint,
        before,
        after,
      },
      names: accessPoint,
      arn,
      state: async () => {
        const found = await unlessNone(s3control.send(new GetAccessPointPolicyCommand(named)));
        return found?.Policy === undefined ? null : parsePolicy(found.Policy).Statement;
      },
      after: () => after.Statement,
      change: () => write(policy(victim.id, outsider.id, '444455556666')),
      remove: () => s3control.send(new DeleteAccessPointCommand(named)),
    };
  },
};
