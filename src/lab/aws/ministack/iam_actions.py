"""IAM actions that ministack lacks."""

import ministack.services.iam as iam


def set_default_policy_version(params):
    arn, version_id = iam._p(params, "PolicyArn"), iam._p(params, "VersionId")
    policy = iam._policies.get(arn)
    if not policy or version_id not in policy["Versions"]:
        message = f"Policy {arn} version {version_id} does not exist or is not attachable."
        return iam._error(404, "NoSuchEntity", message, ns="iam")
    for version in policy["Versions"].values():
        version["IsDefaultVersion"] = version["VersionId"] == version_id
    policy["DefaultVersionId"] = version_id
    return iam._xml(200, "SetDefaultPolicyVersionResponse", "", ns="iam")


iam._IAM_HANDLERS["SetDefaultPolicyVersion"] = set_default_policy_version
