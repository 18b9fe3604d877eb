"""``[[people]]``: what Harvest does not know of a person."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, get_args

from pydantic import Field, field_validator

from gleaner.capture.addresses import plain
from gleaner.config.part import Part
from gleaner.config.working_hours import checked_hours
from gleaner.core.contract import Contract, week

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class PersonSettings(Part):
    """What Harvest does not know of a person."""

    email: str
    """As in Harvest."""
    aliases: tuple[str, ...] = ()
    """Other addresses: in calendars, as Git author."""
    zone: str | None = None
    """IANA zone; otherwise Harvest's."""
    workdays: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    hours: tuple[str, ...] = ()
    """Contract hours from Monday to Sunday, such as ``"8 8 8 8 4.5 - -"``; several weeks take turns. Otherwise
    Harvest's weekly capacity, spread evenly over *workdays*."""
    hours_from: date = date(1970, 1, 5)
    """A day of a week that is like the first of several."""
    employed_from: date | None = None
    employed_until: date | None = None
    """The last day."""
    contractor: bool | None = None
    """Owes no hours. Otherwise as in Harvest."""
    country: str | None = None
    """For public holidays and calendars of them, as in ``[timesheets]``."""
    region: str | None = None
    team: str = ""
    """For reports and roll-outs; otherwise the person's roles in Harvest."""
    manager: str = ""
    """Address of who may read reports about this person, besides those whom Harvest lets."""
    filters: dict[str, Any] = Field(default_factory=dict)
    """What is left out of this person's calendars, where it differs from ``[capture.filters]``."""
    only_suggest: bool = False
    """Never post anything for this person unasked."""
    channel: str = ""
    """The name of the one in ``[[channels]]`` that reaches this person; empty: the first."""
    language: Literal["en", "de"] = "en"
    """Of the messages this person gets, and of the pages that their links lead to."""

    working_hours: str = ""
    """By their own clock, such as ``"8:00-16:30"``: reminders come in them only. Otherwise those in ``[reminders]``."""

    @field_validator("working_hours", mode="after")
    @classmethod
    def _from_to(cls, value: str) -> str:
        return checked_hours(value)

    @field_validator("email", "aliases", mode="after")
    @classmethod
    def _lower(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        # An alias may be copied from a commit, with the number of a private address.
        return value.strip().lower() if isinstance(value, str) else tuple(plain(one) for one in value)

    @field_validator("manager", mode="after")
    @classmethod
    def _lower_manager(cls, value: str) -> str:
        return value.strip().lower()

    @field_validator("hours", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("hours", mode="after")
    @classmethod
    def _weeks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            week(text)
        return value

    @property
    def contract(self) -> Contract | None:
        """The contract in *hours*, if it says any."""
        return Contract(tuple(week(text) for text in self.hours), self.hours_from) if self.hours else None
