import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/domain/alert/alert.ts';
import {
  contradictedByAlert,
  contradictedByTask,
  contradictedByTrail,
} from '../../../../src/domain/alert/contradiction.ts';
import type { TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';
import { aRoleSession, aTask, aTrail, aTrailEvent, anAlert, ids, times, without } from '../../../support/builders.ts';

const exportTaskId = 'export-i-0fedcba9876543210';
const alert = anAlert({ exportTaskId, principal: aRoleSession() });
const theTrueOne = anAlert({ exportTaskId, eventId: 'another-event' });
const made = (eventId: string, principalArn: string = ids.userArn) =>
  aTrail([aTrailEvent({ eventId, principalArn, copies: [{ kind: 'export', id: exportTaskId }] })]);
/** The alert's own event, as CloudTrail has it. */
const its = (changes: Partial<TrailEvent> = {}) => {
  const { arn: principalArn = '', accessKeyId = '', id = '', issuerArn = '' } = aRoleSession();
  return aTrailEvent({
    ...{ eventId: alert.eventId, eventName: alert.eventName, time: times.export, principalArn, accessKeyId },
    copies: [{ kind: 'export', id: exportTaskId, from: ids.instance }],
    export: { id, issuerArn },
    ...changes,
  });
};

describe('an alert about an export task', () => {
  it('is contradicted by another event about the task, whoever came first', () => {
    expect(contradictedByAlert(alert, theTrueOne)).toMatch(/two events tell of it: .* another-event by .*mallory/);
    expect(contradictedByAlert(theTrueOne, alert)).not.toBeNull();
  });

  it('is not by the same event through another door, nor by one about another task or none', () => {
    expect(contradictedByAlert(alert, { ...alert, arrival: { ...alert.arrival, door: 'sns' } })).toBeNull();
    expect(contradictedByAlert(alert, { ...theTrueOne, exportTaskId: 'export-i-2' })).toBeNull();
    expect(contradictedByAlert(without(alert, 'exportTaskId'), without(theTrueOne, 'exportTaskId'))).toBeNull();
  });

  it('is contradicted by CloudTrail where another call made the task, or another principal the call', () => {
    expect(contradictedByTrail(alert, made('another-event'))).toMatch(/two events/);
    expect(contradictedByTrail(alert, made(alert.eventId))).toMatch(/CloudTrail has event .* the alert says by/);
  });

  it('is not by its own event, nor where CloudTrail does not list it yet', () => {
    expect(contradictedByTrail(alert, aTrail([its()]))).toBeNull();
    expect(contradictedByTrail(alert, aTrail([]))).toBeNull();
    expect(contradictedByTrail(alert, null)).toBeNull();
  });
});

/** Whoever may send alerts takes the id of the true event from CloudTrail, and says the rest otherwise. */
describe('an alert with the id of the true event', () => {
  it.each<[string, Partial<TrailEvent>]>([
    ['the address', { sourceAddress: '203.0.113.9' }],
    ['the key', { accessKeyId: 'ASIAANOTHERKEYEXAMPL' }],
    ['that it succeeded', { errorCode: 'Client.UnauthorizedOperation', copies: [] }],
    ['the machine', { copies: [{ kind: 'export', id: exportTaskId, from: 'i-0aaaaaaaaaaaaaaaa' }] }],
    ['the task', { copies: [{ kind: 'export', id: 'export-i-2', from: ids.instance }] }],
    ['the id of the role', { export: { id: 'AROAANOTHER:nightly-run' } }],
    ['the role whose session it is', { export: { issuerArn: 'arn:aws:iam::111111111111:role/dev/backup' } }],
    ['the role by name', { principalArn: 'arn:aws:sts::111111111111:assumed-role/dev/nightly-run' }],
    ['the day', { time: '2026-03-01T03:00:00Z' }],
  ])('is contradicted by CloudTrail about %s', (_, recorded) => {
    expect(contradictedByTrail(alert, aTrail([its(recorded)]))).toMatch(/^CloudTrail has event .*, the alert says /);
  });

  it('is not where a shipper wrote down when it got the record', () => {
    expect(contradictedByTrail(alert, aTrail([its({ time: '2026-03-02T09:50:00Z' })]))).toBeNull();
  });

  it.each<Partial<Alert>>([
    { sourceAddress: '203.0.113.9' },
    { bucket: 'elsewhere' },
    { outcome: 'failure' },
    { principal: aRoleSession({ name: 'innocent' }) },
    { sharedWith: ['333333333333'] },
  ])('is contradicted by another alert of it that says %j', (changes) => {
    const other = { sharedWith: ['all'], ...alert };
    expect(contradictedByAlert(other, { ...other, ...changes })).toMatch(/^two alerts of event .* differ: /);
  });

  it('is not by one that leaves something out, as some shippers do', () => {
    const { principal } = alert;
    const less = { ...without(alert, 'sourceAddress', 'bucket'), principal: without(principal, 'id') };
    expect(contradictedByAlert(alert, less)).toBeNull();
    expect(contradictedByAlert(less, alert)).toBeNull();
  });

  it('is contradicted by EC2 where the task goes elsewhere or is of another machine', () => {
    expect(contradictedByTask(alert, aTask())).toBeNull();
    expect(contradictedByTask(alert, aTask({ bucket: 'elsewhere' }))).toMatch(/to bucket elsewhere, the alert says/);
    expect(contradictedByTask(alert, aTask({ instanceId: 'i-0aaaaaaaaaaaaaaaa' }))).toMatch(/of machine i-0a/);
    expect(contradictedByTask(alert, null)).toBeNull();
  });
});
