"""What every table of ``gleaner.toml`` has in common: no key is ignored, and nothing changes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
