// Written by `npm run data` from workflows/ec2-vm-export/data/concealing-calls.yaml: edit that file.
import type { ConcealingCall } from './rows.ts';

/** Calls that blind those who watch, or let traces expire (S61). */
export const concealing: ConcealingCall[] = [
  {
    "call": "StopLogging",
    "by": "anybody"
  },
  {
    "call": "DeleteTrail",
    "by": "anybody"
  },
  {
    "call": "UpdateTrail",
    "by": "anybody"
  },
  {
    "call": "PutEventSelectors",
    "by": "anybody"
  },
  {
    "call": "DeleteEventDataStore",
    "by": "anybody"
  },
  {
    "call": "StopEventDataStoreIngestion",
    "by": "anybody"
  },
  {
    "call": "DeleteDetector",
    "by": "anybody"
  },
  {
    "call": "UpdateDetector",
    "by": "anybody"
  },
  {
    "call": "DisableSecurityHub",
    "by": "anybody"
  },
  {
    "call": "StopConfigurationRecorder",
    "by": "anybody"
  },
  {
    "call": "DeleteConfigurationRecorder",
    "by": "anybody"
  },
  {
    "call": "DeleteFlowLogs",
    "by": "anybody"
  },
  {
    "call": "PutBucketLifecycle",
    "by": "anybody",
    "on": "log buckets unless the actor"
  },
  {
    "call": "PutBucketPolicy",
    "by": "anybody",
    "on": "log buckets"
  },
  {
    "call": "DeleteBucketPolicy",
    "by": "anybody",
    "on": "log buckets"
  },
  {
    "call": "DeleteBucket",
    "by": "anybody",
    "on": "log buckets"
  },
  {
    "call": "PutBucketLogging",
    "by": "anybody"
  },
  {
    "call": "PutBucketLifecycleConfiguration",
    "by": "actor"
  },
  {
    "call": "DisassociateFromAdministratorAccount",
    "by": "actor"
  },
  {
    "call": "DeleteLogGroup",
    "by": "actor"
  },
  {
    "call": "DeleteLogStream",
    "by": "actor"
  },
  {
    "call": "DisableRule",
    "by": "actor"
  },
  {
    "call": "RemoveTargets",
    "by": "actor"
  }
];
