"""Prompts: what people ask for most, in words that keep to the rules."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer


def add_prompts(server: MCPServer[Any]) -> None:
    """Add them to *server*."""

    @server.prompt(title="Close my day")
    def close_my_day(day: str = "today") -> str:
        """Look at a day, ask about what is unsure, and propose what is missing."""
        return (
            f"Close my day ({_said(day)}) in Gleaner. Look at it with my_day. Tell me in one line what is expected,"
            " logged and open. Then go through what is unsure, one at a time, and ask me what it was for; do not guess"
            " a project. For hours that are still open ask me what I did, and leave my answer with propose_time. Accept"
            " nothing that I did not name."
        )

    @server.prompt(title="Weekly report")
    def weekly_report(week: str = "") -> str:
        """For managers: how complete the team's week is, and what to ask about."""
        which = f"the week {_said(week)}" if week else "the newest finished week"
        return (
            f"Report on {which} with Gleaner's compliance tool. Begin with its headline, word for word. Then who lacks"
            " hours, most first, and what the causes say. Put what is odd as a question, not as blame; compare nobody."
            " Cite only figures that the tool gave."
        )


def _said(text: str) -> str:
    """What a person put into a prompt, as one short word."""
    return "".join(letter for letter in text if letter.isalnum() or letter in "-:. ")[:40]
