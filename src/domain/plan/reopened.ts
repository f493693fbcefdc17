import { credentialKind } from '../acts/standing-of-service-credential.ts';
import type {
  EditBucketPolicy,
  PutInlinePolicy,
  ReplaceBucketAcl,
  SetAccessPointPolicy,
  SetBucketReplication,
  SetSharing,
  SetTrustPolicy,
} from '../acts/acts.ts';
import { granteeWords } from '../findings/copies.ts';
import { canonicalJson } from '../digest.ts';
import type { InverseInput } from '../acts/invert.ts';
import { destinationOf, destinationWords } from '../policy/replication.ts';
import { strings, type PolicyDocument, type Statement } from '../policy/policy-document.ts';
import type { AclGrant } from '../findings/bucket-facts.ts';

/** What an undo opens again, one line each: whoever approves it has to see that. */
export function reopened(inverse: InverseInput): string[] {
  switch (inverse.act) {
    case 'editBucketPolicy':
      return [...inverse.remove.flatMap((one) => deny(one, 'denies no longer')), ...put(inverse)];
    case 'replaceBucketAcl':
      return grants(inverse);
    case 'setPublicAccessBlock':
      return [`policy and ACL of bucket ${inverse.bucket} may let everybody in again, where they do`];
    case 'setBucketOwnership':
      return [`bucket ${inverse.bucket} takes ACLs again: ${inverse.after ?? 'no setting'}`];
    case 'setBucketReplication':
      return replicated(inverse);
    case 'setAccessPointPolicy':
      return [accessPoint(inverse)];
    case 'setAccessKeyStatus':
      return inverse.keys.map(
        ({ accessKeyId, after }) =>
          `key ${accessKeyId} of user ${inverse.userName} ${after === 'Active' ? 'works again' : 'stops working'}`,
      );
    case 'setServiceCredentialStatus':
      return [
        `${credentialKind(inverse.kind).words} ${inverse.credentialId} of user ${inverse.userName} ${inverse.after === 'Active' ? 'works again' : 'stops working'}`,
      ];
    case 'putInlinePolicy':
      return [inline(inverse)];
    case 'setTrustPolicy':
      return trusted(inverse);
    case 'setManagedPolicy':
      return [`whoever has policy ${inverse.policyArn} may do what it allowed before`];
    case 'putEventRule':
      return [
        `rule ${inverse.ruleName} ${inverse.after ? 'watches as it did before' : 'is gone and watches no longer'}`,
      ];
    case 'setSharing':
      return shares(inverse);
    case 'setEbsEncryptionDefault':
      return [`new EBS volumes in ${inverse.region} are ${inverse.after ? '' : 'no longer '}encrypted by default`];
    case 'setAccountScp':
      return [
        `account ${inverse.targetAccount} ${inverse.after ? 'is bound again by' : 'may do again what is denied by'} service control policy ${inverse.policyName}`,
      ];
    case 'putConfigRule':
      return [
        `AWS Config rule ${inverse.ruleName} ${inverse.after ? 'checks as it did before' : 'is gone and checks no longer'}`,
      ];
  }
}

const named = ({ Sid }: Statement): string =>
  typeof Sid === 'string' && Sid !== '' ? `statement ${Sid}` : 'a statement without Sid';

const deny = (statement: Statement, how: string): string[] =>
  statement.Effect === 'Deny'
    ? [
        `${named(statement)} ${how}: ${strings(statement.Action).join(', ')} on ${strings(statement.Resource).join(', ')}`,
      ]
    : [];

const put = ({ add }: EditBucketPolicy): string[] =>
  add.flatMap((statement) =>
    statement.Effect === 'Allow'
      ? [`${named(statement)} lets ${principals(statement).join(', ')} in again`]
      : deny(statement, 'denies again'),
  );

function principals({ Principal }: Statement): string[] {
  if (typeof Principal === 'object' && Principal !== null && !Array.isArray(Principal)) {
    return Object.values(Principal).flatMap(strings);
  }
  return Principal === '*' ? ['everybody'] : ['whom it names'];
}

function grants({ bucket, before, after }: ReplaceBucketAcl): string[] {
  const difference = (some: AclGrant[], others: AclGrant[]) => {
    const known = new Set(others.map((grant) => canonicalJson(grant)));
    return some.filter((grant) => !known.has(canonicalJson(grant)));
  };
  const line = (how: string) => (grant: AclGrant) =>
    `${grant.grantee.uri ?? grant.grantee.id ?? grant.grantee.email ?? 'a grantee'} ${how} ${grant.permission} on bucket ${bucket}`;
  return [
    ...difference(after.grants, before.grants).map(line('has again')),
    ...difference(before.grants, after.grants).map(line('loses')),
  ];
}

const accessPoint = ({ accessPoint, bucket, after }: SetAccessPointPolicy): string =>
  after
    ? `access point ${accessPoint} of bucket ${bucket} lets in whom its policy let in before: ${after.Statement.flatMap(principals).join(', ')}`
    : `access point ${accessPoint} of bucket ${bucket} has no policy again`;

/** Rules stand in the same order before and after: the plan changes nothing but their status. */
const replicated = ({ bucket, before, after }: SetBucketReplication): string[] =>
  after.Rules.filter((rule, at) => rule.Status !== before.Rules[at]?.Status).map(
    (rule) =>
      `bucket ${bucket} ${rule.Status === 'Enabled' ? 'copies again' : 'copies no longer'} to ${destinationWords(destinationOf(rule))}`,
  );

function trusted({ roleName, before, after }: SetTrustPolicy): string[] {
  const all = ({ Statement }: PolicyDocument) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => principals(statement));
  const known = new Set(all(before));
  const again = [...new Set(all(after))].filter((principal) => !known.has(principal));
  return [
    again.length > 0
      ? `${again.join(', ')} may assume role ${roleName} again`
      : `role ${roleName} may be assumed as it was before`,
  ];
}

function inline({ holder: { type, name }, policyName, before, after }: PutInlinePolicy): string {
  const who = `${type} ${name}`;
  if (after) return `${who} has inline policy ${policyName} as it was before`;
  const onlyDenies = before?.Statement.every(({ Effect }) => Effect === 'Deny') ?? false;
  return `${who} ${onlyDenies ? 'may do again what' : 'loses what'} inline policy ${policyName} ${onlyDenies ? 'denies' : 'allows'}`;
}

const shares = ({ resource: { type, id }, before, after }: SetSharing): string[] => [
  ...after
    .filter((who) => !before.includes(who))
    .map((who) => `${granteeWords(who)} may use ${type} ${id} again, and copy it`),
  ...before.filter((who) => !after.includes(who)).map((who) => `${granteeWords(who)} loses ${type} ${id}`),
];
