"""EC2 actions that ministack lacks or cuts short."""

import re

import ministack.services.ec2 as ec2

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
    attribute = ec2._p(params, "Attribute")
    if not instance or attribute not in ("disableApiTermination", "userData"):
        return _describe_instance_attribute(params)
    if attribute == "userData":
        text = instance.get("UserData", "")
        value = f"<value>{ec2._esc(text)}</value>" if text else ""
        inner = f"<instanceId>{instance_id}</instanceId><userData>{value}</userData>"
        return ec2._xml(200, "DescribeInstanceAttributeResponse", inner)
    value = instance.get("LabDisableApiTermination", "false")
    inner = f"<disableApiTermination><value>{value}</value></disableApiTermination>"
    return ec2._xml(200, "DescribeInstanceAttributeResponse", f"<instanceId>{instance_id}</instanceId>{inner}")


ec2._ACTION_MAP["ModifyInstanceAttribute"] = modify_instance_attribute
ec2._ACTION_MAP["DescribeInstanceAttribute"] = describe_instance_attribute

# RunInstances ignores the block device mapping: an encrypted volume decides whether an instance can be exported.

_run_instances = ec2._ACTION_MAP["RunInstances"]


def run_instances(params):
    reply = _run_instances(params)
    if ec2._p(params, "BlockDeviceMapping.1.Ebs.Encrypted") == "true":
        for instance_id in re.findall(rb"<instanceId>(i-[0-9a-f]+)</instanceId>", reply[2]):
            for mapping in ec2._instances[instance_id.decode()]["BlockDeviceMappings"]:
                ec2._volumes[mapping["Ebs"]["VolumeId"]]["Encrypted"] = True
    return reply


ec2._ACTION_MAP["RunInstances"] = run_instances

# TerminateInstances leaves the volumes attached to what is no more.

_terminate_instances = ec2._ACTION_MAP["TerminateInstances"]


def terminate_instances(params):
    reply = _terminate_instances(params)
    ended = set(ec2._parse_member_list(params, "InstanceId")) if reply[0] == 200 else set()
    for volume_id, volume in list(ec2._volumes.items()):
        attached = [each for each in volume["Attachments"] if each["InstanceId"] in ended]
        if any(each["DeleteOnTermination"] for each in attached):
            del ec2._volumes[volume_id]
        elif attached:
            volume.update({"Attachments": [], "State": "available"})
    return reply


ec2._ACTION_MAP["TerminateInstances"] = terminate_instances
