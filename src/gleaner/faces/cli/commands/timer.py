"""``gleaner timer``: a running entry, started, stopped and looked at."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import (
    AccountId,
    ConfigFile,
    DryRun,
    Json,
    NewNotes,
    On,
    PersonAddress,
    ProjectArgument,
    TaskOfProject,
)

timer = typer.Typer(help="Start a timer in Harvest, stop it, and see what runs.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    app.add_typer(timer, name="timer")


@timer.command("start")
def start(
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
    """Let a timer run for PROJECT from now on; Harvest stops the one that runs."""
    from gleaner.app.asking import start_timer
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, person_named, synced, today_of

    with opened(config, account) as acc:
        synced(acc, on)
        who = person_named(acc, person)
        asked = start_timer(
            acc, who, on=on or today_of(acc, who), project=project, task=task, notes=notes, by=actor(acc),
            dry_run=dry_run,
        )  # fmt: skip
        code = show_asked(acc, asked, json=json, dry_run=dry_run)
    raise typer.Exit(code)


@timer.command("stop")
def stop(
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Stop the timer that runs and say what it came to."""
    from gleaner.app.asking import Asked, stop_timer
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, person_named, say, synced

    with opened(config, account) as acc:
        synced(acc)
        asked = stop_timer(acc, person_named(acc, person), by=actor(acc), dry_run=dry_run)
        if asked is None and not json:
            say("No timer runs.")
        code = show_asked(acc, asked or Asked(()), json=json, dry_run=dry_run) if asked or json else 0
    raise typer.Exit(code)


@timer.command("status")
def status(
    person: PersonAddress = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What runs, since when and how long, by Harvest's own clock."""
    from datetime import timedelta

    from gleaner.core.time import spoken
    from gleaner.faces.cli.entries import as_json, target
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        entry = acc.live.running(who.id)
        if json:
            print_json({"running": as_json(entry, acc.catalog) if entry is not None else None})
        elif entry is None:
            say("No timer runs.")
        else:
            began = entry.timer_started_at
            since = f" since {began.astimezone(who.zone):%H:%M}" if began is not None else ""
            length = spoken(timedelta(hours=float(entry.hours)))
            notes = f', "{entry.notes}"' if entry.notes else ""
            say(f"{target(entry, acc.catalog)}{notes}: runs{since}, {length} so far (entry {entry.id}).")
