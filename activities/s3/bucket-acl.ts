import type { AccessControlPolicy, GetBucketAclCommandOutput, Grant, Permission } from '@aws-sdk/client-s3';
import { given } from '../aws/given.ts';
import type { AclGrant, BucketAcl } from '../../src/domain/findings/bucket-facts.ts';

/** Display names are left out: they are gone from new answers, and an ACL is compared without them. */
const grantOf = ({ Grantee, Permission }: Grant): AclGrant => ({
  grantee: {
    type: Grantee?.Type ?? 'CanonicalUser',
    ...given({ id: Grantee?.ID, uri: Grantee?.URI, email: Grantee?.EmailAddress }),
  },
  permission: Permission ?? '',
});

export const aclFacts = ({ Owner, Grants }: GetBucketAclCommandOutput): BucketAcl => ({
  ownerId: Owner?.ID ?? '',
  grants: (Grants ?? []).map(grantOf),
});

export const aclRequest = ({ ownerId, grants }: BucketAcl): AccessControlPolicy => ({
  Owner: { ID: ownerId },
  Grants: grants.map(({ grantee, permission }) => ({
    Grantee: { Type: grantee.type, ID: grantee.id, URI: grantee.uri, EmailAddress: grantee.email },
    Permission: permission as Permission,
  })),
});

const publicGroups = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;
export const isPublicGrant = ({ grantee }: AclGrant): boolean => publicGroups.test(grantee.uri ?? '');
