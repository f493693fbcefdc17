import type { SeverityFacts } from './assessment.ts';
import type { TrailFacts } from './facts.ts';

/** Calls that blind those who watch, or let traces expire (S61). Some have honest uses: a person judges each. */
export const concealingCalls = new Set([
  'StopLogging',
  'DeleteTrail',
  'UpdateTrail',
  'PutEventSelectors',
  'DeleteEventDataStore',
  'StopEventDataStoreIngestion',
  'DeleteFlowLogs',
  'DeleteLogGroup',
  'DeleteLogStream',
  'DeleteDetector',
  'UpdateDetector',
  'DisassociateFromAdministratorAccount',
  'DisableSecurityHub',
  'StopConfigurationRecorder',
  'DeleteConfigurationRecorder',
  'DisableRule',
  'RemoveTargets',
  'PutBucketLifecycle',
  'PutBucketLifecycleConfiguration',
  // CloudTrail names both switching it on and off so.
  'PutBucketLogging',
]);

/** Whether the actor tried to hide, as far as its trail tells. */
export function concealmentIn(trail: TrailFacts | null): SeverityFacts['concealment'] {
  if (!trail) return { value: 'unknown', evidence: "the actor's trail was not read" };
  const done = trail.events.filter(
    ({ eventName, errorCode }) => concealingCalls.has(eventName) && errorCode === undefined,
  );
  // Counted, but pushed out of the kept events by newer ones: whether it succeeded is not known, that it was tried is.
  const unlisted = Object.entries(trail.countByName)
    .filter(
      ([name, count]) => concealingCalls.has(name) && count > trail.events.filter((e) => e.eventName === name).length,
    )
    .map(([name]) => name);
  if (done.length > 0 || unlisted.length > 0) {
    const listed = done.map(({ eventName, time }) => `${eventName} at ${time}`);
    return { value: 'yes', evidence: [...listed, ...unlisted].join(', ') };
  }
  const gap = trail.gaps[0];
  if (gap) return { value: 'unknown', evidence: `${gap.what}: ${gap.why}` };
  if (trail.truncated) return { value: 'unknown', evidence: "the actor's trail was not read to its end" };
  return { value: 'no', evidence: `none of ${trail.total} calls between ${trail.from} and ${trail.to} hides anything` };
}
