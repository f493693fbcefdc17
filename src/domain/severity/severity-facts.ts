import { accountFacts } from './account-facts.ts';
import { bucketArn } from '../policy/arns.ts';
import type { SeverityFacts } from './assessment.ts';
import { accessPointGap, openAccessPoints } from '../policy/access-points.ts';
import { accessGap, outsideGrants } from '../policy/bucket-access.ts';
import { isDenial } from '../cloudtrail/denial.ts';
import { concealmentIn } from '../findings/concealment.ts';
import { granteeWords, sharedOutside } from '../findings/copies.ts';
import { deniedRunIn, refusedBefore } from '../findings/denied-run.ts';
import { downloadsOf, readOutside, whyNotExcluded } from '../findings/downloads.ts';
import { classificationOf, environmentOf } from '../findings/instance-tags.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import { arnMatches, policyArn } from '../alert/principal.ts';
import { coversKey, destinationWords, rulesInForce } from '../policy/replication.ts';
import { whyDoubtful } from '../findings/tag-history.ts';
import { type CaseFile, exportLocation, nearMissWords } from '../findings/case-file.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';

/** The instance's environment, as severity and the allow-list see it. */
export const environmentFact = (file: CaseFile): SeverityFacts['environment'] =>
  environmentOf(
    file.policy.account,
    file.instance,
    file.policy.tags.environment,
    whyDoubtful(file, file.policy.tags.environment),
  );

/** What is on the instance, as severity and the findings see it. */
export const classificationFact = (file: CaseFile): SeverityFacts['classification'] =>
  classificationOf(file.instance, file.policy, whyDoubtful(file, file.policy.tags.classification));

function bucketFacts(file: CaseFile): Pick<SeverityFacts, 'bucketPublic' | 'bucketReadableOutside' | 'bucketUsual'> {
  const { alert, bucket, policy } = file;
  const { bucket: name, key } = exportLocation(file);
  const objectArn = name && key ? `${bucketArn(alert.region, name)}/${key}` : undefined;
  const perimeter = perimeterOf(alert, policy);
  const access = bucket ? outsideGrants(bucket, perimeter, objectArn) : { statements: [], grants: [] };
  const through = bucket ? openAccessPoints(bucket, perimeter, key).filter(({ reaches }) => reaches) : [];
  const gap = accessGap(bucket) ?? (bucket && accessPointGap(bucket, perimeter));
  const statements = [...access.statements, ...through.flatMap((point) => point.statements)];
  const readable = [...statements, ...access.grants].filter(({ canRead }) => canRead);
  const isPublic = readable.some((grant) => grant.public);
  const certain = [...statements.filter(({ conditioned }) => !conditioned), ...access.grants]
    .filter(({ canRead }) => canRead)
    .flatMap(({ who }) => who);
  const copied = rulesLeadingOutside(file);
  return {
    bucketPublic: publicFact(name, bucket, isPublic, gap),
    bucketReadableOutside:
      certain.length > 0
        ? { value: 'yes', evidence: `bucket ${name ?? ''} can be read by ${[...new Set(certain)].join(', ')}` }
        : copied.length > 0
          ? { value: 'yes', evidence: `replication of bucket ${name ?? ''} copies it to ${copied.join(', ')}` }
          : gap !== null
            ? { value: 'unknown', evidence: gap }
            : readable.length > 0
              ? { value: 'unknown', evidence: 'a statement lets others read under a condition that cannot be verified' }
              : { value: 'no', evidence: `neither policy nor ACL of bucket ${name ?? ''} lets anybody outside read` },
    bucketUsual: bucketUsual(name, bucket, policy.usualBuckets),
  };
}

/** Where replication carries the export to somebody who is not ours. */
function rulesLeadingOutside(file: CaseFile): string[] {
  const { alert, bucket, policy } = file;
  if (!bucket) return [];
  const { key = alert.prefix } = exportLocation(file);
  return rulesInForce(bucket, perimeterOf(alert, policy))
    .filter((rule) => rule.outside === 'yes' && coversKey(rule, key))
    .map(destinationWords);
}

/** S3's own judgement comes first: it knows the public access block. */
function publicFact(
  name = '',
  bucket: BucketFacts | null,
  byStatements: boolean,
  gap: string | null,
): SeverityFacts['bucketPublic'] {
  if (bucket && bucket.public !== 'unknown') {
    return { value: bucket.public, evidence: `S3's judgement of bucket ${name}, public access block included` };
  }
  return byStatements
    ? { value: 'yes', evidence: `policy or ACL of bucket ${name} lets everybody read` }
    : { value: 'unknown', evidence: gap ?? `S3 did not say whether bucket ${name} is public` };
}

function bucketUsual(
  name: string | undefined,
  bucket: BucketFacts | null,
  usual: string[],
): SeverityFacts['bucketUsual'] {
  if (name === undefined) return { value: 'unknown', evidence: 'the bucket is not known' };
  // Names are global: somebody else's bucket may well match one of our patterns.
  if (bucket?.ownedByAccount === 'no') return { value: 'no', evidence: `bucket ${name} belongs to another account` };
  if (usual.length === 0) return { value: 'unknown', evidence: 'no usual buckets are configured' };
  return usual.some((pattern) => arnMatches(name, pattern))
    ? { value: 'yes', evidence: `bucket ${name} is a usual one` }
    : { value: 'no', evidence: `bucket ${name} matches none of the usual ones` };
}

function actorAuthorised({ alert, policy, allowListed, nearMisses }: CaseFile): SeverityFacts['actorAuthorised'] {
  if (allowListed) return { value: 'yes', evidence: `allow-list entry ${allowListed.id}` };
  const arn = policyArn(alert.principal);
  if (arn === undefined) return { value: 'unknown', evidence: 'the principal has no ARN' };
  const pattern = policy.authorisedExporters.find((candidate) => arnMatches(arn, candidate));
  return pattern === undefined
    ? { value: 'no', evidence: `${arn} is not among the authorised exporters${nearMissWords(nearMisses)}` }
    : { value: 'yes', evidence: `${arn} matches the authorised exporter ${pattern}` };
}

/** An image that is given away leaves as surely as an export does, also where the export itself was refused. */
function copyShared({ alert, policy, copies }: CaseFile): Pick<SeverityFacts, 'copySharedOutside'> {
  const [worst] = sharedOutside(copies ?? [], perimeterOf(alert, policy));
  if (!worst) return {};
  const evidence = `${worst.type} ${worst.id} is shared with ${worst.outside.map(granteeWords).join(', ')}`;
  return { copySharedOutside: { value: 'yes', evidence } };
}

/**
 * Somebody who does not know what its key may do is suspicious, also where it may export (S60). Of a process that is
 * listed with its circumstances, calls that are denied every night are a habit.
 */
function rightsTried(file: CaseFile): Pick<SeverityFacts, 'rightsTried'> {
  if (file.allowListed) return {};
  const denied = deniedRunIn(refusedBefore(file).filter(({ errorCode }) => isDenial(errorCode)));
  const [first, last] = [denied[0], denied.at(-1)];
  if (!first || !last) return {};
  const evidence = `${denied.length} calls of the actor were denied from ${first.time} to ${last.time}, before the export`;
  return { rightsTried: { value: 'yes', evidence } };
}

/** What severity is computed from, read off the case file; each fact says where it comes from, or why it is unknown. */
export function severityFacts(file: CaseFile): SeverityFacts {
  const { alert, policy, allowListed, object } = file;
  const downloads = downloadsOf(file.reads, object, file.bucket, alert.principal, perimeterOf(alert, policy));
  const exported = alert.outcome === 'success';
  return {
    exportSucceeded: { value: exported ? 'yes' : 'no', evidence: alert.errorCode ?? `outcome ${alert.outcome}` },
    ...accountFacts(alert, policy),
    environment: environmentFact(file),
    classification: classificationFact(file),
    ...bucketFacts(file),
    actorAuthorised: actorAuthorised(file),
    documentedProcess: allowListed
      ? { value: 'yes', evidence: `allow-list entry ${allowListed.id}: ${allowListed.reason}` }
      : { value: 'no', evidence: 'no allow-list entry matches' },
    concealment: concealmentIn(file),
    readOutside: exported
      ? readOutside(downloads, whyNotExcluded(file.reads, object, file.bucket))
      : { value: 'no', evidence: 'nothing was exported' },
    ...copyShared(file),
    ...(file.declined
      ? { exportDeclined: { value: 'yes', evidence: `ticket ${file.declined.title} was declined` } }
      : {}),
    ...rightsTried(file),
  };
}
