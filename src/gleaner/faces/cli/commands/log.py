"""``gleaner log``: log time that nothing observed."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import (
    AccountId,
    ConfigFile,
    DryRun,
    HoursArgument,
    Json,
    NewNotes,
    On,
    PersonAddress,
    ProjectArgument,
    TaskOfProject,
)


def add(app: typer.Typer) -> None:
    app.command("log")(log)


def log(
    hours: HoursArgument,
    project: ProjectArgument,
    task: TaskOfProject = "",
    notes: NewNotes = "",
    on: On = None,
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Log HOURS to PROJECT, today or --on a day: `gleaner log 1.5 APL --task Design`."""
    from gleaner.app.asking import log as log_time
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, person_named, synced, today_of

    with opened(config, account) as acc:
        synced(acc, on)
        who = person_named(acc, person)
        asked = log_time(
            acc, who, on=on or today_of(acc, who), hours=hours, project=project, task=task, notes=notes,
            by=actor(acc), dry_run=dry_run,
        )  # fmt: skip
        code = show_asked(acc, asked, json=json, dry_run=dry_run)
    raise typer.Exit(code)
