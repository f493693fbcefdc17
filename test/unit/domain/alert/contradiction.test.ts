import { describe, expect, it } from 'vitest';
import { contradictedByAlert, contradictedByTrail } from '../../../../src/domain/alert/contradiction.ts';
import { aRoleSession, aTrail, aTrailEvent, anAlert, ids, without } from '../../../support/builders.ts';

const exportTaskId = 'export-i-0fedcba9876543210';
const alert = anAlert({ exportTaskId, principal: aRoleSession() });
const theTrueOne = anAlert({ exportTaskId, eventId: 'another-event' });
const made = (eventId: string, principalArn: string = ids.userArn) =>
  aTrail([aTrailEvent({ eventId, principalArn, copies: [{ kind: 'export', id: exportTaskId }] })]);

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
    expect(contradictedByTrail(alert, made(alert.eventId, aRoleSession().arn))).toBeNull();
    expect(contradictedByTrail(alert, aTrail([]))).toBeNull();
    expect(contradictedByTrail(alert, null)).toBeNull();
  });
});
