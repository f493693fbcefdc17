import { randomUUID } from 'node:crypto';
import type { Arrival } from '../../../src/domain/alert/alert.ts';
import { fixture } from '../../support/fixtures.ts';

type Record_ = Record<string, unknown>;
export type StormDoor = Extract<Arrival['door'], 'elastic' | 'eventbridge' | 'sns' | 'sqs' | 'file'>;

/** One alert through one door; `times` it is sent there. */
export interface Sending {
  door: StormDoor;
  eventId: string;
  record: Record_;
  /** What it is about: alerts with one subject are one incident. */
  subject: string;
  times: number;
}

const success = fixture('cloudtrail/create-instance-export-task-success');
const failure = fixture('cloudtrail/create-instance-export-task-failure');
const now = new Date().toISOString();

const anExport = (index: number): { subject: string; record: Record_ } => {
  const exportTaskId = `export-i-${String(index).padStart(17, '0')}`;
  const record = {
    ...success,
    eventID: randomUUID(),
    eventTime: now,
    responseElements: { exportTask: { exportTaskId } },
  };
  return { subject: exportTaskId, record };
};

/** One person's refused calls for one machine are one incident, however many they are. */
const aRefusal = (person: number): { subject: string; record: Record_ } => {
  const userName = `person-${person}`;
  const arn = `arn:aws:iam::111111111111:user/${userName}`;
  const userIdentity = { ...(failure.userIdentity as Record_), principalId: `AIDAPERSON${person}`, arn, userName };
  return { subject: `refused-${person}`, record: { ...failure, eventID: randomUUID(), eventTime: now, userIdentity } };
};

/**
 * A thousand alerts about 190 things that happened: 150 exports, each told by four doors, and 400 refused calls of 40
 * people. Every tenth is sent five times.
 */
export function stormOfAlerts(): Sending[] {
  const told: StormDoor[][] = [
    ['elastic', 'eventbridge', 'sns', 'sqs'],
    ['elastic', 'eventbridge', 'sqs', 'file'],
  ];
  const exports = Array.from({ length: 150 }, (_, index) => {
    const one = anExport(index);
    return (told[index % told.length] ?? []).map((door) => ({ door, ...one }));
  }).flat();
  const doors: StormDoor[] = ['elastic', 'eventbridge', 'sns', 'sqs'];
  const refusals = Array.from({ length: 400 }, (_, index) => ({
    door: doors[index % 4] ?? 'elastic',
    ...aRefusal(Math.floor(index / 10)),
  }));
  return [...exports, ...refusals].map((sending, index) => ({
    ...sending,
    eventId: String(sending.record.eventID),
    times: index % 10 === 0 ? 5 : 1,
  }));
}

/** As Elastic's integration indexes it with the original kept, wrapped as Kibana's webhook sends an alert. */
export const kibanaAlert = (record: Record_): Record_ => ({
  '@timestamp': now,
  'kibana.alert.uuid': randomUUID(),
  'kibana.alert.rule.name': 'AWS EC2 Export Task',
  event: {
    original: JSON.stringify(record),
    action: record.eventName,
    provider: record.eventSource,
    id: record.eventID,
    dataset: 'aws.cloudtrail',
    outcome: record.errorCode === undefined ? 'success' : 'failure',
  },
});

export const eventBridgeEvent = (record: Record_): Record_ => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.ec2',
  account: '111111111111',
  time: now,
  region: 'eu-west-1',
  resources: [],
  detail: record,
});
