import type { AwsClients } from './aws/clients.ts';
import { inOwnSession } from './aws/in-own-session.ts';
import type { Protection } from './aws/protection.ts';
import { ec2Contain } from './ec2/contain.ts';
import type { Ec2Contain } from './ec2/contract.ts';
import { eventBridgeContain } from './eventbridge/contain.ts';
import type { EventBridgeContain } from './eventbridge/contract.ts';
import { iamContain } from './iam/contain.ts';
import type { IamContain } from './iam/contract.ts';
import { s3Contain } from './s3/contain.ts';
import type { S3Contain } from './s3/contract.ts';
import type { CopySettings } from './s3/parts.ts';

export type ContainActivities = Ec2Contain & EventBridgeContain & IamContain & S3Contain;

/** Everything that the contain worker runs: the only activities that change anything in AWS. */
export const containActivities = (
  clients: AwsClients,
  { protected: protection, copying }: { protected: Protection; copying?: CopySettings },
): ContainActivities =>
  inOwnSession(clients, (own) => ({
    ...ec2Contain(own, protection),
    ...eventBridgeContain(own),
    ...iamContain(own, protection),
    ...s3Contain(own, protection, copying),
  }));
