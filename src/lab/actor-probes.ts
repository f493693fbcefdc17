import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Caller } from './account.ts';
import type { Probe } from './probes.ts';
import { exportCommand } from './stage.ts';

/** Calls that several stories ask of the same kind of caller. */

export interface StoredObject {
  Bucket: string;
  Key: string;
}

/**
 * `disable-access-keys`: the key itself is refused, with other codes than a policy's deny. Each service has its own.
 */
export const keyIsDead = (actor: Caller, readable: StoredObject): Probe[] => [
  {
    name: "the actor's key looks at no instances any more",
    call: () => actor.clients.ec2.send(new DescribeInstancesCommand({})),
    before: 'works',
    after: ['AuthFailure'],
  },
  {
    name: "the actor's key lists no buckets any more",
    call: () => actor.clients.s3.send(new ListBucketsCommand({})),
    before: 'works',
    after: ['InvalidAccessKeyId'],
  },
  {
    name: "the actor's key reads no object any more",
    call: () => actor.clients.s3.send(new GetObjectCommand(readable)),
    before: 'works',
    after: ['InvalidAccessKeyId'],
  },
  {
    name: "the actor's key is nobody's any more",
    call: () => actor.clients.sts.send(new GetCallerIdentityCommand({})),
    before: 'works',
    after: ['InvalidClientTokenId'],
  },
];

/** `deny-actor`: a session that was begun with the key before goes on without it, until a policy stops it. */
export const sessionIsDenied = (session: Caller, readable: StoredObject): Probe[] => [
  {
    name: "the actor's earlier session, which outlives the key, looks at no instances any more",
    call: () => session.clients.ec2.send(new DescribeInstancesCommand({})),
    before: 'works',
    after: ['UnauthorizedOperation'],
  },
  {
    name: "the actor's earlier session reads no object any more",
    call: () => session.clients.s3.send(new GetObjectCommand(readable)),
    before: 'works',
    after: ['AccessDenied'],
  },
];

/**
 * `narrow-permission`: a bucket that does not exist tells whether a caller gets past authorisation, without an export.
 */
export const mayNoLongerExport = (caller: Caller, name: string, instanceId: string): Probe => ({
  name,
  call: () => caller.clients.ec2.send(exportCommand({ instanceId, bucket: 'acme-no-such-bucket' })),
  before: ['InvalidParameter'],
  after: ['UnauthorizedOperation'],
});
