import { accountOfArn } from './arns.ts';
import { actionMatches } from './policy-actions.ts';
import type { Json } from '../json.ts';
import { isInside, type Perimeter } from './perimeter.ts';
import { strings, type Statement } from './policy-document.ts';
import { arnMatches } from '../alert/principal.ts';
import type { AclGrant, BucketFacts } from '../findings/bucket-facts.ts';

/** A statement of the bucket policy that lets somebody outside the perimeter in. */
export interface OutsideStatement {
  statement: Statement;
  /** The outsiders as the policy names them; `*` is everybody. */
  who: string[];
  /** It gives them the bytes of objects that it covers. */
  canRead: boolean;
  /** It lets them change who has access. */
  canChangeAccess: boolean;
  public: boolean;
  /** It depends on a condition that nothing here can verify, such as an organisation id or a VPC endpoint. */
  conditioned: boolean;
  /** The same statement for its inside principals only; null: it has none. */
  narrowed: Statement | null;
}
export interface OutsideGrant {
  grant: AclGrant;
  who: string;
  /** READ on a bucket lists it; each object has an ACL of its own, so this is read access in the wider sense. */
  canRead: boolean;
  public: boolean;
}

/** What the export service is called in policies and ACLs besides its canonical ids (S101). */
const exportServicePrincipal = 'vmie.amazonaws.com';
const exportServiceEmail = 'vm-import-export@amazon.com';
/** AWS's own account that delivers CloudFront logs by ACL ("Configuring and using standard logs"). */
const awsLogsDelivery = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';
const publicGroups = ['AllUsers', 'AuthenticatedUsers'];

type PrincipalEntry = { type: string; id: string };

/** Every principal of a statement; a bare `*` is everybody, like `{ AWS: '*' }`. */
function principalsOf(principal: Json | undefined): PrincipalEntry[] {
  if (principal === undefined || principal === null) return [];
  if (typeof principal !== 'object' || Array.isArray(principal)) {
    return strings(principal).map((id) => ({ type: 'AWS', id }));
  }
  return Object.entries(principal).flatMap(([type, ids]) => strings(ids).map((id) => ({ type, id })));
}

/** Conditions aside: whether those make it less than public, S3 judges by rules of its own. */
export const namesEverybody = ({ Principal: principal, NotPrincipal: but }: Statement): boolean =>
  but !== undefined || principalsOf(principal).some(({ id }) => id === '*');

const isService = ({ type, id }: PrincipalEntry, perimeter: Perimeter): boolean =>
  (type === 'CanonicalUser' && perimeter.exportServiceIds.includes(id)) ||
  (type === 'Service' && id === exportServicePrincipal) ||
  id.toLowerCase() === exportServiceEmail;

function isOutside(entry: PrincipalEntry, ownerId: string | undefined, perimeter: Perimeter): boolean {
  const { type, id } = entry;
  if (isService(entry, perimeter) || type === 'Service') return false;
  if (type === 'CanonicalUser') return id !== ownerId && id !== awsLogsDelivery;
  // AWS shows the unique id of a principal that was deleted: such an entry lets nobody in.
  if (/^A(IDA|ROA)[A-Z0-9]{12,}$/.test(id)) return false;
  return !isInside(id, perimeter);
}

/**
 * A service hands on what it may read: anybody's CloudFront distribution fetches for its viewers as the one service
 * principal. What delivers logs only writes, and is no way out.
 */
const servesOthers = (entry: PrincipalEntry, perimeter: Perimeter): boolean =>
  entry.type === 'Service' && !isService(entry, perimeter);

/** A statement without the principals that `drop` names; null when none is left. */
function withoutPrincipals(
  statement: Statement,
  drop: (entry: { type: string; id: string }) => boolean,
): Statement | null {
  const { Principal: principal } = statement;
  const kept = principalsOf(principal).filter((entry) => !drop(entry));
  if (kept.length === 0) return null;
  const byType: Record<string, string[]> = {};
  for (const { type, id } of kept) (byType[type] ??= []).push(id);
  return { ...statement, Principal: byType };
}

/**
 * Keys of conditions whose values name accounts, so that they can be compared with the perimeter: the caller's, and on whose
 * behalf a service calls.
 */
const verifiableKeys = ['aws:principalaccount', 'aws:principalarn', 'aws:sourceaccount', 'aws:sourcearn'];
/** By these a bucket leaves it to access points who comes in: their own policies are judged instead. */
const accessPointKeys = ['s3:dataaccesspointaccount', 's3:dataaccesspointarn'];
const otherLimits = [
  ...['aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceorgid', 'aws:sourceorgpaths'],
  ...['aws:sourcevpce', 'aws:sourcevpc'],
];
/** Only these bind; negated ones and those with `IfExists` let an anonymous caller pass. */
const binding = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/i;

/** What a statement's conditions, all of which must hold, make of its principals. */
function limitOf(statement: Statement, perimeter: Perimeter): 'inside' | 'conditioned' | 'none' {
  const condition = statement.Condition;
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return 'none';
  let limit: 'conditioned' | 'none' = 'none';
  for (const [operator, keys] of Object.entries(condition)) {
    if (!binding.test(operator) || typeof keys !== 'object' || keys === null || Array.isArray(keys)) continue;
    for (const [name, value] of Object.entries(keys)) {
      const values = strings(value);
      const key = name.toLowerCase();
      const verifiable = verifiableKeys.includes(key) || accessPointKeys.includes(key);
      if (verifiable && values.length > 0 && values.every((text) => isInside(text, perimeter))) {
        return 'inside';
      }
      if (otherLimits.includes(key) && values.length > 0 && !values.includes('*')) limit = 'conditioned';
    }
  }
  return limit;
}

/** The accounts to whose access points the policy leaves it who comes in. */
export function accountsDelegatedTo({ policy }: Pick<BucketFacts, 'policy'>): string[] {
  const allowing = (policy?.Statement ?? []).filter(({ Effect }) => Effect === 'Allow');
  const named = allowing.flatMap(({ Condition: condition }) => {
    if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return [];
    return Object.entries(condition).flatMap(([operator, keys]) => {
      if (!binding.test(operator) || typeof keys !== 'object' || keys === null || Array.isArray(keys)) return [];
      return Object.entries(keys).flatMap(([key, values]) =>
        accessPointKeys.includes(key.toLowerCase()) ? strings(values) : [],
      );
    });
  });
  return [...new Set(named.map((value) => accountOfArn(value) ?? value))];
}

const reads = ['s3:GetObject', 's3:GetObjectVersion'];
const changes = ['s3:PutBucketPolicy', 's3:PutBucketAcl', 's3:PutObjectAcl', 's3:PutObjectVersionAcl'];

const allows = (statement: Statement, actions: string[]): boolean =>
  statement.Action !== undefined
    ? actions.some((action) => strings(statement.Action).some((pattern) => actionMatches(pattern, action)))
    : actions.some((action) => !strings(statement.NotAction).some((pattern) => actionMatches(pattern, action)));

/** Whether a statement's resources cover the object; without one, any object counts. */
function covers(statement: Statement, objectArn: string | undefined): boolean {
  if (objectArn === undefined) return true;
  if (statement.Resource !== undefined) {
    // A policy variable stands for something that only the request knows.
    return strings(statement.Resource).some((pattern) => pattern.includes('${') || arnMatches(objectArn, pattern));
  }
  return !strings(statement.NotResource).some((pattern) => arnMatches(objectArn, pattern));
}

/**
 * Who outside the perimeter the bucket lets in (S87, S101, S102): by its policy and by its ACL. Denies are not weighed
 * against it, so it errs towards naming too many. With the export's ARN, only statements that cover it can read.
 */
export function outsideGrants(
  bucket: Pick<BucketFacts, 'policy' | 'acl'>,
  perimeter: Perimeter,
  objectArn?: string,
): { statements: OutsideStatement[]; grants: OutsideGrant[] } {
  const ownerId = bucket.acl?.ownerId;
  const anywhere = (entry: PrincipalEntry) => isOutside(entry, ownerId, perimeter);
  const statements = (bucket.policy?.Statement ?? []).flatMap((statement): OutsideStatement[] => {
    if (statement.Effect !== 'Allow') return [];
    const lends = allows(statement, [...reads, ...changes]);
    const outside = (entry: PrincipalEntry) => anywhere(entry) || (lends && servesOthers(entry, perimeter));
    // "Everybody but": nobody outside is named, and everybody outside is meant.
    const inverted = statement.NotPrincipal !== undefined;
    const who = inverted
      ? ['*']
      : principalsOf(statement.Principal)
          .filter(outside)
          .map(({ id }) => id);
    const limit = who.length === 0 ? 'inside' : limitOf(statement, perimeter);
    if (limit === 'inside') return [];
    const conditioned = limit === 'conditioned';
    return [
      {
        statement,
        who: [...new Set(who)],
        canRead: allows(statement, reads) && covers(statement, objectArn),
        canChangeAccess: allows(statement, changes),
        public: who.includes('*') && !conditioned,
        conditioned,
        narrowed: inverted ? null : withoutPrincipals(statement, outside),
      },
    ];
  });
  const grants = (bucket.acl?.grants ?? []).flatMap((grant): OutsideGrant[] => {
    const { grantee, permission } = grant;
    const canRead = permission === 'READ' || permission === 'FULL_CONTROL';
    if (grantee.type === 'Group') {
      const group = grantee.uri?.split('/').at(-1) ?? '';
      // The third group, LogDelivery, is AWS writing access logs.
      return publicGroups.includes(group) ? [{ grant, who: group, canRead, public: true }] : [];
    }
    const id = grantee.id ?? grantee.email ?? 'unknown';
    const type = grantee.type === 'CanonicalUser' ? 'CanonicalUser' : 'AWS';
    return anywhere({ type, id }) ? [{ grant, who: id, canRead, public: false }] : [];
  });
  return { statements, grants };
}

export interface ServiceStatement {
  statement: Statement;
  /** The same statement without the export service; null: nobody else is in it. */
  narrowed: Statement | null;
}

/**
 * What lets the export service write into the bucket (S101, S113): policy statements for its canonical id, its service
 * principal or the historical e-mail address, and ACL grants.
 */
export function serviceGrants(
  bucket: Pick<BucketFacts, 'policy' | 'acl'>,
  perimeter: Perimeter,
): { statements: ServiceStatement[]; grants: AclGrant[] } {
  const service = (entry: PrincipalEntry) => isService(entry, perimeter);
  return {
    statements: (bucket.policy?.Statement ?? [])
      .filter((statement) => statement.Effect === 'Allow' && principalsOf(statement.Principal).some(service))
      .map((statement) => ({ statement, narrowed: withoutPrincipals(statement, service) })),
    grants: (bucket.acl?.grants ?? []).filter(({ grantee }) =>
      service({
        type: grantee.type === 'CanonicalUser' ? 'CanonicalUser' : 'AWS',
        id: grantee.id ?? grantee.email ?? '',
      }),
    ),
  };
}

/** Why the bucket's policy or ACL is not known, or null. A missing policy is an answer; one that was refused is not. */
export function accessGap(bucket: BucketFacts | null): string | null {
  if (!bucket) return 'the bucket was not read';
  return policyGap(bucket) ?? aclGap(bucket);
}
/** Why it is not known whose the bucket is, or null. */
export function ownerGap({ ownedByAccount, gaps }: BucketFacts): string | null {
  const gap = gaps.find(({ what }) => what === 'bucket owner' || what === 'bucket');
  return ownedByAccount === 'unknown' && gap ? gap.why : null;
}
export function policyGap(bucket: BucketFacts): string | null {
  const gap = bucket.gaps.find(({ what }) => /policy/i.test(what) && !/status/i.test(what));
  return bucket.policy === null && gap ? `${gap.what}: ${gap.why}` : null;
}
export function aclGap(bucket: BucketFacts): string | null {
  if (bucket.acl) return null;
  const gap = bucket.gaps.find(({ what }) => /acl/i.test(what));
  return gap ? `${gap.what}: ${gap.why}` : 'the bucket ACL was not read';
}
