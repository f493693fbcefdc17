import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { evidencePrefix } from '../../src/lab/foundation.ts';
import { region } from '../../src/lab/clients.ts';
import { eventIndexKey, readIndexedEvent } from '../../src/domain/alert/event-index.ts';
import { archiveReader } from '../../src/intake/archive-reader.ts';
import { figuresInStore, readingClient } from '../../src/audit/found-figures.ts';
import { figuresOf } from '../../src/domain/report/incident-figures.ts';
import { aReport } from '../unit/audit/a-report.ts';
import { incidentKey, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
const incident = { incidentKey, workflowId: 'ec2-vm-export/1', closedAt: '2026-03-02T11:00:00.000Z' };

const bucket = () => {
  const { lab, foundation } = world();
  return {
    endpoint: lab.endpoint,
    forcePathStyle: true,
    externalId: foundation.externalId,
    bucket: foundation.buckets.evidence,
    region,
    account: foundation.forensics.id,
    prefix: evidencePrefix,
  };
};
const notify = () => evidenceNotify({ ...bucket(), profile: 'soar-notify', role: world().foundation.roles.evidence });
const read = (key: string, profile = 'soar-intake') =>
  archiveReader({ ...bucket(), profile, readRole: world().foundation.roles.evidenceIndex })(key);

const figuresRole = () => ({
  ...bucket(),
  profile: 'soar-figures',
  figuresRole: world().foundation.roles.evidenceFigures,
});
const closedOn = (day: string) =>
  aReport({ incidentKey: `VMX-${day.replaceAll('-', '')}`, runId: `run-${day}`, openedAt: `${day}T23:59:59.000Z` });

describe("the archive's index in a bucket", () => {
  it('is written by the role that appends and read by the role that looks up', async () => {
    expect(await notify().indexEvents({ ...incident, eventIds: ['one', 'two'] })).toEqual({ indexed: 2 });
    expect(readIndexedEvent((await read(eventIndexKey('two'))) ?? '')).toEqual(incident);
    const ended = { ...incident, severity: 'low', verdict: 'authorised' } as const;
    await notify().indexEvents({ ...ended, eventIds: ['ended'] });
    // An incident asks as the notify worker how earlier ones ended.
    expect(readIndexedEvent((await read(eventIndexKey('ended'), 'soar-notify')) ?? '')).toEqual(ended);
  });

  it('keeps what was written first', async () => {
    await notify().indexEvents({ ...incident, eventIds: ['kept'] });
    await notify().indexEvents({ ...incident, incidentKey: 'VMX-ZZZZZZZZZZ', eventIds: ['kept'] });
    expect(readIndexedEvent((await read(eventIndexKey('kept'))) ?? '')).toEqual(incident);
  });

  it('has no entry of an event that was never indexed', async () => {
    // The lab says so to everybody; S3 itself answers "denied" to whoever may not list the bucket.
    expect(await read(eventIndexKey('never indexed'))).toBeNull();
  });

  it('is all that its reader can read', async () => {
    const { uri } = await notify().storeEvidence({ incidentKey, name: 'secret', content: 1 });
    const evidence = uri.replace(`s3://${world().foundation.buckets.evidence}/${evidencePrefix}/`, '');
    await expect(read(evidence)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('holds the figures of closed incidents, which are found by the day on which they opened', async () => {
    const days = ['2027-01-31', '2027-02-01', '2027-02-28', '2027-03-01'];
    for (const day of days) await notify().storeReport({ report: closedOn(day) });
    await notify().storeReport({ report: { ...closedOn('2027-02-02'), closedAt: null } });
    await notify().storeReport({ report: { ...closedOn('2027-02-03'), undoes: 'ec2-vm-export/1' } });
    const period = { from: Date.parse('2027-02-01'), to: Date.parse('2027-03-01') };
    const found = await figuresInStore(figuresRole(), period);
    expect(found.unreadable).toEqual([]);
    expect(found.figures).toEqual(['2027-02-01', '2027-02-28'].map((day) => figuresOf(closedOn(day))));
    const all = await figuresInStore(figuresRole(), { from: -Infinity, to: Infinity });
    expect(all.figures.map(({ runId }) => runId).sort()).toEqual(days.map((day) => `run-${day}`));
  });

  it('shows whoever counts incidents nothing but their figures', async () => {
    const { json } = await notify().storeReport({ report: closedOn('2027-04-01') });
    const { bucket: Bucket } = bucket();
    const Key = json!.uri.replace(`s3://${Bucket}/`, '');
    const s3 = readingClient(figuresRole());
    await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'AccessDenied' });
    for (const Prefix of [undefined, evidencePrefix, `${evidencePrefix}/index/`]) {
      await expect(s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    }
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: `${evidencePrefix}/index/incidents/x` })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    s3.destroy();
  });
});
