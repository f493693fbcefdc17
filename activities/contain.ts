import type { AwsClients } from './aws/clients.ts';
import { inOwnSession } from './aws/in-own-session.ts';
import type { Protection } from './aws/protection.ts';
import { configContain } from './config/contain.ts';
import type { ConfigContain } from './config/contract.ts';
import { ec2Contain } from './ec2/contain.ts';
import type { Ec2Contain } from './ec2/contract.ts';
import { eventBridgeContain } from './eventbridge/contain.ts';
import type { EventBridgeContain } from './eventbridge/contract.ts';
import { iamContain } from './iam/contain.ts';
import type { IamContain } from './iam/contract.ts';
import { organizationsContain } from './organizations/contain.ts';
import type { OrganizationsContain } from './organizations/contract.ts';
import { s3Contain } from './s3/contain.ts';
import type { S3Contain } from './s3/contract.ts';
import type { CopySettings } from './s3/parts.ts';

export type ContainActivities = ConfigContain &
  Ec2Contain &
  EventBridgeContain &
  IamContain &
  OrganizationsContain &
  S3Contain;

/** Everything that the contain worker runs: the only activities that change anything in AWS. What is protected is read for each act. */
export const containActivities = (
  clients: AwsClients,
  { protected: given, copying }: { protected: Protection | (() => Promise<Protection>); copying?: CopySettings },
): ContainActivities =>
  inOwnSession(clients, typeof given === 'function' ? given : () => Promise.resolve(given), (own, protection) => ({
    ...configContain(own),
    ...ec2Contain(own, protection),
    ...eventBridgeContain(own),
    ...iamContain(own, protection),
    ...organizationsContain(own),
    ...s3Contain(own, protection, copying),
  }));
