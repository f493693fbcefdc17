import { GetBucketAclCommand, GetBucketPolicyCommand, type Grant, type S3Client } from '@aws-sdk/client-s3';
import { conditionsHold } from './policy-conditions.ts';
import { matchesPattern } from './pattern.ts';
import { vmExportCanonicalId } from './vm-export-canonical-ids.ts';

type OneOrMany = string | string[];

interface Statement {
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, OneOrMany>;
  NotPrincipal?: '*' | Record<string, OneOrMany>;
  Action?: OneOrMany;
  NotAction?: OneOrMany;
  Resource?: OneOrMany;
  NotResource?: OneOrMany;
  Condition?: Record<string, Record<string, OneOrMany>>;
}

export interface ExportTarget {
  bucket: string;
  key: string;
  region: string;
  owner: string;
}

/**
 * Why VM Export may not write there, or undefined if it may: it needs s3:GetBucketAcl on the bucket and s3:PutObject
 * on the key, each from the bucket policy or from the ACL, and an explicit Deny wins over both.
 */
export async function serviceRefusal(s3: S3Client, target: ExportTarget): Promise<string | undefined> {
  const statements = await bucketPolicy(s3, target.bucket);
  const { Grants = [] } = await s3.send(new GetBucketAclCommand({ Bucket: target.bucket }));
  const bucketArn = `arn:aws:s3:::${target.bucket}`;

  const needs = [
    { action: 's3:GetBucketAcl', resource: bucketArn, permission: 'READ_ACP' },
    { action: 's3:PutObject', resource: `${bucketArn}/${target.key}`, permission: 'WRITE' },
  ];
  for (const { action, resource, permission } of needs) {
    const applying = statements.filter((statement) => applies(statement, action, resource, target));
    if (applying.some((statement) => statement.Effect === 'Deny')) return `the bucket policy denies ${action}`;
    const allowed = applying.length > 0 || hasGrant(Grants, vmExportCanonicalId(target.region), permission);
    if (!allowed) return `neither bucket policy nor ACL grants ${action}`;
  }
  return undefined;
}

async function bucketPolicy(s3: S3Client, bucket: string): Promise<Statement[]> {
  try {
    const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    const { Statement: statements = [] } = JSON.parse(Policy) as { Statement?: Statement | Statement[] };
    return Array.isArray(statements) ? statements : [statements];
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'NoSuchBucketPolicy') return [];
    throw cause;
  }
}

function hasGrant(grants: readonly Grant[], canonicalId: string, permission: string): boolean {
  return grants.some(({ Grantee, Permission }) => {
    return Grantee?.ID === canonicalId && (Permission === permission || Permission === 'FULL_CONTROL');
  });
}

function applies(statement: Statement, action: string, resource: string, target: ExportTarget): boolean {
  const inAction = (pattern: string) => matchesPattern(action.toLowerCase(), pattern.toLowerCase());
  const inResource = (pattern: string) => matchesPattern(resource, pattern);
  return (
    namesService(statement, vmExportCanonicalId(target.region)) &&
    (statement.Action === undefined || many(statement.Action).some(inAction)) &&
    (statement.NotAction === undefined || !many(statement.NotAction).some(inAction)) &&
    (statement.Resource === undefined || many(statement.Resource).some(inResource)) &&
    (statement.NotResource === undefined || !many(statement.NotResource).some(inResource)) &&
    conditionsHold(statement.Condition, requestKeys(target))
  );
}

function namesService({ Principal, NotPrincipal }: Statement, canonicalId: string): boolean {
  const names = (principal: Statement['Principal']): boolean =>
    principal === '*' ||
    many(principal?.['AWS'] ?? []).includes('*') ||
    many(principal?.['CanonicalUser'] ?? []).includes(canonicalId);
  return NotPrincipal === undefined ? names(Principal) : !names(NotPrincipal);
}

/**
 * The condition keys of the service's own requests. ASSUMPTIONS, not documented by AWS: VM Export writes as a canonical
 * user, not as a service principal. So it carries no aws:PrincipalArn (a negated condition on that key hits it), it is
 * no AWS service for aws:PrincipalIsAWSService (exempting services does not exempt it), and there is no
 * aws:SourceArn. That it hands the object to the bucket's owner follows from the ownership setting it asks for.
 */
function requestKeys(target: ExportTarget): Record<string, string> {
  return {
    'aws:principalisawsservice': 'false',
    'aws:viaawsservice': 'false',
    'aws:securetransport': 'true',
    'aws:requestedregion': target.region,
    'aws:resourceaccount': target.owner,
    's3:resourceaccount': target.owner,
    's3:x-amz-acl': 'bucket-owner-full-control',
  };
}

function many(value: OneOrMany): string[] {
  return typeof value === 'string' ? [value] : value;
}
