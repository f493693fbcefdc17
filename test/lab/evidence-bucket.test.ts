import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientConfig, s3Client } from '../../activities/aws/clients.ts';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { keepObserved } from '../../activities/evidence/observed.ts';
import { evidenceStore } from '../../activities/evidence/store.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { incidentKey, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
beforeEach(() => world().lab.control.clearFaults());

describe('evidence in a bucket', () => {
  const settings = () => {
    const { lab, foundation } = world();
    return {
      endpoint: lab.endpoint,
      forcePathStyle: true,
      externalId: foundation.externalId,
      profile: 'soar-notify',
      bucket: foundation.buckets.evidence,
      region,
      role: foundation.roles.evidence,
      account: foundation.forensics.id,
      prefix: 'incidents',
    };
  };
  const notify = () => evidenceNotify(settings());

  it('is appended under a role that can do nothing else, and stored once however often it comes', async () => {
    const document = { incidentKey, name: 'trail', content: { b: 1, a: 2 } };
    const ref = await notify().storeEvidence(document);
    expect(await notify().storeEvidence(document)).toEqual(ref);

    const { s3 } = world().foundation.forensics.admin;
    const bucket = world().foundation.buckets.evidence;
    const Key = `incidents/${incidentKey}/trail-${ref.sha256.slice(0, 12)}.json`;
    expect(ref.uri).toBe(`s3://${bucket}/${Key}`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).toBe('{"a":2,"b":1}');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    expect(Versions.length).toBeLessThanOrEqual(1);

    const own = s3Client(settings(), clientConfig(settings(), region, settings().role, { name: 'soar-notify' }));
    const refused = await Promise.all(
      [
        new GetObjectCommand({ Bucket: bucket, Key }),
        new ListObjectsV2Command({ Bucket: bucket }),
        new DeleteObjectCommand({ Bucket: bucket, Key }),
        new PutObjectCommand({ Bucket: bucket, Key: 'beside-the-incidents', Body: 'x' }),
      ].map((command) => own.send(command as never).then(() => 'done', codeOf)),
    );
    expect(refused).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied', 'AccessDenied']);
    own.destroy();
  });

  it('is added to by who observes only where its own role may', async () => {
    const { roles } = world().foundation;
    const observing = { ...settings(), profile: 'soar-observe', role: roles.evidenceObserved };
    const kept = await keepObserved(observing)?.({ incidentKey, name: 'trail', content: Buffer.from('{}') });
    const { uri = '' } = kept?.evidence?.[0] ?? {};
    expect(uri).toContain(`/incidents/observed/${incidentKey}/trail-`);
    // Nor is it read back: only parts of a trail that is still being looked up are.
    await expect(evidenceStore(observing).read(uri.slice(uri.indexOf('observed/')))).rejects.toMatchObject({
      type: 'AwsAccessDenied',
    });
    // Not where reports lie, and not under the role that the notify worker has.
    await expect(
      evidenceNotify(observing).storeEvidence({ incidentKey, name: 'report', content: {} }),
    ).rejects.toMatchObject({ type: 'AwsAccessDenied' });
    await expect(
      evidenceNotify({ ...observing, role: roles.evidence }).storeEvidence({
        ...{ incidentKey, name: 'report', content: {} },
      }),
    ).rejects.toThrow();
  });

  it('is never overwritten', async () => {
    const { s3 } = world().foundation.forensics.admin;
    const bucket = world().foundation.buckets.evidence;
    const document = { incidentKey, name: 'kept', content: { a: 1 } };
    const { uri } = await notify().storeEvidence(document);
    const Key = uri.replace(`s3://${bucket}/`, '');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'as it lies there' }));
    await notify().storeEvidence(document);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).toBe('as it lies there');
  });
});
