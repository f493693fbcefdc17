// Written by `npm run data` from workflows/ec2-vm-export/data/failure-causes.yaml: edit that file.
import type { FailureCause } from './rows.ts';

/** Why a call to export failed, by its error code, with what to propose (S27); the first row that matches is taken. */
export const failureCauses: FailureCause[] = [
  {
    "codes": [
      "DryRunOperation"
    ],
    "cause": "it was a dry run, and it would have succeeded: whoever made it may export",
    "fix": "take the permission away unless somebody answers for the test; look for the export that follows",
    "stopped": false
  },
  {
    "codes": [
      "UnauthorizedOperation",
      "AccessDenied",
      "AccessDeniedException"
    ],
    "cause": "the caller is not allowed to export",
    "fix": "nothing, if nobody asked for the export: it was stopped. If somebody did, let an exporting role do it, and do not add the permission to this one",
    "stopped": true
  },
  {
    "codes": [
      "AuthFailure"
    ],
    "message": "bucket",
    "cause": "the bucket does not let the export service in",
    "fix": "nothing, if nobody asked for the export. If somebody did, use a bucket meant for exports, with its own policy",
    "stopped": true
  },
  {
    "codes": [
      "AuthFailure",
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "SignatureDoesNotMatch"
    ],
    "cause": "the credentials were not valid in this Region",
    "fix": "look whether the key was switched off or its session is over, and who still tries it",
    "stopped": true
  },
  {
    "codes": [
      "ExpiredToken",
      "ExpiredTokenException",
      "RequestExpired"
    ],
    "cause": "the session was over",
    "fix": "look for the next session of the same caller: whoever holds its credentials can take one",
    "stopped": false
  },
  {
    "codes": [
      "OptInRequired",
      "RegionDisabledException",
      "Blocked"
    ],
    "cause": "the account may not do this in this Region",
    "fix": "look whether the caller tried other Regions; leave the Region off",
    "stopped": true
  },
  {
    "codes": [
      "NotExportable",
      "UnsupportedOperation",
      "UnsupportedOperationException"
    ],
    "cause": "the machine cannot be exported this way, for its licence, its encrypted volumes or its origin",
    "fix": "look for another way out: images, stored images and snapshots of the same machine",
    "stopped": true
  },
  {
    "codes": [
      "InvalidInstanceID.NotFound",
      "InvalidInstanceID.Malformed",
      "InvalidInstanceId",
      "InvalidAMIID.NotFound",
      "InvalidAMIID.Malformed",
      "InvalidAMIID.Unavailable"
    ],
    "cause": "there is no such machine or image here",
    "fix": "look whether the caller guesses ids or tries other Regions and accounts",
    "stopped": false
  },
  {
    "codes": [
      "IncorrectState",
      "IncorrectInstanceState",
      "InvalidState"
    ],
    "cause": "the machine was in a state in which it cannot be exported",
    "fix": "look for the next try: the same call may succeed later",
    "stopped": false
  },
  {
    "codes": [
      "NoSuchBucket",
      "InvalidBucketName",
      "InvalidS3Bucket",
      "InvalidBucket"
    ],
    "cause": "there is no such bucket",
    "fix": "look for a bucket that was made since: the name is free for anybody",
    "stopped": false
  },
  {
    "codes": [
      "InvalidParameterValue",
      "InvalidParameter"
    ],
    "message": "bucket",
    "cause": "the bucket cannot receive the export: another Region, another account, or no access for the service",
    "fix": "nothing, if nobody asked for the export. If somebody did, use a bucket meant for exports in this Region",
    "stopped": true
  },
  {
    "codes": [
      "InvalidParameterValue",
      "InvalidParameter",
      "InvalidParameterCombination",
      "MissingParameter",
      "ValidationError",
      "MalformedQueryString"
    ],
    "cause": "the request was not well made",
    "fix": "look for the next try: whoever made it is finding out how to",
    "stopped": false
  },
  {
    "codes": [
      "ResourceLimitExceeded",
      "ExportTaskLimitExceeded",
      "TaskLimitExceeded",
      "LimitExceeded"
    ],
    "cause": "too many exports run already",
    "fix": "look at the other exports of the account now",
    "stopped": false
  },
  {
    "codes": [
      "RequestLimitExceeded",
      "Throttling",
      "ThrottlingException",
      "SlowDown"
    ],
    "cause": "too many calls were made at once",
    "fix": "look for a script: the same call is likely to be repeated",
    "stopped": false
  },
  {
    "codes": [
      "InternalError",
      "InternalFailure",
      "ServiceUnavailable",
      "Unavailable",
      "InsufficientInstanceCapacity"
    ],
    "cause": "AWS failed, not the caller",
    "fix": "look for the next try, which may succeed",
    "stopped": false
  }
];
