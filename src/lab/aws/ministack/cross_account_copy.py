"""Copies from a bucket of another account, and their checksums.

Both access checks have passed when these run (_apply_bucket_scope and the extra GetObject check), but the source
is looked up in the destination's account only. The handlers are synchronous, so showing them the source under the
destination's account for the length of the call is not visible to any other request.
"""

from contextlib import contextmanager
from urllib.parse import unquote

import ministack.services.s3 as s3
from ministack.core.responses import get_account_id


@contextmanager
def copy_source_visible(headers):
    bucket, _, key = unquote(headers.get("x-amz-copy-source", "").split("?")[0]).lstrip("/").partition("/")
    owner, here = s3._bucket_owner_account(bucket), get_account_id()
    if owner is None or owner == here:
        yield
        return
    shown = []
    for store in (s3._buckets, s3._object_versions, s3._object_tags):
        for account, name in list(store._data):
            wanted = name == bucket if store is s3._buckets else tuple(name)[:2] == (bucket, key)
            if account == owner and wanted:
                store._data[(here, name)] = store._data[(account, name)]
                shown.append((store, (here, name)))
    try:
        yield
    finally:
        for store, name in shown:
            store._data.pop(name, None)


_copy_object, _upload_part_copy = s3._copy_object, s3._upload_part_copy


def copy_object(bucket, key, headers):
    # ministack reads the header of PutObject only; CopyObject names its algorithm in x-amz-checksum-algorithm.
    algorithm = headers.get("x-amz-checksum-algorithm", "").upper()
    if algorithm:
        headers = {**headers, "x-amz-sdk-checksum-algorithm": algorithm}
    with copy_source_visible(headers):
        status, reply_headers, body = _copy_object(bucket, key, headers)
    if status == 200:
        checksums = s3._buckets[bucket]["objects"][key].get("checksums") or {}
        body = with_checksums(body, "CopyObjectResult", checksums)
    return status, reply_headers, body


def upload_part_copy(bucket, key, query_params, headers):
    with copy_source_visible(headers):
        status, reply_headers, body = _upload_part_copy(bucket, key, query_params, headers)
    if status == 200:
        upload = s3._multipart_uploads[s3._qp(query_params, "uploadId")]
        part = upload["parts"][int(s3._qp(query_params, "partNumber", "1"))]
        part["checksums"], _ = s3._resolve_part_checksums(part["body"], {}, upload)
        body = with_checksums(body, "CopyPartResult", part["checksums"])
    return status, reply_headers, body


def with_checksums(body, element, checksums):
    inner = "".join(f"<Checksum{name}>{value}</Checksum{name}>" for name, value in checksums.items())
    return body.replace(f"</{element}>".encode(), f"{inner}</{element}>".encode())


s3._copy_object, s3._upload_part_copy = copy_object, upload_part_copy
