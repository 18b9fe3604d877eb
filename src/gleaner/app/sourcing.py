"""From a ``[[sources]]`` table to the source it describes: its constructor's signature is its schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gleaner import config
from gleaner.app.building import build, factory_for, parameters_of
from gleaner.capture.source import Source, sources
from gleaner.core.activities import Problem
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.credentials import Credentials
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase

FORGOTTEN = phrase("its person was forgotten, so it counts for nothing; remove it")
"""Of a table in the configuration. It does not say who: what is said may be kept."""


@dataclass(frozen=True)
class Made:
    """One configured source, or why there is none."""

    source: Source | None
    is_personal: bool
    """It is one person's calendar; otherwise it may show anybody's work."""
    user_id: UserId | None
    """That person, if they are in Harvest."""
    problem: Problem | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    """What is left out of this calendar, where it differs from what is left out of others."""


def made_sources(
    entries: Iterable[Mapping[str, Any]],
    base: Path,
    catalog: Catalog,
    credentials: Credentials,
    is_gone: Callable[[str], bool],
) -> list[Made]:
    """The source of each table, those that cannot be made with the reason. *is_gone*: whose address was forgotten."""
    return _told_apart(
        [
            _made(number, dict(entry), base, catalog, credentials, is_gone)
            for number, entry in enumerate(entries, 1)
        ]
    )


def _made(
    number: int,
    entry: dict[str, Any],
    base: Path,
    catalog: Catalog,
    credentials: Credentials,
    is_gone: Callable[[str], bool],
) -> Made:
    owner = catalog.person(str(entry.get("person", "")))
    user_id = owner.id if owner is not None else None
    # A calendar of holidays shows nobody's work, so without it nobody's is incomplete.
    is_personal = "person" in entry or "holidays" in entry
    if "person" in entry and is_gone(str(entry["person"])):
        problem = Problem(f"{config.FILE}, sources[{number}]", FORGOTTEN, is_hint=True)
        return Made(None, is_personal, None, problem)
    filters = entry.get("filters", {})
    try:
        source = build_source(number, entry, base, catalog, credentials)
        return Made(source, is_personal, user_id, filters=filters)
    except ConfigError as error:
        return Made(None, is_personal, user_id, Problem(config.FILE, error.text))


def _told_apart(made: list[Made]) -> list[Made]:
    """*made*, without the calendars whose filters would be another's too: a calendar is known by its name."""
    names = Counter(one.source.name for one in made if one.source is not None)
    found: list[Made] = []
    for number, one in enumerate(made, 1):
        if one.source is not None and one.filters and names[one.source.name] > 1:
            text = (
                f'two sources are called "{one.source.name}", and this one has filters of its own; it was not read.'
                " Give it a name of its own."
            )
            problem = Problem(f"{config.FILE}, sources[{number}]", text)
            found.append(Made(None, one.is_personal, one.user_id, problem))
        else:
            found.append(one)
    return found


def build_source(
    number: int, entry: dict[str, Any], base: Path, catalog: Catalog, credentials: Credentials | None = None
) -> Source:
    """The source that one ``[[sources]]`` table describes.

    Its constructor's signature is its schema. Paths count from *base*; a calendar's owner brings zone and aliases, and
    *credentials* come from us.
    """
    where = f"{config.FILE}, sources[{number}]"
    factory = factory_for(sources, where, entry.get("kind"))
    # Filters are not the source's: it reads, and others decide. It is told of them where it could have them.
    is_calendar = "person" in parameters_of(factory, ["credentials"])
    besides = ["filters"] if is_calendar or "filters" in entry else []
    known = _known_of(catalog.person(str(entry.get("person", ""))))
    return build(factory, where, entry, base, ours={"credentials": credentials}, known=known, besides=besides)


def _known_of(owner: Person | None) -> dict[str, Any]:
    """What we know of a calendar's owner, for the parameters the source has for it."""
    if owner is None:
        return {}
    return {"addresses": tuple(sorted(owner.addresses)), "zone": owner.zone.key, "name": owner.email}
