"""``gleaner projects``: what time may be logged to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json

if TYPE_CHECKING:
    from gleaner.app.listing import Listed


def add(app: typer.Typer) -> None:
    app.command("projects")(projects)


def projects(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="Part of the name, the code or the client's name.")
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Not only those you may log to; for administrators.")
    ] = False,
    archived: Annotated[bool, typer.Option("--archived", help="All, archived ones too.")] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What you may log to: client, project, code, tasks, and whether it is billable."""
    from gleaner.app.listing import projects as listed
    from gleaner.core.apart import called, marked, marks
    from gleaner.faces.cli.session import opened, print_json, say, synced, table

    with opened(config, account) as acc:
        synced(acc)
        found = listed(acc, text, every=every, archived=archived)
    if json:
        print_json([_plain(one) for one in found])
    elif not found:
        say("You are on no project." if not every else "There is no project.")
    else:
        same = marks(found, lambda one: "\n".join(_columns(one)), lambda one: f"id {one.project.id}")
        rows = [
            (
                client,
                marked(name, mark),
                code,
                ", ".join(
                    f"{task}{'' if billable else ' (non-billable)'}"
                    for task, (_, billable) in zip(
                        called([task for task, _ in one.tasks]), one.tasks, strict=True
                    )
                ),
                "yes" if one.project.is_billable else "no",
                "" if one.is_active else "archived",
            )
            for one, mark in zip(found, same, strict=True)
            for client, name, code in [_columns(one)]
        ]
        table(("Client", "Project", "Code", "Tasks", "Billable", ""), rows)


def _columns(one: Listed) -> tuple[str, str, str]:
    """What the list calls it by: client, name and code."""
    return one.client.name if one.client else "", one.project.name, one.project.code


def _plain(one: Listed) -> dict[str, Any]:
    return {
        "id": one.project.id,
        "name": one.project.name,
        "code": one.project.code,
        "client": one.client.name if one.client else "",
        "billable": one.project.is_billable,
        "is_active": one.is_active,
        "tasks": [{"id": task.id, "name": task.name, "billable": billable} for task, billable in one.tasks],
    }
