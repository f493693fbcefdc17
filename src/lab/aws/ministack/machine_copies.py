"""Images and snapshots of a machine, whom they are shared with, and EBS encryption by default.

ministack has neither CreateImage, CopyImage nor CreateSnapshots, forgets what an image was made of, says of copied snapshots
which volume they came from, shares snapshots with accounts only, and knows no EBS encryption by default. Here that setting
is kept and told, and encrypts nothing.
"""

import re

import ministack.services.ec2 as ec2


def snapshots_of(instance_id, description, params):
    """One snapshot of each volume, tagged as the request says, with the device that it is of."""
    attached = [
        (attachment["Device"], volume["VolumeId"])
        for volume in ec2._volumes.values()
        for attachment in volume["Attachments"]
        if attachment["InstanceId"] == instance_id
    ]
    made = []
    for device, volume_id in attached:
        reply = ec2._create_snapshot({"VolumeId": volume_id, "Description": description})
        snapshot_id = re.search(rb"<snapshotId>(snap-[0-9a-f]+)</snapshotId>", reply[2])[1].decode()
        ec2._parse_tag_specs(params, "snapshot", snapshot_id)
        made.append((device, snapshot_id))
    return made


def no_instance(instance_id):
    return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist", 400)


def create_snapshots(params):
    instance_id = ec2._p(params, "InstanceSpecification.InstanceId")
    if not ec2._instances.get(instance_id):
        return no_instance(instance_id)
    made = snapshots_of(instance_id, ec2._p(params, "Description") or "", params)
    items = "".join(f"<item>{ec2._snapshot_inner_xml(ec2._snapshots[snapshot_id])}</item>" for _, snapshot_id in made)
    return ec2._xml(200, "CreateSnapshotsResponse", f"<snapshotSet>{items}</snapshotSet>")


def registered(name, mappings, origin):
    params = {"Name": name, "Architecture": "x86_64", "VirtualizationType": "hvm"}
    for number, (device, snapshot_id) in enumerate(mappings, 1):
        params[f"BlockDeviceMapping.{number}.DeviceName"] = device
        params[f"BlockDeviceMapping.{number}.Ebs.SnapshotId"] = snapshot_id
    reply = ec2._register_image(params)
    image = re.search(rb"<imageId>(ami-[0-9a-f]+)</imageId>", reply[2])
    if image:
        ec2._images[image[1].decode()].update(origin)
    return image, reply


def create_image(params):
    instance_id = ec2._p(params, "InstanceId")
    if not ec2._instances.get(instance_id):
        return no_instance(instance_id)
    made = snapshots_of(instance_id, f"Created by CreateImage({instance_id})", params)
    image, reply = registered(ec2._p(params, "Name"), made, {"LabSourceInstanceId": instance_id})
    return ec2._xml(200, "CreateImageResponse", f"<imageId>{image[1].decode()}</imageId>") if image else reply


def copy_snapshot(params):
    reply = ec2._copy_snapshot(params)
    copy = re.search(rb"<snapshotId>(snap-[0-9a-f]+)</snapshotId>", reply[2])
    if copy:
        # AWS gives copies a volume that means nothing, and whom the source is shared with stays with the source.
        ec2._snapshots[copy[1].decode()].update({"VolumeId": "vol-ffffffff", "CreateVolumePermissions": []})
    return reply


def copy_image(params):
    source_id = ec2._p(params, "SourceImageId")
    source = ec2._images.get(source_id)
    if not source:
        return ec2._error("InvalidAMIID.NotFound", f"The image id '[{source_id}]' does not exist", 400)
    copies = []
    for mapping in source["BlockDeviceMappings"]:
        reply = copy_snapshot({"SourceSnapshotId": mapping["Ebs"]["SnapshotId"]})
        copy = re.search(rb"<snapshotId>(snap-[0-9a-f]+)</snapshotId>", reply[2])[1].decode()
        copies.append((mapping["DeviceName"], copy))
    image, reply = registered(ec2._p(params, "Name"), copies, {"LabSourceImageId": source_id})
    return ec2._xml(200, "CopyImageResponse", f"<imageId>{image[1].decode()}</imageId>") if image else reply


_image_matches_filters = ec2._image_matches_filters


def image_matches_filters(view, filters):
    image = ec2._images.get(view["ImageId"]) or {}
    own = {
        "source-instance-id": [image.get("LabSourceInstanceId")],
        "source-image-id": [image.get("LabSourceImageId")],
        "block-device-mapping.snapshot-id": [
            (mapping.get("Ebs") or {}).get("SnapshotId") for mapping in view["BlockDeviceMappings"]
        ],
    }
    if any(name in filters and not set(values) & set(filters[name]) for name, values in own.items()):
        return False
    return _image_matches_filters(view, {name: values for name, values in filters.items() if name not in own})


_describe_images = ec2._describe_images


def describe_images(params):
    status, headers, body = _describe_images(params)
    found = set(re.findall(rb"<imageId>(ami-[0-9a-f]+)</imageId>", body))
    unknown = [image_id for image_id in ec2._parse_member_list(params, "ImageId") if image_id.encode() not in found]
    if status == 200 and unknown:
        return ec2._error("InvalidAMIID.NotFound", f"The image id '[{unknown[0]}]' does not exist", 400)
    return status, headers, re.sub(rb"<imageId>(ami-[0-9a-f]+)</imageId>", with_origin, body)


def with_origin(found):
    image = ec2._images.get(found[1].decode()) or {}
    known = {
        "sourceInstanceId": image.get("LabSourceInstanceId"),
        "sourceImageId": image.get("LabSourceImageId"),
        "creationDate": image.get("CreationDate"),
    }
    return found[0] + "".join(f"<{name}>{value}</{name}>" for name, value in known.items() if value).encode()


def no_snapshot(snapshot_id):
    return ec2._error("InvalidSnapshot.NotFound", f"The snapshot '{snapshot_id}' does not exist.", 400)


def permissions_in(params, change):
    """`CreateVolumePermission.Add.1.UserId` and the like."""
    permissions = []
    while True:
        prefix = f"CreateVolumePermission.{change}.{len(permissions) + 1}"
        user, group = ec2._p(params, f"{prefix}.UserId"), ec2._p(params, f"{prefix}.Group")
        if not user and not group:
            return permissions
        permissions.append({"UserId": user} if user else {"Group": group})


def modify_snapshot_attribute(params):
    snapshot_id = ec2._p(params, "SnapshotId")
    snapshot = ec2._snapshots.get(snapshot_id)
    if not snapshot:
        return no_snapshot(snapshot_id)
    added, removed = permissions_in(params, "Add"), permissions_in(params, "Remove")
    if added and removed:
        message = "Permissions can be added or removed, not both in one call."
        return ec2._error("InvalidParameterCombination", message, 400)
    permissions = snapshot.setdefault("CreateVolumePermissions", [])
    permissions.extend(permission for permission in added if permission not in permissions)
    permissions[:] = [permission for permission in permissions if permission not in removed]
    return ec2._xml(200, "ModifySnapshotAttributeResponse", "<return>true</return>")


def describe_snapshot_attribute(params):
    snapshot_id = ec2._p(params, "SnapshotId")
    snapshot = ec2._snapshots.get(snapshot_id)
    if not snapshot:
        return no_snapshot(snapshot_id)
    items = "".join(
        f"<item><userId>{permission['UserId']}</userId></item>"
        if "UserId" in permission
        else f"<item><group>{permission['Group']}</group></item>"
        for permission in snapshot.get("CreateVolumePermissions", [])
    )
    inner = f"<snapshotId>{snapshot_id}</snapshotId><createVolumePermission>{items}</createVolumePermission>"
    return ec2._xml(200, "DescribeSnapshotAttributeResponse", inner)


_encryption = ec2.AccountRegionScopedDict()


def encryption_reply(operation):
    on = "true" if _encryption.get("by-default") else "false"
    return ec2._xml(200, f"{operation}Response", f"<ebsEncryptionByDefault>{on}</ebsEncryptionByDefault>")


def encrypt_by_default(operation, on):
    def handle(_params):
        _encryption["by-default"] = on
        return encryption_reply(operation)

    return handle


ec2._image_matches_filters = image_matches_filters
ec2._ACTION_MAP.update(
    {
        "CreateSnapshots": create_snapshots,
        "CreateImage": create_image,
        "CopyImage": copy_image,
        "CopySnapshot": copy_snapshot,
        "DescribeImages": describe_images,
        "ModifySnapshotAttribute": modify_snapshot_attribute,
        "DescribeSnapshotAttribute": describe_snapshot_attribute,
        "GetEbsEncryptionByDefault": lambda _params: encryption_reply("GetEbsEncryptionByDefault"),
        "EnableEbsEncryptionByDefault": encrypt_by_default("EnableEbsEncryptionByDefault", True),
        "DisableEbsEncryptionByDefault": encrypt_by_default("DisableEbsEncryptionByDefault", False),
    }
)
