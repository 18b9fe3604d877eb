"""Roles: names for groups of people (``harvest/api`` §14.4)."""

from __future__ import annotations

from gleaner.adapters.harvest.wire.objects import Stamped


class Role(Stamped):
    name: str = ""
    user_ids: tuple[int, ...] = ()
