import type { Arrival } from '../domain/alert/alert.ts';
import {
  dotted,
  fieldsOf,
  isFields,
  member,
  parseJson,
  present,
  text,
  type Fields,
} from '../domain/cloudtrail/fields.ts';

/** Whether a document speaks ECS: an event's action, nested or flat, or that of the event behind a Kibana alert. */
export const isEcs = (document: Fields): boolean =>
  dotted(document, 'event.action') !== undefined ||
  dotted(document, 'kibana.alert.uuid') !== undefined ||
  dotted(document, 'aws.cloudtrail') !== undefined;

/** A CloudTrail record in whatever form it came, and what its form says about the alert. */
export interface FoundRecord {
  record: unknown;
  about: Partial<Arrival>;
  /** The call is known to have failed, whatever the record says. */
  failed: boolean;
}

/**
 * Turns an ECS document about a CloudTrail event, as Filebeat and the AWS integration write it, or Kibana's alert about
 * one, back into the CloudTrail record that it was made from.
 */
export function recordOfEcs(document: Fields, documentId?: string): FoundRecord {
  const field = (name: string) => text(dotted(document, name));
  const trail = (name: string) => field(`aws.cloudtrail.${name}`);
  const original = originalRecord(dotted(document, 'event.original') ?? dotted(document, 'message'));
  const was = (...path: string[]) => member(original, ...path);
  const issuer = (name: string) => trail(`user_identity.session_context.session_issuer.${name}`);

  const isAlert = dotted(document, 'kibana.alert.uuid') !== undefined;
  const failed = (field('event.outcome') ?? field('kibana.alert.original_event.outcome')) === 'failure';
  const record = {
    eventID: field('event.id') ?? field('kibana.alert.original_event.id') ?? was('eventID'),
    eventName: field('event.action') ?? field('kibana.alert.original_event.action') ?? was('eventName'),
    eventSource: field('event.provider') ?? field('kibana.alert.original_event.provider') ?? was('eventSource'),
    // An alert's own @timestamp is when the rule ran.
    eventTime: field('kibana.alert.original_time') ?? was('eventTime') ?? field('@timestamp'),
    awsRegion: field('cloud.region') ?? was('awsRegion'),
    // cloud.account.id is the actor's account: it stands in only where nothing else is known.
    recipientAccountId: trail('recipient_account_id') ?? was('recipientAccountId') ?? field('cloud.account.id'),
    errorCode: trail('error_code') ?? was('errorCode'),
    errorMessage: trail('error_message') ?? was('errorMessage'),
    sourceIPAddress: field('source.address') ?? field('source.ip') ?? was('sourceIPAddress'),
    vpcEndpointId: trail('vpc_endpoint_id') ?? was('vpcEndpointId'),
    userAgent: field('user_agent.original') ?? was('userAgent') ?? field('user_agent.name'),
    // The pipeline falls back to other ids and accounts; the record itself knows better.
    userIdentity: isFields(was('userIdentity'))
      ? was('userIdentity')
      : {
          type: trail('user_identity.type'),
          arn: trail('user_identity.arn'),
          principalId: field('user.id'),
          userName: field('user.name'),
          accessKeyId: trail('user_identity.access_key_id'),
          // A service belongs to no account: the pipeline writes where it happened.
          accountId: trail('user_identity.type') === 'AWSService' ? undefined : field('cloud.account.id'),
          invokedBy: trail('user_identity.invoked_by'),
          sessionContext: {
            sessionIssuer: {
              arn: issuer('arn'),
              // Where there is an issuer, the pipeline writes its name over the user's.
              userName: issuer('user_name') ?? (issuer('arn') === undefined ? undefined : field('user.name')),
            },
          },
        },
    requestParameters: parameters(document, 'request_parameters', was('requestParameters')),
    responseElements: parameters(document, 'response_elements', was('responseElements')),
    serviceEventDetails: parameters(document, 'service_event_details', was('serviceEventDetails')),
    insightDetails: parameters(document, 'insight_details', was('insightDetails')),
    additionalEventData: parameters(document, 'additional_eventdata', was('additionalEventData')),
    readOnly: was('readOnly') ?? dotted(document, 'aws.cloudtrail.read_only'),
    resources: was('resources'),
  };
  const about = present({
    detectedAt: isAlert ? moment(field('kibana.alert.start') ?? field('@timestamp')) : undefined,
    rule: field('kibana.alert.rule.name'),
    alertId: field('kibana.alert.uuid') ?? documentId,
  });
  return { record, about, failed };
}

const moment = (value: string | undefined): string | undefined => {
  const time = Date.parse(value ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

/** `event.original` holds the CloudTrail record as text, or EventBridge's envelope of it. */
function originalRecord(original: unknown): Fields | undefined {
  const source = Array.isArray(original) ? (original[0] as unknown) : original;
  const record = typeof source === 'string' ? fieldsOf(parseJson(source)) : undefined;
  return fieldsOf(member(record, 'detail')) ?? record;
}

/** Objects first; the text in Java's notation only where there are none. */
function parameters(document: Fields, name: string, original: unknown): unknown {
  const flattened = dotted(document, `aws.cloudtrail.flattened.${name}`);
  const object = fieldsOf(Array.isArray(flattened) ? (flattened[0] as unknown) : flattened) ?? fieldsOf(original);
  if (object) return object;
  const notation = dotted(document, `aws.cloudtrail.${name}`);
  return Array.isArray(notation) ? (notation[0] as unknown) : notation;
}
