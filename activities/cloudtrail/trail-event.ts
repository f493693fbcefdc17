import type { Event } from '@aws-sdk/client-cloudtrail';
import { isExportEvent } from '../../src/domain/alert/alert.ts';
import { copiesMade } from '../../src/domain/cloudtrail/copies.ts';
import { parseJson, present } from '../../src/domain/cloudtrail/fields.ts';
import { passedRole } from '../../src/domain/cloudtrail/passed-role.ts';
import { permissionChange } from '../../src/domain/cloudtrail/permission-changes.ts';
import { recordingChange } from '../../src/domain/cloudtrail/recording-changes.ts';
import { readCloudTrail } from '../../src/domain/cloudtrail/record.ts';
import { secondFactor } from '../../src/domain/cloudtrail/second-factor.ts';
import { tagsChanged } from '../../src/domain/cloudtrail/tags.ts';
import { leftBehind } from '../../src/domain/cloudtrail/ways-in.ts';
import type { TrailEvent } from '../../src/domain/findings/trail-facts.ts';

/** LookupEvents' own fields, completed from the record that it carries as JSON text. */
export const listedEvent = (event: Event, region: string): TrailEvent => ({
  ...eventOf(parseJson(event.CloudTrailEvent ?? ''), region, {
    ...present({
      eventId: event.EventId,
      time: event.EventTime?.toISOString(),
      eventName: event.EventName,
      eventSource: event.EventSource,
      accessKeyId: event.AccessKeyId,
    }),
    readOnly: event.ReadOnly === 'true',
    resources: (event.Resources ?? []).map(({ ResourceName = '' }) => ResourceName).filter((name) => name !== ''),
  }),
});

type Told = Pick<TrailEvent, 'readOnly' | 'resources'> &
  Partial<Pick<TrailEvent, 'eventId' | 'time' | 'eventName' | 'eventSource' | 'accessKeyId'>>;

/** A CloudTrail record, as its log tells of it; what the log says outside of the record comes first. */
export function eventOf(record: unknown, region: string, { readOnly, resources, ...said }: Told): TrailEvent {
  const { principal, ...call } = readCloudTrail(record);
  const succeeded = call.outcome === 'success';
  const copies = succeeded ? copiesMade(record) : [];
  return {
    eventId: said.eventId ?? call.eventId ?? '',
    time: said.time ?? call.time ?? '',
    eventName: said.eventName ?? call.eventName ?? '',
    eventSource: said.eventSource ?? call.eventSource ?? '',
    region: call.region ?? region,
    readOnly,
    ...present({
      // A failed sign-in has no code: CloudTrail's word for it.
      errorCode: call.errorCode ?? (call.outcome === 'failure' ? 'Failure' : undefined),
      sourceAddress: call.sourceAddress,
      // The caller chooses it, as long as it likes.
      userAgent: call.userAgent?.slice(0, 200),
      accessKeyId: said.accessKeyId ?? principal.accessKeyId,
      principalArn: principal.arn,
      principalAccount: principal.arn === undefined ? principal.accountId : undefined,
    }),
    ...(isExportEvent(call.eventName ?? '')
      ? { export: present({ id: principal.id, issuerArn: principal.issuerArn, vpcEndpointId: call.vpcEndpointId }) }
      : {}),
    ...(succeeded ? { ...leftBehind(record), ...changesOf(record) } : {}),
    ...present({ mfa: secondFactor(record) }),
    ...(copies.length > 0 ? { copies } : {}),
    resources,
  };
}

const changesOf = (told: unknown) =>
  present({
    permission: permissionChange(told),
    recording: recordingChange(told),
    passedRole: passedRole(told),
    tags: tagsChanged(told),
  });
