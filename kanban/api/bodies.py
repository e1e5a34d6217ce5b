"""Reading what a program sent."""

import json
import re
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from kanban.support.errors import Invalid, Refused

_LONGEST = 64 * 1024
# Half of a letter: JSON can hold one, and nothing that is kept or sent can.
_HALF = re.compile("[\ud800-\udfff]")


class Unreadable(Refused):
    """A body that is no JSON object."""

    code = "unreadable"
    status = 400


class NotJson(Refused):
    """A body that does not say that it is JSON: a form of another site could have sent it."""

    code = "unsupported_media_type"
    status = 415


def read_texts(*needed: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The texts of the JSON object that was sent; an optional one that is missing is empty.

    Raises Refused for what is no object, and Invalid for a field that is missing, is no text,
    or is not known here.
    """
    body = _object()
    for name in body:
        if name not in needed and name not in optional:
            raise Invalid(_("There is no field “%(name)s” here.", name=name[:64]), field=name[:64])
    for name in needed:
        if name not in body:
            raise Invalid(_("The field “%(name)s” is missing.", name=name), field=name)
    for name, value in body.items():
        if not isinstance(value, str) or _HALF.search(value):
            raise Invalid(_("The field “%(name)s” must be a text.", name=name), field=name)
    return {name: body.get(name, "") for name in (*needed, *optional)}


def _object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise NotJson(_("Send JSON, with the header Content-Type: application/json."))
    text = request.get_data(cache=False)
    if len(text) > _LONGEST:
        raise Unreadable(_("This is larger than the limit. Send less at once."))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(_("This is not JSON.")) from None
    if not isinstance(body, dict):
        raise Unreadable(_("Send a JSON object: names and values between braces."))
    return body
