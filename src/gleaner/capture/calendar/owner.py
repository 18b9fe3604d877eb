"""Whose calendar it is, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gleaner.capture.observed import EVERYBODY
from gleaner.core.errors import ConfigError
from gleaner.core.time import zone as zone_named

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Owner:
    """One person's calendar, or one of holidays, which is nobody's."""

    source: str
    person: str
    addresses: frozenset[str]
    zone: ZoneInfo
    """For floating times and all-day events."""
    is_zone_known: bool = True
    """False: nobody told the zone, so UTC was taken."""
    holidays: str = ""
    """Whose days off its all-day events are: ``everybody`` or a country such as ``DE``. Empty: it is a person's."""


@dataclass(frozen=True)
class Whose:
    """What a calendar's configuration says of its owner, checked."""

    person: str
    addresses: frozenset[str]
    zone: ZoneInfo | None
    holidays: str

    @staticmethod
    def checked(
        kind: str, person: str, holidays: str, zone: str | None, addresses: Iterable[str] = ()
    ) -> Whose:
        """Raises ConfigError unless it is exactly one of a person's and a calendar of holidays."""
        if bool(person) == bool(holidays):
            raise ConfigError(
                f'source "{kind}" takes either person (the calendar owner\'s mail address) or holidays'
                f' ("{EVERYBODY}" or a country such as "DE"), and exactly one of them'
            )
        if person and "@" not in person:
            raise ConfigError(
                f'source "{kind}": person is the calendar owner\'s mail address, not "{person}"'
            )
        if holidays and holidays != EVERYBODY and not _COUNTRY.fullmatch(holidays):
            raise ConfigError(
                f'source "{kind}": holidays is "{EVERYBODY}" or a country of two capital letters, not "{holidays}"'
            )
        own = person.strip().lower()
        known = {address.strip().lower() for address in (own, *addresses)} - {""}
        return Whose(own, frozenset(known), zone_named(zone) if zone else None, holidays)

    @property
    def text(self) -> str:
        """All of it, in one line that is the same in every process."""
        return f"{self.person} {self.holidays} {self.zone} {' '.join(sorted(self.addresses))}"

    def owner(self, source: str, calendars_zone: ZoneInfo | None = None) -> Owner:
        """The owner for a calendar that says it is in *calendars_zone* itself."""
        zone = self.zone or calendars_zone
        return Owner(
            source, self.person, self.addresses, zone or ZoneInfo("UTC"), zone is not None, self.holidays
        )
