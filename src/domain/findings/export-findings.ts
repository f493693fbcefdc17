import { bucketArn } from '../policy/arns.ts';
import { accessPointsFinding } from './access-point-findings.ts';
import { accessGap, accountsDelegatedTo, outsideGrants, ownerGap, serviceGrants } from '../policy/bucket-access.ts';
import { downloadsOf } from './downloads.ts';
import type { Finding } from './evidence.ts';
import { answeredBy, finding, overTime, some, told, unanswered, whyIncomplete } from './finding.ts';
import { encryptionFinding } from './bucket-encryption-finding.ts';
import { withPartner } from '../policy/partners.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { objectCopies } from './object-copies.ts';
import { recordedSince } from './recorded-since.ts';
import { replicatedFinding } from './replication-findings.ts';
import { exportLocation, type CaseFile } from './case-file.ts';
import type { TrailFacts } from './trail-facts.ts';
import type { ObjectRead } from './read-facts.ts';

/** Was the image fetched, by whom and how often (S73, S122). A no needs logs that reach past the export's end (P8). */
export function downloadedFinding(file: CaseFile): Finding {
  const { alert, reads } = file;
  const sources = ['S73', 'S122'];
  const question = 'Was the exported image downloaded?';
  if (alert.outcome === 'failure') {
    const nothing = 'the export failed: there is nothing to download';
    return answeredBy('alert', finding('downloaded', sources, question, 'no', nothing));
  }
  const found = byLogs(file, sources, question);
  return reads?.loggedUntil === undefined ? found : overTime({ from: alert.time, to: reads.loggedUntil }, found);
}

function byLogs(file: CaseFile, sources: string[], question: string): Finding {
  const { alert, policy, reads, object, bucket } = file;
  const perimeter = perimeterOf(alert, policy);
  const found = downloadsOf(reads, object, bucket, alert.principal, perimeter);
  const { answer, downloads, outside, byAnybody, whyUnknown } = found;
  const since = recordedSince(file);
  const bounded = (text: string) => (since === '' ? text : `${text}; ${since}`);
  if (answer === 'unknown') {
    return unanswered('downloaded', sources, question, bounded(whyUnknown ?? 'the logs do not tell'));
  }
  if (answer === 'no') {
    const lines = `no read in ${reads?.lines ?? 0} log lines up to ${reads?.loggedUntil ?? ''}`;
    const detail = bounded(`${lines}; S3 delivers logs on a best-effort basis`);
    return finding('downloaded', sources, question, 'no', detail);
  }
  const inside =
    byAnybody.length === 0
      ? '; none of them outside the organisation'
      : "; whether outside the organisation is not known: anybody may hold the actor's key, or a signed URL";
  const copied = objectCopies({ ...file, lineage: null }).map(
    ({ bucket: to, key, how, at }) => `s3://${to}/${key} (${how} at ${at})`,
  );
  const elsewhere = copied.length === 0 ? '' : `; copies in S3: ${some(copied)}`;
  const readers = some(perReader(downloads, outside, object?.size, policy));
  return finding('downloaded', sources, question, 'yes', readers + (outside.length === 0 ? inside : '') + elsewhere);
}

/** One entry for each reader and address, with requests and bytes. */
function perReader(
  downloads: ObjectRead[],
  outside: ObjectRead[],
  size: number | undefined,
  policy: ResponsePolicy,
): string[] {
  const readers = new Map<string, ObjectRead[]>();
  for (const read of downloads) {
    const who = `${read.requester === '-' ? 'an anonymous reader' : withPartner(read.requester, policy)} from ${read.address}${signedUrl(read)}${read.from === undefined ? '' : `, by a ${read.from} of CloudTrail`}`;
    readers.set(who, [...(readers.get(who) ?? []), read]);
  }
  return [...readers].map(([who, reads]) => {
    const bytes = reads.reduce((sum, read) => sum + read.bytes, 0);
    const where = reads.some((read) => outside.includes(read)) ? ', outside the organisation' : '';
    return `${who}${where}: ${reads.length} request(s), ${bytes} bytes${ofWhole(bytes, reads[0]?.objectSize ?? size)}, first at ${reads.map(({ time }) => time).sort()[0] ?? ''}`;
  });
}

/** Whoever holds a signed URL reads as whoever signed it: the address says more than the name. */
const signedUrl = ({ presigned, signedBy }: ObjectRead): string =>
  presigned ? ` by a URL signed with ${signedBy ?? 'a key that the log does not name'}` : '';

/** Ranges may overlap: as many bytes as the image has are taken to be all of it. */
function ofWhole(bytes: number, size: number | undefined): string {
  if (size === undefined || size === 0) return '';
  return bytes >= size ? ' (the whole image)' : ` (${Math.floor((100 * bytes) / size)} % of the image)`;
}

/** What exactly was exported, where to and how far it is (S49–S51, S85, S88). */
export function exportFindings({ alert, task, object }: CaseFile): Finding[] {
  const { bucket, key } = exportLocation({ alert, task, object });
  const question = 'Is it known what the export does now?';
  const formats = [
    alert.diskImageFormat ?? task?.diskImageFormat,
    alert.containerFormat ?? task?.containerFormat,
    alert.targetEnvironment ?? task?.targetEnvironment,
  ].filter((format) => format !== undefined);
  const written = object ? `; the object has ${object.size} bytes, written ${object.lastModified}` : '';
  const where = bucket === undefined ? 'an unknown place' : `s3://${bucket}/${key ?? alert.prefix ?? ''}`;
  const state = task
    ? finding(
        'export-task',
        ['S49', 'S50', 'S51', 'S85'],
        question,
        'yes',
        `task ${task.exportTaskId} is ${task.state}, to ${where}${written}`,
      )
    : alert.outcome === 'failure'
      ? answeredBy(
          'alert',
          finding('export-task', ['S47', 'S85'], question, 'yes', `it failed (${alert.errorCode ?? 'no error code'})`),
        )
      : object
        ? answeredBy('s3', finding('export-task', ['S85'], question, 'yes', `it has written ${where}${written}`))
        : unanswered('export-task', ['S85'], question, 'neither the task nor the object was read');
  const format =
    formats.length > 0
      ? finding('export-format', ['S51', 'S88'], 'Is the format of the image known?', 'yes', formats.join(', '))
      : unanswered('export-format', ['S51', 'S88'], 'Is the format of the image known?', 'nothing says it');
  return [state, task ? format : answeredBy('alert', format)];
}

/** Whose bucket it is, who reaches it, and who opened it to the export service (S86, S87, S101). */
export function bucketFindings(file: CaseFile, bucketTrail: TrailFacts | null): Finding[] {
  return [
    bucketOwner(file),
    encryptionFinding(file),
    bucketAccess(file),
    accessPointsFinding(file),
    replicatedFinding(file),
    ...serviceFindings(file, bucketTrail),
  ];
}

function bucketOwner({ alert, policy, bucket }: CaseFile): Finding {
  const question = "Is the target bucket the account's own?";
  if (!bucket || bucket.ownedByAccount === 'unknown') {
    return unanswered(
      'bucket-owner',
      ['S86'],
      question,
      bucket ? (ownerGap(bucket) ?? 'S3 did not tell') : 'the bucket was not read',
    );
  }
  const whose =
    bucket.ownedByAccount === 'yes' ? `account ${alert.recipientAccount}` : ownerWords(bucket.owner, policy);
  const where = bucket.region === undefined ? '' : `, in ${bucket.region}`;
  return finding(
    'bucket-owner',
    ['S86'],
    question,
    bucket.ownedByAccount,
    `${bucket.bucket} belongs to ${whose}${where}`,
  );
}

/** This account, the organisation, a known partner, somebody outside, or nobody knows (S86). */
function ownerWords(owner: string | undefined, policy: ResponsePolicy): string {
  if (owner === undefined) return 'another account, which is none of ours and of no known partner as far as S3 tells';
  return policy.organisationAccounts.includes(owner)
    ? `account ${owner} of the organisation`
    : `account ${withPartner(owner, policy)}`;
}

function bucketAccess(file: CaseFile): Finding {
  const { alert, policy, bucket } = file;
  const sources = ['S59', 'S87', 'S102'];
  const question = 'Does the bucket let anybody outside the organisation in?';
  if (!bucket) return unanswered('bucket-access', sources, question, 'the bucket was not read');
  const { bucket: name, key } = exportLocation(file);
  const objectArn = name && key ? `${bucketArn(alert.region, name)}/${key}` : undefined;
  const { statements, grants } = outsideGrants(bucket, perimeterOf(alert, policy), objectArn);
  const named = (who: string[]) => who.map((one) => withPartner(one, policy)).join(', ');
  const found = [
    ...statements.map(({ statement, who, canRead, conditioned }) => {
      const what = typeof statement.Sid === 'string' ? `statement ${statement.Sid}` : 'a statement';
      const limit = conditioned ? ' under a condition that cannot be verified' : '';
      return `${what} for ${named(who)}${canRead ? ', who can read the export' : ''}${limit}`;
    }),
    ...grants.map(({ grant, who }) => `ACL grant ${grant.permission} for ${withPartner(who, policy)}`),
  ];
  if (found.length > 0) return finding('bucket-access', sources, question, 'yes', some(found));
  const gap = accessGap(bucket);
  const delegated = accountsDelegatedTo(bucket);
  const left = delegated.length === 0 ? '' : `; it leaves the rest to access points of account ${delegated.join(', ')}`;
  return gap === null
    ? finding('bucket-access', sources, question, 'no', `neither its policy nor its ACL does${left}`)
    : unanswered('bucket-access', sources, question, gap);
}

/** Calls that change who may do what with a bucket. Where replication leads is a question of its own. */
const accessCalls = [
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketAcl',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'PutBucketPublicAccessBlock',
  'DeleteBucketPublicAccessBlock',
  'CreateAccessPoint',
  'PutAccessPointPolicy',
  'DeleteAccessPointPolicy',
];

function serviceFindings({ alert, policy, bucket }: CaseFile, trail: TrailFacts | null): Finding[] {
  const question = 'Does the bucket let the export service in?';
  const opened = 'Was access to the bucket changed around the export?';
  const grants = bucket && serviceGrants(bucket, perimeterOf(alert, policy));
  const found = grants
    ? [
        ...grants.statements.map(({ statement }) =>
          typeof statement.Sid === 'string' ? `statement ${statement.Sid}` : 'a statement',
        ),
        ...grants.grants.map(({ permission }) => `ACL grant ${permission}`),
      ]
    : [];
  const gap = accessGap(bucket);
  const granted =
    found.length > 0
      ? finding('service-grants', ['S101'], question, 'yes', some(found))
      : gap === null
        ? finding('service-grants', ['S101'], question, 'no', 'neither its policy nor its ACL names it')
        : unanswered('service-grants', ['S101'], question, gap);
  return [granted, overTime(trail, bucketChanges(opened, trail))];
}

function bucketChanges(question: string, trail: TrailFacts | null): Finding {
  const id = 'bucket-changes';
  if (!trail) return unanswered(id, ['S101'], question, "the bucket's trail was not read");
  const changes = trail.events.filter(
    ({ eventName, errorCode }) => accessCalls.includes(eventName) && errorCode === undefined,
  );
  if (changes.length > 0) return finding(id, ['S101'], question, 'yes', some(changes.map(told)));
  const why = whyIncomplete(trail);
  return why === null
    ? finding(id, ['S101'], question, 'no', `no change between ${trail.from} and ${trail.to}: what it grants is older`)
    : unanswered(id, ['S101'], question, why);
}
