"""``[mcp]`` and ``[api]``: the doors through which assistants and programs come in, with ``gleaner tokens``."""

from __future__ import annotations

from typing import Literal

from gleaner.config.part import Part


class McpSettings(Part):
    """The assistants' door: ``gleaner mcp``, and ``/mcp`` of the daemon."""

    mode: Literal["read", "propose", "decide"] = "read"
    """How far assistants may go. ``read``: look only. ``propose``: leave time and expenses in the review as well.
    ``decide``: also what changes Harvest, each time only with a confirmation of just that."""
    http: bool = False
    """Whether the daemon answers at ``/mcp``, to who has a token."""


class ApiSettings(Part):
    """The programs' door."""

    http: bool = False
    """Whether the daemon answers at ``/api/v1``, to who has a token."""
