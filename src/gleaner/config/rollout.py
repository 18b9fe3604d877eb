"""``[[rollout]]``: who waits for Gleaner until when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from gleaner.config.part import Part


class RolloutSettings(Part):
    """People who wait for Gleaner until a day; until then nothing is proposed, logged or reminded of by itself."""

    group: Annotated[str, Field(min_length=1, max_length=60)]
    """What reports call them."""
    people: tuple[str, ...] = ()
    """Their addresses."""
    team: str = ""
    """Or everybody of a team: as in ``[[people]]``, or a role in Harvest."""
    begins: date = Field(alias="from")
    """Their first day."""

    @field_validator("people", mode="after")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.strip().lower() for one in value)

    @model_validator(mode="after")
    def _somebody(self) -> RolloutSettings:
        if not self.people and not self.team:
            raise ValueError(f'the group "{self.group}" needs people or a team')
        return self
