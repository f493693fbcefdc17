"""The organisation of the lab: who is in it, its quotas, and that service control policies bind its members.

ministack gives every account that asks an organisation of its own, without members, and keeps policies that bind nobody.
Here any account of twelve digits is a member of whoever asks, but the outsider; AWS's quotas hold; and a Deny of a policy that
is attached to an account refuses its users and roles. Its root user, which AWS binds, too, stays free: the lab sets its scenes
with it. Policies of units and of the root bind nobody here.
"""

import re
import time

import ministack.core.iam_evaluator as iam
import ministack.services.organizations as organizations
from ministack.core.responses import error_response_json, get_account_id

OUTSIDER = "333333333333"
SCP = "SERVICE_CONTROL_POLICY"
MOST_ATTACHED = 5
LONGEST = 5120

_target = organizations._target
_attach_policy = organizations._attach_policy
_create_policy = organizations._create_policy
_update_policy = organizations._update_policy
_detach_policy = organizations._detach_policy


def target(target_id):
    found = _target(target_id)
    if found[0] is None and re.fullmatch(r"\d{12}", target_id or "") and target_id != OUTSIDER:
        _join(target_id)
        return _target(target_id)
    return found


def _join(account_id):
    org, management = organizations._orgs["self"], get_account_id()
    organizations._accounts[account_id] = {
        "Id": account_id,
        "Arn": f"arn:aws:organizations::{management}:account/{org['Id']}/{account_id}",
        "Email": f"{account_id}@example.com",
        "Name": account_id,
        "Status": "ACTIVE",
        "JoinedMethod": "INVITED",
        "JoinedTimestamp": int(time.time()),
        "Path": "/",
        "_ParentId": next(iter(organizations._roots)),
    }
    attached = organizations._attachments[organizations.FULL_ACCESS_POLICY_ID]
    organizations._attachments[organizations.FULL_ACCESS_POLICY_ID] = [*attached, account_id]


def _constraint(reason, message):
    return error_response_json("ConstraintViolationException", message, 400, {"Reason": reason})


def _attached_to(target_id):
    return [policy for policy, targets in organizations._attachments.items() if target_id in targets]


def attach_policy(payload):
    organizations._ensure_org()
    attached = _attached_to(payload.get("TargetId"))
    if len(attached) >= MOST_ATTACHED and payload.get("PolicyId") not in attached:
        return _constraint(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies to the specified target.",
        )
    return _attach_policy(payload)


def detach_policy(payload):
    attached = _attached_to(payload.get("TargetId"))
    if attached == [payload.get("PolicyId")]:
        return _constraint(
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You cannot remove the last policy attached to the specified target.",
        )
    return _detach_policy(payload)


def _within_size(change):
    def checked(payload):
        if len(payload.get("Content") or "") > LONGEST:
            return _constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size.")
        return change(payload)

    return checked


organizations._target = target
organizations._DISPATCH.update(
    AttachPolicy=attach_policy,
    DetachPolicy=detach_policy,
    CreatePolicy=_within_size(_create_policy),
    UpdatePolicy=_within_size(_update_policy),
)

# What is attached binds.

_evaluate = iam.evaluate


def _scps_of(account_id):
    # Every organisation keeps its own; keys are (management account, policy id).
    for (management, policy_id), targets in list(organizations._attachments._data.items()):
        policy = organizations._policies._data.get((management, policy_id))
        if policy and policy["Type"] == SCP and account_id in targets and account_id != management:
            yield iam.parse_policy_document(policy["_Content"])


def evaluate(ctx, policies, *limits):
    for statements in _scps_of(ctx.principal_account):
        deny = iam._first_match(ctx, statements, "Deny")
        if deny:
            return iam.EvalResult("Deny", ctx.principal_arn, deny.sid, "Explicit deny by a service control policy")
    return _evaluate(ctx, policies, *limits)


iam.evaluate = evaluate
