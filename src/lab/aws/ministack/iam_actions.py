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


def _credentials(params):
    """The service-specific credentials of the user that is named, by id; None: there is no such user."""
    user = iam._users.get(iam._p(params, "UserName"))
    return None if user is None else user.setdefault("ServiceSpecificCredentials", {})


def _no_such_user(params):
    return iam._error(404, "NoSuchEntity", f"The user with name {iam._p(params, 'UserName')} cannot be found.", ns="iam")


def update_user(params):
    """Under another name a user keeps its id and everything that it has."""
    name, new_name = iam._p(params, "UserName"), iam._p(params, "NewUserName")
    user = iam._users.get(name)
    if user is None:
        return _no_such_user(params)
    if new_name in iam._users:
        return iam._error(409, "EntityAlreadyExists", f"User with name {new_name} already exists.", ns="iam")
    if new_name:
        iam._users.pop(name, None)
        user["Arn"] = user["Arn"].removesuffix(name) + new_name
        user["UserName"] = new_name
        iam._users[new_name] = user
        iam._user_inline_policies[new_name] = iam._user_inline_policies.pop(name, None) or {}
        for key in iam._access_keys.values():
            if key["UserName"] == name:
                key["UserName"] = new_name
        for group in iam._groups.values():
            group["Users"] = [new_name if member == name else member for member in group["Users"]]
    return iam._xml(200, "UpdateUserResponse", "", ns="iam")


iam._IAM_HANDLERS["UpdateUser"] = update_user


def _metadata(params, credential_id, credential):
    return (
        f"<UserName>{iam._p(params, 'UserName')}</UserName>"
        f"<ServiceSpecificCredentialId>{credential_id}</ServiceSpecificCredentialId>"
        f"<ServiceName>{credential['ServiceName']}</ServiceName>"
        f"<ServiceUserName>{credential['ServiceUserName']}</ServiceUserName>"
        f"<Status>{credential['Status']}</Status>"
        f"<CreateDate>{credential['CreateDate']}</CreateDate>"
    )


def create_service_specific_credential(params):
    credentials = _credentials(params)
    if credentials is None:
        return _no_such_user(params)
    credential_id = iam._gen_id("ACCA")
    credentials[credential_id] = {
        "ServiceName": iam._p(params, "ServiceName"),
        "ServiceUserName": f"{iam._p(params, 'UserName')}-at-{iam.get_account_id()}",
        "Status": "Active",
        "CreateDate": iam._now(),
    }
    inner = _metadata(params, credential_id, credentials[credential_id])
    inner += f"<ServicePassword>{iam._gen_id('pw')}</ServicePassword>"
    result = f"<ServiceSpecificCredential>{inner}</ServiceSpecificCredential>"
    name = "CreateServiceSpecificCredential"
    return iam._xml(200, f"{name}Response", f"<{name}Result>{result}</{name}Result>", ns="iam")


def list_service_specific_credentials(params):
    credentials = _credentials(params)
    if credentials is None:
        return _no_such_user(params)
    members = "".join(
        f"<member>{_metadata(params, credential_id, credential)}</member>"
        for credential_id, credential in credentials.items()
    )
    name = "ListServiceSpecificCredentials"
    result = f"<ServiceSpecificCredentials>{members}</ServiceSpecificCredentials><IsTruncated>false</IsTruncated>"
    return iam._xml(200, f"{name}Response", f"<{name}Result>{result}</{name}Result>", ns="iam")


def update_service_specific_credential(params):
    credentials = _credentials(params)
    if credentials is None:
        return _no_such_user(params)
    credential = credentials.get(iam._p(params, "ServiceSpecificCredentialId"))
    if credential is None:
        return iam._error(404, "NoSuchEntity", "The credential cannot be found.", ns="iam")
    credential["Status"] = iam._p(params, "Status")
    return iam._xml(200, "UpdateServiceSpecificCredentialResponse", "", ns="iam")


iam._IAM_HANDLERS["CreateServiceSpecificCredential"] = create_service_specific_credential
iam._IAM_HANDLERS["ListServiceSpecificCredentials"] = list_service_specific_credentials
iam._IAM_HANDLERS["UpdateServiceSpecificCredential"] = update_service_specific_credential


def reset_service_specific_credential(params):
    credentials = _credentials(params)
    if credentials is None:
        return _no_such_user(params)
    credential_id = iam._p(params, "ServiceSpecificCredentialId")
    if credential_id not in credentials:
        return iam._error(404, "NoSuchEntity", "The credential cannot be found.", ns="iam")
    inner = _metadata(params, credential_id, credentials[credential_id])
    inner += f"<ServicePassword>{iam._gen_id('pw')}</ServicePassword>"
    name = "ResetServiceSpecificCredential"
    result = f"<ServiceSpecificCredential>{inner}</ServiceSpecificCredential>"
    return iam._xml(200, f"{name}Response", f"<{name}Result>{result}</{name}Result>", ns="iam")


iam._IAM_HANDLERS["ResetServiceSpecificCredential"] = reset_service_specific_credential


def _uploaded(noun, plural, element, id_name, body_name, prefix):
    """Upload, list and update of what users upload: SSH public keys and signing certificates."""

    def of_user(params):
        user = iam._users.get(iam._p(params, "UserName"))
        return None if user is None else user.setdefault(plural, {})

    def described(params, item_id, item):
        return (
            f"<UserName>{iam._p(params, 'UserName')}</UserName><{id_name}>{item_id}</{id_name}>"
            f"<Status>{item['Status']}</Status><UploadDate>{item['UploadDate']}</UploadDate>"
        )

    def upload(params):
        items = of_user(params)
        if items is None:
            return _no_such_user(params)
        if not iam._p(params, body_name):
            return iam._error(400, "ValidationError", f"{body_name} is missing.", ns="iam")
        item_id = iam._gen_id(prefix)
        items[item_id] = {"Status": "Active", "UploadDate": iam._now()}
        result = f"<{element}>{described(params, item_id, items[item_id])}</{element}>"
        name = f"Upload{noun}"
        return iam._xml(200, f"{name}Response", f"<{name}Result>{result}</{name}Result>", ns="iam")

    def listed(params):
        items = of_user(params)
        if items is None:
            return _no_such_user(params)
        members = "".join(f"<member>{described(params, key, item)}</member>" for key, item in items.items())
        result = f"<{plural}>{members}</{plural}><IsTruncated>false</IsTruncated>"
        name = f"List{noun}s"
        return iam._xml(200, f"{name}Response", f"<{name}Result>{result}</{name}Result>", ns="iam")

    def update(params):
        items = of_user(params)
        if items is None:
            return _no_such_user(params)
        item = items.get(iam._p(params, id_name))
        if item is None:
            return iam._error(404, "NoSuchEntity", f"The {noun} cannot be found.", ns="iam")
        item["Status"] = iam._p(params, "Status")
        return iam._xml(200, f"Update{noun}Response", "", ns="iam")

    iam._IAM_HANDLERS[f"Upload{noun}"] = upload
    iam._IAM_HANDLERS[f"List{noun}s"] = listed
    iam._IAM_HANDLERS[f"Update{noun}"] = update


_uploaded("SSHPublicKey", "SSHPublicKeys", "SSHPublicKey", "SSHPublicKeyId", "SSHPublicKeyBody", "APKA")
_uploaded("SigningCertificate", "Certificates", "Certificate", "CertificateId", "CertificateBody", "ASCA")
