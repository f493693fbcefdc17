/**
 * Calls that blind those who watch, or let traces expire (S61). Some have honest uses: a person judges each. `by: anybody`:
 * looked for in the whole account, whoever called; each such name is one more request at CloudTrail's pace, so the others,
 * which pipelines and developers call every day, are looked for among the actor's own calls only. `on`: it counts where
 * its bucket holds logs; a lifecycle that the actor sets counts on any bucket.
 */
export interface ConcealingCall {
  call: string;
  by: 'anybody' | 'actor';
  on?: 'log buckets' | 'log buckets unless the actor';
}

export const concealing: ConcealingCall[] = [
  { call: 'StopLogging', by: 'anybody' },
  { call: 'DeleteTrail', by: 'anybody' },
  { call: 'UpdateTrail', by: 'anybody' },
  { call: 'PutEventSelectors', by: 'anybody' },
  { call: 'DeleteEventDataStore', by: 'anybody' },
  { call: 'StopEventDataStoreIngestion', by: 'anybody' },
  { call: 'DeleteDetector', by: 'anybody' },
  { call: 'UpdateDetector', by: 'anybody' },
  { call: 'DisableSecurityHub', by: 'anybody' },
  { call: 'StopConfigurationRecorder', by: 'anybody' },
  { call: 'DeleteConfigurationRecorder', by: 'anybody' },
  { call: 'DeleteFlowLogs', by: 'anybody' },
  { call: 'PutBucketLifecycle', by: 'anybody', on: 'log buckets unless the actor' },
  { call: 'PutBucketPolicy', by: 'anybody', on: 'log buckets' },
  { call: 'DeleteBucketPolicy', by: 'anybody', on: 'log buckets' },
  { call: 'DeleteBucket', by: 'anybody', on: 'log buckets' },
  // CloudTrail names both switching it on and off so.
  { call: 'PutBucketLogging', by: 'anybody' },
  { call: 'PutBucketLifecycleConfiguration', by: 'actor' },
  { call: 'DisassociateFromAdministratorAccount', by: 'actor' },
  { call: 'DeleteLogGroup', by: 'actor' },
  { call: 'DeleteLogStream', by: 'actor' },
  { call: 'DisableRule', by: 'actor' },
  { call: 'RemoveTargets', by: 'actor' },
];
