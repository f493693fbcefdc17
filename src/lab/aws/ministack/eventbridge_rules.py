"""AWS refuses to delete a rule that still has targets; ministack deletes both."""

import ministack.services.eventbridge as eventbridge
from ministack.core.responses import error_response_json

_delete_rule = eventbridge._delete_rule


def delete_rule(data):
    key = eventbridge._rule_key(data.get("Name"), data.get("EventBusName", "default"))
    if eventbridge._targets.get(key):
        return error_response_json("ValidationException", "Rule can't be deleted since it has targets.", 400)
    return _delete_rule(data)


eventbridge._delete_rule = delete_rule
