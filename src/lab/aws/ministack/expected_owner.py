"""A caller may say whose bucket it expects: S3 refuses where it is somebody else's. ministack does not look."""

import ministack.services.s3 as s3

_dispatch = s3._dispatch


def dispatch(method, bucket, key, headers, body, query_params):
    expected = {name.lower(): value for name, value in headers.items()}.get("x-amz-expected-bucket-owner")
    owner = s3._bucket_owner_account(bucket) if bucket and expected else None
    if owner and owner != expected:
        return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
    return _dispatch(method, bucket, key, headers, body, query_params)


s3._dispatch = dispatch
