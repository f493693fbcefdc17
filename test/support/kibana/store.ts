/** What the stand-in for Kibana holds, per space. Alerts are documents as Elasticsearch has them: flat and nested names mixed. */
export interface AlertDocument {
  _id: string;
  _index: string;
  _source: Record<string, unknown>;
}
export interface Note {
  noteId: string;
  version: string;
  eventId: string;
  timelineId: string;
  note: string;
}
export interface Case {
  id: string;
  version: string;
  title: string;
  description: string;
  tags: string[];
  owner: string;
  status: string;
  severity: string;
  alerts: { id: string; index: string }[];
}

export class Space {
  readonly alerts = new Map<string, AlertDocument>();
  readonly notes: Note[] = [];
  readonly cases: Case[] = [];
}

const statusField = 'kibana.alert.workflow_status';
const tagsField = 'kibana.alert.workflow_tags';
export const statusOf = ({ _source }: AlertDocument): unknown => _source[statusField];
export const tagsOf = ({ _source }: AlertDocument): string[] => (_source[tagsField] as string[] | undefined) ?? [];
export const setStatusOf = ({ _source }: AlertDocument, status: string): void => {
  _source[statusField] = status;
};
export const setTagsOf = ({ _source }: AlertDocument, tags: string[]): void => {
  _source[tagsField] = tags;
};

/** An open alert about an event, as a rule of Elastic Security leaves it. */
export const anAlertDocument = (alertId: string, eventId: string, space = 'default'): AlertDocument => ({
  _id: alertId,
  _index: `.internal.alerts-security.alerts-${space}-000001`,
  _source: {
    'kibana.alert.uuid': alertId,
    'kibana.alert.rule.uuid': 'c6f1e4b2-0000-4000-8000-000000000001',
    'kibana.alert.rule.name': 'AWS EC2 Export Task',
    'kibana.alert.original_event.id': eventId,
    [statusField]: 'open',
    [tagsField]: [],
    event: { id: eventId },
  },
});
