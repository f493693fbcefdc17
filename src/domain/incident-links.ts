import type { Alert } from './alert/alert.ts';
import { alertLink, discoverLink, kqlTerm, trailLink, workflowLink, type KibanaPlace } from './links.ts';

/** Addresses that links lead to, beside AWS's own: from the configuration, never from an alert. */
export interface LinkPlaces {
  kibana: KibanaPlace | null;
  temporalUi: string | null;
}

/** A search or a page that saves people the typing. */
export interface IncidentLink {
  title: string;
  url: string;
  /** Ids of the findings that it helps to check. */
  findings: string[];
}

const hour = 3_600_000;

/** Links of an incident; what the alert does not say, nothing is searched for (S40, S48, S71). */
export function incidentLinks(
  places: LinkPlaces,
  workflow: { namespace: string; workflowId: string },
  alert: Alert,
  activityWindow: number,
): IncidentLink[] {
  const { kibana, temporalUi } = places;
  return [
    ...(temporalUi === null
      ? []
      : [link('Incident in Temporal UI', workflowLink(temporalUi, workflow.namespace, workflow.workflowId))]),
    ...(kibana ? kibanaLinks(kibana, alert, activityWindow) : []),
    ...trailLinks(alert),
  ];
}

const link = (title: string, url: string, ...findings: string[]): IncidentLink => ({ title, url, findings });

function kibanaLinks(kibana: KibanaPlace, alert: Alert, activityWindow: number): IncidentLink[] {
  const { eventName, time, principal, arrival } = alert;
  const around = range(time, hour, hour);
  const since = range(time, activityWindow);
  const own = [kqlTerm('event.action', eventName), ...instanceTerm(alert)].join(' and ');
  return [
    ...(arrival.door === 'elastic' && arrival.alertId !== undefined
      ? [link('Alert in Kibana', alertLink(kibana, arrival.alertId, arrival.detectedAt ?? time))]
      : []),
    link('This call in Kibana', discoverLink(kibana, own, around), 'outcome', 'exported-instance'),
    ...(principal.accessKeyId === undefined
      ? []
      : [
          link(
            'Access key in Kibana',
            discoverLink(kibana, kqlTerm('aws.cloudtrail.user_identity.access_key_id', principal.accessKeyId), since),
            'access-key',
            'key-activity',
          ),
        ]),
    ...(principal.arn === undefined
      ? []
      : [
          link(
            'Principal in Kibana',
            discoverLink(kibana, kqlTerm('aws.cloudtrail.user_identity.arn', principal.arn), since),
            'actor',
            'authentication',
            'access-changes',
          ),
        ]),
  ];
}

/** The integration keeps parameters as an object and, always, as one string (Java map notation); either may be searched. */
function instanceTerm({ instanceId }: Alert): string[] {
  // It stands in the string beside others, so it takes a wildcard, which nothing can be quoted in.
  if (instanceId === undefined || !/^i-[0-9a-f]{8,17}$/.test(instanceId)) return [];
  const object = kqlTerm('aws.cloudtrail.flattened.request_parameters.instanceId', instanceId);
  return [`(${object} or aws.cloudtrail.request_parameters: *${instanceId}*)`];
}

function trailLinks({ region, eventId, principal }: Alert): IncidentLink[] {
  const event = trailLink(region, 'EventId', eventId);
  const key = principal.accessKeyId === undefined ? undefined : trailLink(region, 'AccessKeyId', principal.accessKeyId);
  return [
    ...(event === undefined ? [] : [link('This call in CloudTrail', event, 'outcome', 'user-agent')]),
    ...(key === undefined ? [] : [link('Access key in CloudTrail', key, 'access-key', 'key-activity')]),
  ];
}

/** Before and after the call; without `after`, until now. */
function range(time: string, before: number, after?: number): { from: string; to: string } {
  const moment = Date.parse(time);
  // Nothing may fail here, whatever an alert says.
  if (Number.isNaN(moment)) return { from: 'now-90d', to: 'now' };
  const at = (offset: number) => new Date(moment + offset).toISOString();
  return { from: at(-before), to: after === undefined ? 'now' : at(after) };
}
