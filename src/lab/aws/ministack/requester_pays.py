"""Requester Pays: who reads or writes objects of another account's bucket has to offer to pay.

ministack keeps the setting and asks nobody. Only the bucket's own account pays unasked.
"""

import ministack.services.s3 as s3
from principals import caller

_dispatch = s3._dispatch


def dispatch(method, bucket, key, headers, body, query_params):
    offered = {name.lower(): value for name, value in headers.items()}.get("x-amz-request-payer") == "requester"
    lists = method == "GET" and not (set(query_params) - {"list-type", "prefix", "start-after", "versions", "max-keys"})
    if bucket and (key or lists) and not offered:
        owner = s3._bucket_owner_account(bucket)
        setting = owner and s3._bucket_request_payment_config.get_scoped(owner, None, bucket)
        principal = caller.get()
        if setting and "<Payer>Requester</Payer>" in setting and (principal is None or principal.account != owner):
            return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
    return _dispatch(method, bucket, key, headers, body, query_params)


s3._dispatch = dispatch
