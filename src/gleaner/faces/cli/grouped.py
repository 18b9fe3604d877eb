"""Groups of commands that do the most usual thing when no command is named."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class ListsFirst(TyperGroup):
    """A group that lists unless one of its commands is named: ``gleaner people ana`` is ``gleaner people list ana``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with ``list`` put before those that name no command and ask for no help."""
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return list(super().parse_args(ctx, args))
