"""Resources: a day, a week and a project, for hosts that let people attach them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from gleaner.app.logs import logger
from gleaner.app.programs.days import my_day, week
from gleaner.app.programs.found import find_projects
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Value
from gleaner.core.errors import ConfigError, GleanerError
from gleaner.core.text import shown
from gleaner.faces.mcp.tool import FAILED

_log = logger("mcp")
_JSON = "application/json"


def add_resources(server: MCPServer[Any], seat: Callable[[], Seat]) -> None:
    """Add them to *server*, for whoever *seat* says."""

    @server.resource("gleaner://day/{day}", title="Day", mime_type=_JSON)
    def day_resource(day: str) -> str:
        """One of the person's days, added up; the day is ISO 8601, or "today"."""
        return _read(lambda: my_day(seat(), _day(day)))

    @server.resource("gleaner://week/{day}", title="Week", mime_type=_JSON)
    def week_resource(day: str) -> str:
        """The week around a day, added up."""
        return _read(lambda: week(seat(), _day(day)))

    @server.resource("gleaner://project/{name}", title="Project", mime_type=_JSON)
    def project_resource(name: str) -> str:
        """A project the person may log to, with its tasks, by part of its name or its code."""
        return _read(lambda: find_projects(seat(), name[:200]))


def _day(text: str) -> date | None:
    if text == "today":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ResourceNotFoundError(f'"{shown(text)[:40]}" is no day; write 2026-03-09 or today') from None


def _read(work: Callable[[], Value]) -> str:
    try:
        return json.dumps(work().model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    except ConfigError as error:
        raise ResourceNotFoundError(str(error)) from None
    except GleanerError as error:
        raise ResourceError(str(error)) from None
    except ResourceError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the log has it
        _log.exception("a resource could not be read")
        raise ResourceError(FAILED) from None
