import type { S3Client } from '@aws-sdk/client-s3';
import type { ActResult, CopyExport, TargetCheck } from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { standingOfCopy } from '../../src/domain/acts/standing.ts';
import { result } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { failure, isFailure, isNoSuchBucket, isNotFound, isPreconditionFailed, notYet } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { copyInParts, dropBegunCopies } from './copy-in-parts.ts';
import { copyUri } from './copy-request.ts';
import { copyWhole } from './copy-whole.ts';
import { custodyOf, recordCustody } from './custody.ts';
import type { CopySettings } from './parts.ts';
import { proveCopy } from './prove-copy.ts';
import { readSource } from './source.ts';
import { readCopy, type CopiedObject } from './targets.ts';
import { uncopyable } from './why-refused.ts';
import { sourceUri, type SourceObject } from './source-object.ts';

/** Both ends are written and read as the source account, each in its bucket's Region. */
interface Ends {
  reading: S3Client;
  pushing: S3Client;
}

/**
 * The source account's contain role pushes the export into the forensics bucket, then the copy is proved by SHA-256 and its
 * custody recorded beside it. Proving is part of every attempt: one that was killed after the copy has proved nothing.
 */
export async function copyExport(
  clients: AwsClients,
  input: CopyExport,
  approval: ApprovalOnRecord,
  settings: CopySettings,
): Promise<ActResult> {
  const pushing = clients.s3({ accountId: input.accountId, region: input.destination.region });
  const ends = { reading: clients.s3(input), pushing };
  const found = standingOfCopy(input, await visibleCopy(pushing, input));
  const original = await readSource(clients, input);
  if (found.standing === 'changed' || !original || !isPlanned(original, input)) {
    if (input.source.size > settings.largestInOneCall) await dropBegunCopies(pushing, input);
    return overtaken(input, found, original);
  }
  try {
    if (found.standing === 'ready') await copy(pushing, input, original, settings);
    const status = found.standing === 'ready' ? 'applied' : 'already';
    return await provenCopy(ends, input, original, { status, approval, role: clients.role(input.accountId) });
  } catch (error) {
    if (isFailure(error, failureTypes.accessDenied)) throw await uncopyable(clients, input, original, error);
    if (!isOvertaken(error)) throw error;
    const message = `${error.message}: export or copy changed meanwhile; both are looked at again`;
    throw failure(failureTypes.unavailable, message, { cause: error });
  }
}

/**
 * Where a role may write and read objects but not list them, S3 refuses to say that an object is not there. Then the copy
 * is made, and reading it back decides.
 */
async function visibleCopy(s3: S3Client, input: CopyExport): Promise<CopiedObject | null> {
  try {
    return await readCopy(s3, input);
  } catch (error) {
    if (isFailure(error, failureTypes.accessDenied)) return null;
    throw error;
  }
}

const isPlanned = (original: SourceObject, { source }: CopyExport): boolean =>
  original.etag === source.etag && original.size === source.size;

/** Nothing is copied when the place is taken or the export is not what was planned (P3). */
function overtaken(input: CopyExport, found: TargetCheck, original: SourceObject | null): ActResult {
  if (found.standing === 'changed') return result('changed', found);
  const copied = found.standing === 'done' ? `, and was copied to ${copyUri(input)} before` : '';
  return original
    ? result('changed', { detail: `${sourceUri(input)} is not the object that was planned to be copied${copied}` })
    : result('gone', { ...found, detail: `${sourceUri(input)} is gone${copied}` });
}

async function copy(s3: S3Client, input: CopyExport, original: SourceObject, settings: CopySettings): Promise<void> {
  try {
    if (original.size > settings.largestInOneCall) await copyInParts(s3, input, original, settings);
    else await copyWhole(s3, input);
  } catch (error) {
    // Something lies there by now: what it is has to be readable, or every attempt would end here.
    if (isPreconditionFailed(error)) await readCopy(s3, input);
    throw error;
  }
}

/** An object or an upload that is gone or is another: the next attempt reads which, and says it. */
const isOvertaken = (error: unknown): error is Error =>
  isPreconditionFailed(error) || (isNotFound(error) && !isNoSuchBucket(error));

async function provenCopy(
  ends: Ends,
  input: CopyExport,
  original: SourceObject,
  { status, approval, role }: { status: ActResult['status']; approval: ApprovalOnRecord; role: string },
): Promise<ActResult> {
  const copied = await readCopy(ends.pushing, input);
  const { standing, detail, observed } = standingOfCopy(input, copied);
  if (standing !== 'done' || !copied) throw notYet(`the copy of ${sourceUri(input)} does not show (${detail})`);
  // The bytes are safe from here on; proving that they are the right ones can take hours.
  const at = new Date().toISOString();
  const proof = await proveCopy(ends, input, original, copied);
  const custody = await recordCustody(
    ends.pushing,
    input,
    custodyOf(input, { original, copied, proof, approval, role }),
  );
  const { versionId, retention } = copied;
  return {
    ...result(status, {
      detail: `${copyUri(input)} is a copy of ${sourceUri(input)}, compared by SHA-256`,
      observed: {
        ...observed,
        sha256: proof.sha256,
        ...given({ versionId: versionId ?? undefined, lockedUntil: retention?.until }),
        custody,
      },
    }),
    at,
  };
}
