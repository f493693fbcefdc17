import { describe, expect, test } from 'vitest';
import { correlationHashes } from '../../../src/intake/correlation.ts';
import { playbookFor } from '../../../src/intake/route.ts';
import { incidentSummary } from '../../../src/intake/summary.ts';
import { aFailedAlert, anAlert, aRoleSession, without } from '../../support/builders.ts';

describe('the summary in Temporal UI', () => {
  test('names role, machine and bucket', () => {
    expect(incidentSummary(aFailedAlert({ principal: aRoleSession() }))).toBe(
      'CreateInstanceExportTask was refused: i-0123456789abcdef0 to bucket acme-vm-exports, ' +
        'account 111111111111 eu-west-1, by role backup',
    );
  });

  test('never names a person, neither a user nor a session', () => {
    expect(incidentSummary(anAlert())).not.toContain('mallory');
    expect(incidentSummary(anAlert({ principal: aRoleSession() }))).not.toContain('nightly-run');
  });

  test('shows nothing that Markdown or a terminal would act on, and stays short', () => {
    const nasty = '](javascript:x)<img>*_`\u001b[31m\n'.repeat(50);
    const summary = incidentSummary(
      anAlert({ bucket: nasty, instanceId: nasty, principal: aRoleSession({ name: nasty }) }),
    );
    expect(summary).toMatch(/^[\w .,:?/-]+$/);
    expect(summary.length).toBeLessThan(400);
  });

  test('says what is not known', () => {
    const alert = without(anAlert({ principal: { kind: 'unknown' } }), 'instanceId', 'bucket');
    expect(incidentSummary(alert)).toContain('an unknown machine to an unknown bucket');
    expect(incidentSummary(alert)).toContain('by an unknown principal');
  });
});

describe('correlation hashes', () => {
  const key = 'a key of these tests';

  test('are the same for the same values under the same key only', () => {
    expect(correlationHashes(anAlert(), key)).toEqual(correlationHashes(anAlert({ eventId: 'other' }), key));
    expect(correlationHashes(anAlert(), key)).not.toEqual(correlationHashes(anAlert(), 'another key'));
  });

  test('of a role ignore the session, which the actor chooses', () => {
    const [one, other] = ['AROAEXAMPLE:one', 'AROAEXAMPLE:other'].map((id) =>
      correlationHashes(anAlert({ principal: aRoleSession({ id }) }), key),
    );
    expect(one?.principal).toBe(other?.principal);
  });

  test('of one value as a bucket and as an instance are different', () => {
    const hashes = correlationHashes(anAlert({ bucket: 'same', instanceId: 'same' }), key);
    expect(hashes.bucket).not.toBe(hashes.instance);
  });

  test('leave out what the alert does not say', () => {
    const alert = without(anAlert({ principal: { kind: 'unknown' } }), 'bucket', 'instanceId', 'sourceAddress');
    expect(correlationHashes(alert, key)).toEqual({});
  });

  test.each(['203.0.113.9', '2001:db8::1'])('hold the address %s', (sourceAddress) => {
    expect(correlationHashes(anAlert({ sourceAddress }), key)).toHaveProperty('sourceAddress');
  });

  test.each(['ec2.amazonaws.com', 'AWS Internal'])('do not hold %s, which half the world shares', (sourceAddress) => {
    expect(correlationHashes(anAlert({ sourceAddress }), key)).not.toHaveProperty('sourceAddress');
  });

  test('do not hold a service as the actor', () => {
    const principal = { kind: 'aws-service', id: 'AWSBackup' } as const;
    expect(correlationHashes(anAlert({ principal }), key)).not.toHaveProperty('principal');
  });

  test('do not hold a bucket that exports usually go to', () => {
    expect(correlationHashes(anAlert({ bucket: 'acme-backup-1' }), key, ['acme-backup-*'])).not.toHaveProperty(
      'bucket',
    );
    expect(correlationHashes(anAlert({ bucket: 'elsewhere' }), key, ['acme-backup-*'])).toHaveProperty('bucket');
  });
});

test.each(['CreateInstanceExportTask', 'ExportImage', 'CreateStoreImageTask'])('%s opens the playbook', (name) => {
  expect(playbookFor(name, 'ec2.amazonaws.com').workflowType).toBe('ec2VmExport');
});
