"""What assistants may say, with one meaning each in all tools."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

On = Annotated[date | None, Field(description="Day, ISO 8601; today if left out.")]
First = Annotated[date | None, Field(description="First day.")]
Last = Annotated[date | None, Field(description="Last day, included.")]
Person = Annotated[
    str, Field(max_length=200, description="Address of somebody else you may see; you if left out.")
]
Page = Annotated[int, Field(ge=1, le=10_000)]
Name = Annotated[str, Field(max_length=200, description="Name, code or id.")]
MaybeName = Annotated[str | None, Field(max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
MaybeText = Annotated[str | None, Field(max_length=20_000)]
Hours = Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)]
MaybeHours = Annotated[float | None, Field(gt=0, le=24, allow_inf_nan=False)]
Amount = Annotated[float | None, Field(gt=0, lt=1e9, allow_inf_nan=False)]
Ids = Annotated[list[str], Field(max_length=50, description="Ids of proposals.")]
Confirm = Annotated[
    str,
    Field(
        max_length=500, description="Leave out first. Given by the first call; says the person agreed to it."
    ),
]
DryRun = Annotated[bool, Field(description="Only say what would happen.")]


def exact(value: float) -> Decimal:
    """*value* as somebody wrote it: 0.1 is a tenth."""
    return Decimal(repr(value))


def maybe_exact(value: float | None) -> Decimal | None:
    return None if value is None else exact(value)
