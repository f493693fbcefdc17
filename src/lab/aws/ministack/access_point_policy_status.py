"""GetAccessPointPolicyStatus, which ministack answers as if there were no such access point."""

import ministack.services.s3 as s3

_handle = s3.handle_access_point_control


def handle_access_point_control(method, path, headers, body, query_params):
    route = s3.access_point_control_route(path)
    if method != "GET" or route is None or route[1] != "policyStatus":
        return _handle(method, path, headers, body, query_params)
    name = route[0]
    record = s3._access_points.get(name)
    if record is None:
        return s3._no_such_access_point(name).response()
    if not record.get("Policy"):
        return s3.s3control_error("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist", 404)
    out = s3.Element("GetAccessPointPolicyStatusResult", xmlns=s3.S3CONTROL_NS)
    status = s3.SubElement(out, "PolicyStatus")
    s3.SubElement(status, "IsPublic").text = str(s3._policy_is_public(record["Policy"])).lower()
    return s3._s3control_response(out)


s3.handle_access_point_control = handle_access_point_control
