"""Who is calling, where ministack keeps only the caller's account, and how policies see it."""

import contextvars

import ministack.core.iam_evaluator as iam
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id

# The principal behind the request that is being served, None for an unsigned one.
caller = contextvars.ContextVar("lab_caller", default=None)
_pin_request_caller = iam.pin_request_caller


def pin_request_caller(headers, query_params=None):
    _pin_request_caller(headers, query_params)
    access_key = extract_access_key_id(headers or {}, query_params or {})
    principal = iam.resolve_principal(access_key, get_account_id()) if access_key else None
    caller.set(None if isinstance(principal, iam.AuthError) else principal)
    # AWS is reached over TLS: without this, the usual "deny unless aws:SecureTransport" would refuse everything here.
    address = (headers or {}).get("x-lab-source-ip") or iam._request_origin.get()[0]
    iam._request_origin.set((address, True))


iam.pin_request_caller = pin_request_caller

# aws:PrincipalArn of a role session is the role's ARN, with its path, not the session's.

_resolve_condition_key = iam._resolve_condition_key


def resolve_condition_key(key, ctx):
    if key.lower() == "aws:principalarn" and ctx.principal_type == "AssumedRole":
        from ministack.services import iam as iam_service

        name = iam._role_name_from_assumed_arn(ctx.principal_arn)
        role = iam_service._roles.get_scoped(ctx.principal_account, None, name) or {}
        return role.get("Arn") or f"arn:aws:iam::{ctx.principal_account}:role/{name}"
    # Present in every signed request on AWS, so a plain Bool condition on them must find a value.
    if key.lower() in ("aws:principalisawsservice", "aws:viaawsservice"):
        return "false"
    return _resolve_condition_key(key, ctx)


iam._resolve_condition_key = resolve_condition_key
