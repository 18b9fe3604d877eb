"""What programs send, each with its limits. What is not named there is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

On = Annotated[date | None, Query(description="A day, ISO 8601; today if left out.")]
First = Annotated[date | None, Query(description="First day.")]
Last = Annotated[date | None, Query(description="Last day, included.")]
Person = Annotated[
    str, Query(max_length=200, description="Address of somebody else you may see; you if left out.")
]
Page = Annotated[int, Query(ge=1, le=10_000)]
Name = Annotated[str, Query(max_length=200, description="Name, code or id.")]
DryRun = Annotated[bool, Query(description="Only say what would happen.")]
Confirm = Annotated[
    str,
    Query(
        max_length=500,
        description="Leave out first: the answer says what would happen, and gives this. Asked again with it, and with"
        " nothing else changed, it is done; for ten minutes, once.",
    ),
]

_Hours = Annotated[Decimal, Field(gt=0, le=24)]
_Amount = Annotated[Decimal, Field(gt=0, lt=10**9)]
_Name = Annotated[str, Field(max_length=200)]
_Text = Annotated[str, Field(max_length=20_000)]
_Ids = Annotated[list[str], Field(min_length=1, max_length=50)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Time(Asked):
    """An entry to propose."""

    on: date
    hours: _Hours
    project: _Name
    notes: _Text
    task: _Name = ""
    why: _Text = ""


class Cost(Asked):
    """An expense to propose; *receipt* is the file in base64."""

    amount: _Amount | None = None
    units: _Amount | None = None
    project: _Name | None = None
    category: _Name | None = None
    on: date | None = None
    notes: _Text | None = None
    receipt: str = ""
    receipt_name: _Name = ""
    why: _Text = ""


class Which(Asked):
    """Proposals by their ids."""

    ids: _Ids


class No(Which):
    why: _Text = ""


class Change(Asked):
    """What is to be different; what is left out stays."""

    project: _Name | None = None
    task: _Name | None = None
    hours: _Hours | None = None
    notes: _Text | None = None


class EntryChange(Change):
    on: date | None = None


class Timer(Asked):
    project: _Name
    task: _Name = ""
    notes: _Text = ""


class Back(Asked):
    """What to take back: by ids, or all of a run (``last`` for the newest)."""

    ids: Annotated[list[str], Field(max_length=50)] = []
    run: _Name = ""
