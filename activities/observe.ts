import type { AwsClients } from './aws/clients.ts';
import type { CloudTrailObserve } from './cloudtrail/contract.ts';
import { lookupLimit } from './cloudtrail/lookup-limit.ts';
import { cloudTrailObserve } from './cloudtrail/observe.ts';
import type { CloudWatchObserve } from './cloudwatch/contract.ts';
import { cloudWatchObserve } from './cloudwatch/observe.ts';
import type { ConfigObserve } from './config/contract.ts';
import { configObserve } from './config/observe.ts';
import type { Ec2Observe, ImageObserve } from './ec2/contract.ts';
import { ec2Observe } from './ec2/observe.ts';
import { imageObserve } from './ec2/trace-image.ts';
import type { EventBridgeObserve } from './eventbridge/contract.ts';
import { eventBridgeObserve } from './eventbridge/observe.ts';
import type { TrailParts } from './evidence/trail-parts.ts';
import type { GeographyObserve } from './geography/contract.ts';
import { geographyObserve, type GeographyFiles } from './geography/observe.ts';
import type { IamObserve } from './iam/contract.ts';
import { iamObserve } from './iam/observe.ts';
import type { OrganizationsObserve } from './organizations/contract.ts';
import { organizationsObserve } from './organizations/observe.ts';
import type { S3Observe } from './s3/contract.ts';
import { s3Observe } from './s3/observe.ts';
import type { SystemsManagerObserve } from './systems-manager/contract.ts';
import { systemsManagerObserve } from './systems-manager/observe.ts';
import type { VerificationObserve } from './verification/contract.ts';
import { verificationObserve } from './verification/observe.ts';

export type ObserveActivities = CloudTrailObserve &
  CloudWatchObserve &
  ConfigObserve &
  Ec2Observe &
  EventBridgeObserve &
  GeographyObserve &
  IamObserve &
  ImageObserve &
  OrganizationsObserve &
  S3Observe &
  SystemsManagerObserve &
  VerificationObserve;

/** Everything that the observe worker runs; none of it changes anything. */
export const observeActivities = (
  clients: AwsClients,
  files: GeographyFiles = {},
  lookupsPerSecond = 2,
  parts: TrailParts | null = null,
): ObserveActivities => {
  const cloudTrail = cloudTrailObserve(clients, undefined, lookupLimit(lookupsPerSecond), parts);
  return {
    ...cloudTrail,
    ...cloudWatchObserve(clients),
    ...configObserve(clients),
    ...ec2Observe(clients),
    ...imageObserve(clients, cloudTrail),
    ...eventBridgeObserve(clients),
    ...geographyObserve(files),
    ...iamObserve(clients),
    ...organizationsObserve(clients),
    ...s3Observe(clients),
    ...systemsManagerObserve(clients),
    ...verificationObserve(clients),
  };
};
