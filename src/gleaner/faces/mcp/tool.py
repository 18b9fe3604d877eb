"""A tool: a function of a seat and of what an assistant says, with what it needs and what it does to the world."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from mcp_types import CallToolResult, TextContent, ToolAnnotations

from gleaner.app.logs import logger
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Value
from gleaner.app.tokens import Scope
from gleaner.core.errors import GleanerError
from gleaner.core.text import shown
from gleaner.faces.mcp import tools

_log = logger("mcp")
Does = Literal["reads", "proposes", "changes", "removes"]
"""``proposes``: leaves something in the review. ``changes``, ``removes``: Harvest, after a confirmation."""
FAILED = "Gleaner could not do this; its log says why. Nothing more is known here."


@dataclass(frozen=True)
class Tool:
    """One tool. The first parameter of *run* is the seat; the others are what the assistant says."""

    run: Callable[..., Value]
    title: str
    does: Does
    needs: tuple[Scope, ...]

    @property
    def name(self) -> str:
        return self.run.__name__

    @cached_property
    def annotations(self) -> ToolAnnotations:
        """What it does, for hosts that ask the person first. All of it stays between Gleaner and Harvest."""
        return ToolAnnotations(
            title=self.title,
            read_only_hint=self.does == "reads",
            destructive_hint=self.does in ("changes", "removes"),
            # A proposal is left once, however often; a confirmation counts once.
            idempotent_hint=self.does in ("reads", "proposes"),
            open_world_hint=False,
        )

    def exposed(self, seat: Callable[[], Seat]) -> Callable[..., CallToolResult]:
        """*run* as the SDK takes it: without the seat, and with each of our errors as the answer."""
        signature = inspect.signature(self.run, eval_str=True)
        first, *others = signature.parameters.values()
        assert first.annotation is Seat, f"{self.name} begins with a seat"

        def called(**said: Any) -> CallToolResult:
            return answered(self.name, lambda: self.run(seat(), **said))

        called.__name__, called.__doc__ = self.name, self.run.__doc__
        shape = Annotated[CallToolResult, signature.return_annotation]
        called.__signature__ = signature.replace(parameters=others, return_annotation=shape)  # type: ignore[attr-defined]
        return called


def answered(name: str, work: Callable[[], Value]) -> CallToolResult:
    """What *work* gives, once for programs and once as the shortest JSON for assistants; or why not, in plain words."""
    try:
        found = work().model_dump(mode="json")
    except GleanerError as error:
        return refused(str(error))
    except Exception:  # noqa: BLE001 - whatever it is, the log has it; an assistant gets no traceback
        _log.exception("a tool failed", tool=name)
        return refused(FAILED)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=found)


def refused(text: str) -> CallToolResult:
    """An answer that says what was wrong, and what to do about it; names in it are others' words, and on one line."""
    said = shown(" ".join(text.split()))
    return CallToolResult(content=[TextContent(type="text", text=said)], is_error=True)


def all_tools() -> Mapping[str, Tool]:
    """Every tool in ``tools/``, by name."""
    found: dict[str, Tool] = {}
    for module in sorted(pkgutil.iter_modules(tools.__path__), key=lambda one: one.name):
        tool = importlib.import_module(f"{tools.__name__}.{module.name}").TOOL
        assert isinstance(tool, Tool), module.name
        found[tool.name] = tool
    return found
