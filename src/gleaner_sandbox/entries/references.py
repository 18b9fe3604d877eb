"""``external_reference``: the link from a time entry to the ticket or event it was made for.

Source: api.md §15.1.
"""

from typing import Any
from urllib.parse import urlsplit

from gleaner_sandbox.rules import coerce
from gleaner_sandbox.schemas import STRING, Schema, maybe, shape
from gleaner_sandbox.tables import Row

GIVEN = ("id", "group_id", "account_id", "permalink")
GIVEN_SHAPE: Schema = {"type": "object", "properties": dict.fromkeys(GIVEN, maybe(STRING))}
SHAPE = shape(dict.fromkeys([*GIVEN, "service", "service_icon_url"], maybe(STRING)))


def read(value: Any) -> Row | None:
    """The reference as it is stored; ``service`` and its icon come from the permalink's host (uncertain).

    >>> read({"id": 12, "permalink": "https://www.github.com/acme/portal/pull/12"})["service"]
    'github.com'
    >>> read({}) is None, read({"id": 12})["id"]
    (True, '12')
    """
    if coerce.is_blank(value):
        return None
    if not isinstance(value, dict):
        raise ValueError("is invalid")
    said = {key: coerce.text(value.get(key)) for key in GIVEN}
    service = _service(said["permalink"])
    icon = f"https://cache.harvestapp.com/platform-icons/{service}.png" if service else None
    return {**said, "service": service, "service_icon_url": icon}


def columns(reference: Row | None) -> Row:
    """What an entry stores: the reference, and its id where the list filter finds it."""
    return {"external_reference": reference, "external_reference_id": reference and reference["id"]}


def _service(permalink: str | None) -> str | None:
    try:
        host = urlsplit(permalink or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
