"""Tags and Object Lock of objects that are copied or uploaded in parts, and the size of a part.

ministack honours both for PutObject only: an upload in parts forgets the tags and the retention that it was begun with,
a copy ignores the retention that it asks for and carries over the source's, which S3 never does. HEAD of a part answers
for the whole object, and tags and retention need no permission of their own.
"""

import ministack.core.iam_actions as iam_actions
import ministack.services.s3 as s3

_additional_checks = iam_actions.s3_additional_checks


def additional_checks(method, path, headers, body, query_params):
    checks = _additional_checks(method, path, headers, body, query_params)
    bucket, _, key = path.lstrip("/").partition("/")
    resource = f"arn:aws:s3:::{bucket}/{key}"
    if key and headers.get("x-amz-tagging"):
        checks.append(("s3:PutObjectTagging", resource))
    if key and headers.get("x-amz-object-lock-mode"):
        checks.append(("s3:PutObjectRetention", resource))
    return checks


iam_actions.s3_additional_checks = additional_checks

_copy_object = s3._copy_object


def copy_object(bucket, key, headers):
    reply = _copy_object(bucket, key, headers)
    if reply[0] == 200:
        version = s3._buckets[bucket]["objects"][key].get("version_id")
        s3._object_retention.pop((bucket, key, version), None)
        s3._apply_object_lock_from_headers(bucket, key, headers, version)
    return reply


s3._copy_object = copy_object

_create, _complete = s3._create_multipart_upload, s3._complete_multipart_upload


def create_multipart_upload(bucket, key, headers):
    before = set(s3._multipart_uploads)
    reply = _create(bucket, key, headers)
    for upload_id in set(s3._multipart_uploads) - before:
        s3._multipart_uploads[upload_id]["lab_headers"] = dict(headers)
    return reply


def complete_multipart_upload(bucket, key, body, query_params, headers=None):
    upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
    reply = _complete(bucket, key, body, query_params, headers)
    if reply[0] == 200 and upload is not None:
        version = s3._buckets[bucket]["objects"][key].get("version_id")
        begun_with = upload.get("lab_headers", {})
        s3._apply_object_lock_from_headers(bucket, key, begun_with, version)
        tags = s3._parse_qs(begun_with.get("x-amz-tagging", ""), keep_blank_values=True)
        if tags:
            s3._object_tags[(bucket, key, version)] = {name: values[0] for name, values in tags.items()}
    return reply


s3._create_multipart_upload, s3._complete_multipart_upload = create_multipart_upload, complete_multipart_upload

_head_object = s3._head_object


def head_object(bucket, key, headers=None, query_params=None):
    status, reply_headers, body = _head_object(bucket, key, headers, query_params)
    number = int(s3._qp(query_params or {}, "partNumber", "0"))
    record = (s3._ensure_bucket(bucket) or {"objects": {}})["objects"].get(key)
    parts = (record or {}).get("parts") or []
    if status != 200 or not parts or number == 0:
        return status, reply_headers, body
    first = sum(part["Size"] for part in parts if part["PartNumber"] < number)
    size = next((part["Size"] for part in parts if part["PartNumber"] == number), None)
    if size is None:
        return s3._error("InvalidPartNumber", "The requested partnumber is not satisfiable", 416)
    reply_headers["Content-Length"] = str(size)
    reply_headers["Content-Range"] = f"bytes {first}-{first + size - 1}/{record['size']}"
    reply_headers["x-amz-mp-parts-count"] = str(len(parts))
    return 206, reply_headers, body


s3._head_object = head_object
