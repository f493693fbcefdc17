"""Starts ministack with the corrections that only work from inside it.

Every patch below replaces a behaviour in which ministack 1.5.33 differs from AWS and which decides whether a
containment step works. What can be added from outside lives in the TypeScript proxy.
"""

import contextvars
import os
import re
import sys
import threading
from contextlib import contextmanager
from urllib.parse import unquote

import ministack.core.iam_evaluator as iam
import ministack.services.ec2 as ec2
import ministack.services.s3 as s3
from ministack.app import main
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.core.router import extract_access_key_id


def die_with_parent():
    """The lab holds our standard input open: its end means that the lab is gone, even when it was killed."""

    def wait():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


# --- The caller: needed where ministack keeps only the caller's account ------------------------------------------

_caller = contextvars.ContextVar("lab_caller", default=None)
_pin_request_caller = iam.pin_request_caller


def pin_request_caller(headers, query_params=None):
    _pin_request_caller(headers, query_params)
    access_key = extract_access_key_id(headers or {}, query_params or {})
    principal = iam.resolve_principal(access_key, get_account_id()) if access_key else None
    _caller.set(None if isinstance(principal, iam.AuthError) else principal)
    # AWS is reached over TLS: without this, the usual "deny unless aws:SecureTransport" would refuse everything here.
    address = (headers or {}).get("x-lab-source-ip") or iam._request_origin.get()[0]
    iam._request_origin.set((address, True))


iam.pin_request_caller = pin_request_caller

# --- aws:PrincipalArn of a role session is the role's ARN, not the session's --------------------------------------

_resolve_condition_key = iam._resolve_condition_key


def resolve_condition_key(key, ctx):
    if key.lower() == "aws:principalarn" and ctx.principal_type == "AssumedRole":
        from ministack.services import iam as iam_service

        name = iam._role_name_from_assumed_arn(ctx.principal_arn)
        role = iam_service._roles.get_scoped(ctx.principal_account, None, name) or {}
        return role.get("Arn") or f"arn:aws:iam::{ctx.principal_account}:role/{name}"
    return _resolve_condition_key(key, ctx)


iam._resolve_condition_key = resolve_condition_key

# --- A bucket policy judges a caller from another account as the principal it is ----------------------------------
# ministack evaluates such callers as their account's root: a statement that names a role never matched, a Deny with
# ArnNotLike aws:PrincipalArn always did, and an ACL grant won over an explicit Deny.

_foreign_bucket_allows = s3._foreign_bucket_allows


def foreign_bucket_allows(owner, bucket, key, method, query_params, caller, headers=None):
    principal = _caller.get()
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

# --- Copies from a bucket of another account, and their checksums -------------------------------------------------
# Both access checks have passed when these run (_apply_bucket_scope and the extra GetObject check), but the source
# is looked up in the destination's account only. The handlers are synchronous, so showing them the source under the
# destination's account for the length of the call is not visible to any other request.


@contextmanager
def copy_source_visible(headers):
    bucket, _, key = unquote(headers.get("x-amz-copy-source", "").split("?")[0]).lstrip("/").partition("/")
    owner, here = s3._bucket_owner_account(bucket), get_account_id()
    if owner is None or owner == here:
        yield
        return
    shown = []
    for store in (s3._buckets, s3._object_versions, s3._object_tags):
        for account, name in list(store._data):
            wanted = name == bucket if store is s3._buckets else tuple(name)[:2] == (bucket, key)
            if account == owner and wanted:
                store._data[(here, name)] = store._data[(account, name)]
                shown.append((store, (here, name)))
    try:
        yield
    finally:
        for store, name in shown:
            store._data.pop(name, None)


_copy_object, _upload_part_copy = s3._copy_object, s3._upload_part_copy


def copy_object(bucket, key, headers):
    # ministack reads the header of PutObject only; CopyObject names its algorithm in x-amz-checksum-algorithm.
    algorithm = headers.get("x-amz-checksum-algorithm", "").upper()
    if algorithm:
        headers = {**headers, "x-amz-sdk-checksum-algorithm": algorithm}
    with copy_source_visible(headers):
        status, reply_headers, body = _copy_object(bucket, key, headers)
    if status == 200:
        checksums = s3._buckets[bucket]["objects"][key].get("checksums") or {}
        body = with_checksums(body, "CopyObjectResult", checksums)
    return status, reply_headers, body


def upload_part_copy(bucket, key, query_params, headers):
    with copy_source_visible(headers):
        status, reply_headers, body = _upload_part_copy(bucket, key, query_params, headers)
    if status == 200:
        upload = s3._multipart_uploads[s3._qp(query_params, "uploadId")]
        part = upload["parts"][int(s3._qp(query_params, "partNumber", "1"))]
        part["checksums"], _ = s3._resolve_part_checksums(part["body"], {}, upload)
        body = with_checksums(body, "CopyPartResult", part["checksums"])
    return status, reply_headers, body


def with_checksums(body, element, checksums):
    inner = "".join(f"<Checksum{name}>{value}</Checksum{name}>" for name, value in checksums.items())
    return body.replace(f"</{element}>".encode(), f"{inner}</{element}>".encode())


s3._copy_object, s3._upload_part_copy = copy_object, upload_part_copy

# --- GetBucketPolicyStatus: answered with a listing ---------------------------------------------------------------

_dispatch = s3._dispatch


def dispatch(method, bucket, key, headers, body, query_params):
    if method == "GET" and bucket and not key and "policyStatus" in query_params:
        policy = s3._bucket_policies.get(bucket)
        if bucket not in s3._buckets:
            return s3._no_such_bucket(bucket)
        if not policy:
            return s3._error("NoSuchBucketPolicy", "The bucket policy does not exist", 404, f"/{bucket}")
        public = str(s3._policy_is_public(policy)).lower()
        xml = f'<?xml version="1.0"?><PolicyStatus xmlns="{s3.S3_NS}"><IsPublic>{public}</IsPublic></PolicyStatus>'
        return 200, {"Content-Type": "application/xml"}, xml.encode()
    return _dispatch(method, bucket, key, headers, body, query_params)


s3._dispatch = dispatch

# --- ModifyInstanceAttribute: missing -----------------------------------------------------------------------------

_describe_instance_attribute = ec2._ACTION_MAP["DescribeInstanceAttribute"]


def modify_instance_attribute(params):
    instance_id = ec2._p(params, "InstanceId")
    instance = ec2._instances.get(instance_id)
    if not instance:
        return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist", 400)
    groups = ec2._parse_member_list(params, "GroupId")
    unknown = next((group for group in groups if group not in ec2._security_groups), None)
    if unknown:
        return ec2._error("InvalidGroup.NotFound", f"The security group '{unknown}' does not exist", 400)
    if groups:
        instance["SecurityGroups"] = [
            {"GroupId": group, "GroupName": ec2._security_groups[group]["GroupName"]} for group in groups
        ]
    if ec2._p(params, "DisableApiTermination.Value"):
        instance["LabDisableApiTermination"] = ec2._p(params, "DisableApiTermination.Value")
    return ec2._xml(200, "ModifyInstanceAttributeResponse", "<return>true</return>")


def describe_instance_attribute(params):
    instance_id = ec2._p(params, "InstanceId")
    instance = ec2._instances.get(instance_id)
    if not instance or ec2._p(params, "Attribute") != "disableApiTermination":
        return _describe_instance_attribute(params)
    value = instance.get("LabDisableApiTermination", "false")
    inner = f"<disableApiTermination><value>{value}</value></disableApiTermination>"
    return ec2._xml(200, "DescribeInstanceAttributeResponse", f"<instanceId>{instance_id}</instanceId>{inner}")


ec2._ACTION_MAP["ModifyInstanceAttribute"] = modify_instance_attribute
ec2._ACTION_MAP["DescribeInstanceAttribute"] = describe_instance_attribute

# --- RunInstances ignores the block device mapping: an encrypted volume decides whether an instance can be exported --

_run_instances = ec2._ACTION_MAP["RunInstances"]


def run_instances(params):
    reply = _run_instances(params)
    if ec2._p(params, "BlockDeviceMapping.1.Ebs.Encrypted") == "true":
        for instance_id in re.findall(rb"<instanceId>(i-[0-9a-f]+)</instanceId>", reply[2]):
            for mapping in ec2._instances[instance_id.decode()]["BlockDeviceMappings"]:
                ec2._volumes[mapping["Ebs"]["VolumeId"]]["Encrypted"] = True
    return reply


ec2._ACTION_MAP["RunInstances"] = run_instances

if __name__ == "__main__":
    die_with_parent()
    main()
