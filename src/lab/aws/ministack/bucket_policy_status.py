"""GetBucketPolicyStatus, which ministack answers with a listing."""

import ministack.services.s3 as s3

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
