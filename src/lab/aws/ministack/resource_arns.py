"""Resources that ministack does not name when it asks IAM, so that policies which name them would never match.

A rule of the default event bus has no bus in its ARN, and most calls name the rule as `Rule`; an export task has an ARN of
its own, and the ARNs of images and snapshots name no account; a rule of AWS Config is named inside another member; the
inventory of a machine is the machine's; a policy of an organisation is attached to an account, which is what the lab asks
about where AWS asks about both.
"""

import ministack.core.iam_actions as iam_actions

_extract_resource_arn = iam_actions.extract_resource_arn


def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
    if service == "events" and not iam_actions._safe_json_field(body, "EventBusName"):
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        name = iam_actions._safe_json_field(body, "Rule")
        if operation in ("PutRule", "DescribeRule", "DeleteRule", "EnableRule", "DisableRule"):
            name = iam_actions._safe_json_field(body, "Name")
        if name:
            return f"arn:aws:events:{region}:{account_id}:rule/{name}"
    if service == "ec2":
        task = iam_actions._query_param(query_params, "ExportTaskId")
        if task:
            kind = "image" if task.startswith("export-ami-") else "instance"
            return f"arn:aws:ec2:{region}:{account_id}:export-{kind}-task/{task}"
        operation = iam_actions._query_param(query_params, "Action")
        if operation == "CreateSnapshots":
            instance = iam_actions._query_param(query_params, "InstanceSpecification.InstanceId")
            return f"arn:aws:ec2:{region}:{account_id}:instance/{instance}"
        if operation == "DescribeInstanceAttribute":
            instance = iam_actions._query_param(query_params, "InstanceId")
            return f"arn:aws:ec2:{region}:{account_id}:instance/{instance}"
        if operation in ("ModifyImageAttribute", "ModifySnapshotAttribute"):
            kind = operation[len("Modify") : -len("Attribute")]
            shared = iam_actions._query_param(query_params, f"{kind}Id")
            return f"arn:aws:ec2:{region}::{kind.lower()}/{shared}"
    if service == "ssm" and headers.get("x-amz-target", "").endswith("ListInventoryEntries"):
        instance = iam_actions._safe_json_field(body, "InstanceId")
        return f"arn:aws:ec2:{region}:{account_id}:instance/{instance}"
    if service == "config" and headers.get("x-amz-target", "").endswith("PutConfigRule"):
        name = (iam_actions._safe_json_field(body, "ConfigRule") or {}).get("ConfigRuleName", "")
        return f"arn:aws:config:{region}:{account_id}:config-rule/{name}"
    if service == "organizations":
        organisation = f"arn:aws:organizations::{account_id}"
        target = iam_actions._safe_json_field(body, "TargetId")
        policy = iam_actions._safe_json_field(body, "PolicyId")
        if target:
            return f"{organisation}:account/o-lab/{target}"
        return f"{organisation}:policy/o-lab/service_control_policy/{policy}" if policy else "*"
    return _extract_resource_arn(service, method, path, headers, body, query_params, region, account_id)


iam_actions.extract_resource_arn = extract_resource_arn
