import { describe, expect, it } from 'vitest';
import { metricsOf, type MetricsInput } from '../../../../src/domain/report/metrics.ts';
import {
  aBucket,
  aFailedAlert,
  anActionRecord,
  anAlert,
  anArrival,
  anExportObject,
  ids,
  aPolicy,
  aRead,
  someReads,
  without,
} from '../../../support/builders.ts';

const metrics = (changes: Partial<MetricsInput> = {}) =>
  metricsOf({
    alert: anAlert(),
    policy: aPolicy(),
    bucket: aBucket(),
    object: anExportObject(),
    reads: someReads(),
    actions: [],
    ...changes,
  });

describe('the time to detection', () => {
  it('counts from the call to when the detector raised it, else to when it arrived', () => {
    expect(metrics().timeToDetection).toBe(300);
    expect(metrics({ alert: anAlert({ arrival: without(anArrival(), 'detectedAt') }) }).timeToDetection).toBe(360);
  });

  it('is never negative, and null when a time is none', () => {
    const at = (detectedAt: string) => anAlert({ arrival: anArrival({ detectedAt }) });
    expect(metrics({ alert: at('2026-03-02T09:59:59Z') }).timeToDetection).toBe(0);
    expect(metrics({ alert: at('soon') }).timeToDetection).toBeNull();
  });
});

describe('the time to containment', () => {
  it('counts from the call to the last containing action that is in place', () => {
    const actions = [
      anActionRecord({ at: '2026-03-02T10:50:00Z', status: 'already' }),
      anActionRecord({ id: 'deny-actor', at: '2026-03-02T10:45:00Z' }),
      anActionRecord({ id: 'copy-to-forensics', at: '2026-03-02T12:00:00Z', status: 'failed' }),
      anActionRecord({ id: 'narrow-permission', phase: 'eradication', at: '2026-03-02T13:00:00Z' }),
    ];
    expect(metrics({ actions }).timeToContainment).toBe(3_000);
  });

  it('counts what had failed when it took, and what drifted when it first did', () => {
    const actions = [
      anActionRecord({ at: '2026-03-02T10:50:00Z', status: 'failed' }),
      anActionRecord({ id: 'deny-actor', at: '2026-03-02T10:45:00Z' }),
      anActionRecord({ at: '2026-03-02T11:00:00Z', phase: 'recovery' }),
      anActionRecord({ id: 'deny-actor', at: '2026-03-09T10:45:00Z', phase: 'recovery' }),
    ];
    expect(metrics({ actions }).timeToContainment).toBe(3_600);
  });

  it('leaves out the hours in which evidence is copied', () => {
    const { incidentKey, accountId, region } = anActionRecord().input;
    const base = { incidentKey, accountId, region };
    const copyExport = {
      ...{ ...base, act: 'copyExport' as const, source: { bucket: ids.bucket, key: ids.key, etag: '"e"', size: 1 } },
      destination: { accountId: ids.forensicsAccount, region, bucket: 'acme-forensics', key: 'k' },
    };
    const snapshots = { ...base, act: 'snapshotVolumes' as const, instanceId: ids.instance, volumes: [], tags: {} };
    const actions = [
      anActionRecord({ id: 'deny-actor', at: '2026-03-02T10:45:00Z' }),
      anActionRecord({ id: 'snapshot-volumes', at: '2026-03-02T11:00:00Z', input: snapshots }),
      anActionRecord({ id: 'copy-to-forensics', at: '2026-03-02T16:00:00Z', input: copyExport }),
    ];
    expect(metrics({ actions }).timeToContainment).toBe(2_700);
    expect(metrics({ actions: actions.slice(1) }).timeToContainment).toBeNull();

    // An original is deleted when its copy is proved; that contains something where nothing else had denied its reads.
    const { source, destination: copy } = copyExport;
    const input = { ...base, act: 'deleteExport' as const, source, copy, versions: [] };
    const deleted = anActionRecord({ id: 'delete-original', at: '2026-03-02T16:05:00Z', input });
    expect(metrics({ actions: [...actions, deleted] }).timeToContainment).toBe(21_900);
    expect(metrics({ actions: [anActionRecord(), ...actions, deleted] }).timeToContainment).toBe(2_700);
  });

  it('is null when nothing was contained', () => {
    expect(metrics().timeToContainment).toBeNull();
    expect(metrics({ actions: [anActionRecord({ status: 'not-approved' })] }).timeToContainment).toBeNull();
  });
});

describe('access outside the organisation', () => {
  it('is a yes by the logs, a no only where they tell, and unknown otherwise', () => {
    expect(metrics({ reads: someReads({ reads: [aRead()] }) }).accessedOutsideOrganisation).toBe('yes');
    expect(metrics().accessedOutsideOrganisation).toBe('no');
    expect(metrics({ reads: someReads({ logging: false }) }).accessedOutsideOrganisation).toBe('unknown');
    expect(metrics({ alert: aFailedAlert(), reads: null }).accessedOutsideOrganisation).toBe('no');
  });
});

describe('the duration of exposure', () => {
  it('counts from the finished object to the denial of its reads', () => {
    expect(metrics({ actions: [anActionRecord()] }).exposure).toBe(1_800);
  });

  it('counts from the call where the object was not read, and is nothing when reads were denied first', () => {
    expect(metrics({ object: null, actions: [anActionRecord()] }).exposure).toBe(2_400);
    const object = anExportObject({ lastModified: '2026-03-02T11:00:00Z' });
    expect(metrics({ object, actions: [anActionRecord()] }).exposure).toBe(0);
  });

  it('is null while reads are not denied', () => {
    expect(metrics().exposure).toBeNull();
    expect(metrics({ actions: [anActionRecord({ status: 'changed' })] }).exposure).toBeNull();
  });
});
