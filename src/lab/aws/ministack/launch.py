"""Starts ministack with the corrections that only work from inside it.

Each module beside this one replaces a behaviour in which ministack 1.5.33 differs from AWS and which decides whether a
containment step works; importing it applies it. What can be added from outside lives in the TypeScript proxy.
"""

import os
import sys
import threading

import access_point_policy_status  # noqa: F401
import bucket_access  # noqa: F401
import bucket_metrics  # noqa: F401
import bucket_policy_status  # noqa: F401
import cross_account_copy  # noqa: F401
import ec2_actions  # noqa: F401
import eventbridge_rules  # noqa: F401
import expected_owner  # noqa: F401
import iam_actions  # noqa: F401
import machine_copies  # noqa: F401
import object_custody  # noqa: F401
import organisation  # noqa: F401
import principals  # noqa: F401
import requester_pays  # noqa: F401
import resource_arns  # noqa: F401
from ministack.app import main


def die_with_parent():
    """The lab holds our standard input open: its end means that the lab is gone, even when it was killed."""

    def wait():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    die_with_parent()
    main()
