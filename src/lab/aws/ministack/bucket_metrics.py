"""Request metrics of a bucket: which of its requests CloudWatch counts. ministack knows the permission and not the calls."""

import re

import ministack.services.s3 as s3

_dispatch = s3._dispatch
_configurations = {}


def dispatch(method, bucket, key, headers, body, query_params):
    if not bucket or key or "metrics" not in query_params:
        return _dispatch(method, bucket, key, headers, body, query_params)
    if s3._bucket_owner_account(bucket) is None:
        return s3._no_such_bucket(bucket)
    known = _configurations.setdefault(bucket, {})
    identifier = _first(query_params.get("id"))
    if method == "PUT":
        known[identifier] = re.sub(rb"<\?xml.*?\?>", b"", body).decode()
        return 200, {}, b""
    if method == "DELETE":
        known.pop(identifier, None)
        return 204, {}, b""
    listed = "".join(re.sub(r' xmlns="[^"]*"', "", configuration) for _, configuration in sorted(known.items()))
    answer = f'<ListMetricsConfigurationsResult xmlns="{s3.S3_NS}"><IsTruncated>false</IsTruncated>{listed}'
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{answer}</ListMetricsConfigurationsResult>'
    return 200, {"Content-Type": "application/xml"}, content.encode()


def _first(value):
    return value[0] if isinstance(value, list) else value


s3._dispatch = dispatch
