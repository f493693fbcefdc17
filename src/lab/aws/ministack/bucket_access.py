"""A bucket policy judges a caller from another account as the principal it is.

ministack evaluates such callers as their account's root: a statement that names a role never matched, a Deny with
ArnNotLike aws:PrincipalArn always did, and an ACL grant won over an explicit Deny.
"""

import ministack.core.iam_evaluator as iam
import ministack.services.s3 as s3
from ministack.core.responses import get_region, request_scope
from principals import caller as calling_principal

_foreign_bucket_allows = s3._foreign_bucket_allows


def foreign_bucket_allows(owner, bucket, key, method, query_params, caller, headers=None):
    principal = calling_principal.get()
    policy = s3._bucket_policies.get_scoped(owner, None, bucket)
    if policy and principal is not None and principal.account == caller:
        decision = _bucket_policy_decision(policy, owner, bucket, key, method, query_params, headers or {}, principal)
        if decision == "Deny":
            return False
        closed_to_public = s3._public_access_blocked(owner, bucket, "RestrictPublicBuckets")
        if decision == "Allow" and not (closed_to_public and s3._policy_is_public(policy)):
            return True
    return _foreign_bucket_allows(owner, bucket, key, method, query_params, caller, headers)


def _bucket_policy_decision(policy, owner, bucket, key, method, query_params, headers, principal):
    from ministack.core.iam_actions import _s3_action, s3_service_context

    path = f"/{bucket}/{key}" if key else f"/{bucket}"
    operation = _s3_action(method, path, query_params) or ("GetObject" if method in ("GET", "HEAD") else "PutObject")
    action = f"s3:{operation}"
    with request_scope(owner, get_region()):
        context = s3_service_context(action, query_params, path, headers)
    return iam.evaluate_resource_policy(
        policy,
        iam.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=f"arn:aws:s3:::{path[1:]}",
            region=get_region(),
            service_context={name.lower(): value for name, value in context.items()},
            principal_keys=principal.keys,
        ),
    ).decision


s3._foreign_bucket_allows = foreign_bucket_allows
