"""Harvest's time zone names (those of Rails) and what they mean.

The names are facts of the API (api.md §6); ``timezones.tsv`` has one row per name.
"""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DEFAULT = "Eastern Time (US & Canada)"


@cache
def names() -> dict[str, str]:
    """Harvest's name → IANA id.

    >>> names()["Lisbon"], len(names()) > 140
    ('Europe/Lisbon', True)
    """
    table = files("gleaner_sandbox").joinpath("timezones.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines()[1:])


@cache
def zone(name: str) -> ZoneInfo:
    """The zone called *name*; that of the docs' example account when nobody knows the name."""
    return ZoneInfo(names().get(name, names()[DEFAULT]))


def harvests_name(iana: str) -> str | None:
    """The first of Harvest's names for the zone that IANA calls *iana*, or None.

    >>> harvests_name("America/Chicago"), harvests_name("Europe/London"), harvests_name("Lisbon")
    ('Central Time (US & Canada)', 'Edinburgh', None)
    """
    return next((name for name, known in names().items() if known == iana), None)
