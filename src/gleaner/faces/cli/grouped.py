"""Groups of commands that do the most usual thing when no command is named."""

from __future__ import annotations

from typing import Any, ClassVar

from typer.core import TyperGroup


class ListsFirst(TyperGroup):
    """A group that lists unless one of its commands is named: ``gleaner people ana`` is ``gleaner people list ana``."""

    usual: ClassVar[str] = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with the usual command put before those that name none and ask for no help."""
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = [self.usual, *args]
        return list(super().parse_args(ctx, args))


class ShowsFirst(ListsFirst):
    """The same with ``show``: ``gleaner rates Apollo`` is ``gleaner rates show Apollo``."""

    usual = "show"
