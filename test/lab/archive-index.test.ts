import { describe, expect, it } from 'vitest';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { evidencePrefix } from '../../src/lab/foundation.ts';
import { region } from '../../src/lab/clients.ts';
import { eventIndexKey, readIndexedEvent } from '../../src/domain/alert/event-index.ts';
import { archiveReader } from '../../src/intake/archive-reader.ts';
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
const read = (key: string) =>
  archiveReader({ ...bucket(), profile: 'soar-intake', readRole: world().foundation.roles.evidenceIndex })(key);

describe("the archive's index in a bucket", () => {
  it('is written by the role that appends and read by the role that looks up', async () => {
    expect(await notify().indexEvents({ ...incident, eventIds: ['one', 'two'] })).toEqual({ indexed: 2 });
    expect(readIndexedEvent((await read(eventIndexKey('two'))) ?? '')).toEqual(incident);
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
});
