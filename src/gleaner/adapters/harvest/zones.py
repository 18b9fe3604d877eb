"""Harvest's names of time zones, and the IANA zones they mean.

Harvest (like Rails) says ``Eastern Time (US & Canada)`` and never an IANA name (``harvest/api`` §6). The table
``timezones.tsv`` holds both names for every zone Harvest offers.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from gleaner.core.errors import ConfigError
from gleaner.core.time import zone


def harvest_zone(name: str) -> ZoneInfo | None:
    """The zone Harvest calls *name*; an IANA name is understood too. None for anything else.

    >>> harvest_zone("Eastern Time (US & Canada)")
    zoneinfo.ZoneInfo(key='America/New_York')
    >>> harvest_zone("Europe/Berlin")
    zoneinfo.ZoneInfo(key='Europe/Berlin')
    >>> harvest_zone("Middle of nowhere")
    """
    try:
        return zone(_iana_names().get(name) or name)
    except ConfigError:
        return None


@cache
def _iana_names() -> dict[str, str]:
    text = files(__package__).joinpath("timezones.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {harvest: iana for harvest, iana, *_ in rows}
