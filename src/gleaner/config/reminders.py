"""``[reminders]``: who is reminded of what is missing, how often, and when."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from gleaner.config.part import Part
from gleaner.config.working_hours import checked_hours, hours_of


class ReminderSettings(Part):
    """Reminders of what Harvest lacks. They need ``[[channels]]``; unasked they come by ``remind_minutes``."""

    working_hours: str = "9:00-17:30"
    """Everybody's who has none in ``[[people]]``, by their own clocks. Nobody is written to outside of them."""
    least_minutes: Annotated[int, Field(ge=15, le=480)] = 30
    """A day that lacks less is not worth a message."""
    a_day: Annotated[int, Field(ge=1, le=2)] = 1
    """At most so many messages to one person, all kinds together."""
    a_week: Annotated[int, Field(ge=1, le=10)] = 4
    managers: tuple[str, ...] = ()
    """Addresses of those who get the weekly list of open weeks; nobody else does."""

    @field_validator("working_hours", mode="after")
    @classmethod
    def _from_to(cls, value: str) -> str:
        hours_of(value)
        return checked_hours(value)

    @field_validator("managers", mode="after")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.strip().lower() for one in value)
