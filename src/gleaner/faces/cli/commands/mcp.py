"""``gleaner mcp``: the assistants' door, for an assistant on this machine."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile


def add(app: typer.Typer) -> None:
    app.command("mcp")(mcp)


def mcp(config: ConfigFile = None, account: AccountId = None) -> None:
    """Serve the Model Context Protocol on stdin and stdout, as the owner of your Harvest token; logs go to stderr.

    Assistants may only look, unless [mcp] of gleaner.toml says mode = "propose" or "decide".
    """
    from gleaner.app.logs import configure_logs
    from gleaner.faces.cli.session import opened
    from gleaner.faces.mcp.stdio import serve_stdio

    configure_logs(level="warning")
    with opened(config, account) as acc:
        serve_stdio(acc)
