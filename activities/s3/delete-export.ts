import { DeleteObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActResult, CopyExport, DeleteExport } from '../../src/domain/acts/acts.ts';
import { isCustodyOf } from '../../src/domain/acts/custody.ts';
import type { ObjectVersion } from '../../src/domain/findings/facts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { standingOfCopy } from '../../src/domain/acts/standing.ts';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, isFailure, unlessAbsent } from '../aws/failures.ts';
import { refuseProtectedBucket, type Protection } from '../aws/protection.ts';
import { copyUri } from './copy-request.ts';
import { readCustody } from './custody.ts';
import { readCopy, s3Targets } from './targets.ts';
import { sourceRequest, sourceUri } from './source-object.ts';

/** Looks for the proved copy once more, then deletes version by version, so that each refusal is about one of them. */
export function deleteExport(clients: AwsClients, input: DeleteExport, protection: Protection): Promise<ActResult> {
  const s3 = clients.s3(input);
  const copy: CopyExport = { ...input, act: 'copyExport', destination: input.copy };
  return bringAbout(input, s3Targets(clients).deleteExport, async (versions) => {
    refuseProtectedBucket(input.source.bucket, protection);
    await insistOnCopy(clients.s3({ accountId: input.accountId, region: input.copy.region }), copy);
    const kept: string[] = [];
    // Content first: a delete marker that goes before it would show it again.
    for (const version of versions.toSorted((a, b) => Number(a.deleteMarker) - Number(b.deleteMarker))) {
      const lock = await deleteVersion(s3, copy, version);
      if (lock !== null) kept.push(`version ${version.versionId} ${lock}`);
    }
    if (kept.length > 0) throw failure(failureTypes.rejected, `of ${sourceUri(copy)} S3 keeps ${kept.join('; ')}`);
    return undefined;
  });
}

/** The copy itself, and the record that it was compared by its hash. */
async function insistOnCopy(s3: S3Client, copy: CopyExport): Promise<void> {
  const found = await readCopy(s3, copy);
  const { standing, detail } = standingOfCopy(copy, found);
  if (standing !== 'done' || !found) throw kept(copy, detail);
  const custody = await unlessAbsent(readCustody(s3, copy), null);
  if (!custody || !isCustodyOf(custody, copy, found)) throw kept(copy, `${copyUri(copy)} has no custody record`);
}

const kept = (copy: CopyExport, why: string): Error =>
  failure(failureTypes.rejected, `${sourceUri(copy)} is kept, for its copy is not proved: ${why}; copy it again first`);

/** null: it is deleted. Otherwise what keeps it; S3 says of that no more than that access is denied. */
async function deleteVersion(s3: S3Client, copy: CopyExport, version: ObjectVersion): Promise<string | null> {
  const request = { ...sourceRequest(copy), VersionId: version.versionId };
  try {
    await aws(`deleting version ${version.versionId} of ${sourceUri(copy)}`, () =>
      s3.send(new DeleteObjectCommand(request)),
    );
    return null;
  } catch (error) {
    if (!isFailure(error, failureTypes.accessDenied) || version.deleteMarker) throw error;
    const lock = await lockOf(s3, request);
    if (lock === null) throw error;
    return lock;
  }
}

/** null: nothing that can be read keeps it. */
async function lockOf(s3: S3Client, request: ReturnType<typeof sourceRequest> & { VersionId: string }) {
  const object = await s3.send(new HeadObjectCommand(request)).catch(() => null);
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = object ?? {};
  const locks = [
    ...(hold === 'ON' ? ['under a legal hold'] : []),
    ...(mode && until && until.getTime() > Date.now() ? [`locked until ${until.toISOString()} (${mode})`] : []),
  ];
  return locks.length > 0 ? locks.join(' and ') : null;
}
