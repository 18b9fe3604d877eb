"""``gleaner remind``: who is told now that a day or week lacks hours, and the texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, PersonAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gleaner.app.reminding import Reminded, Told
    from gleaner.core.messages import Verb

At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="MOMENT", help="With --dry-run: as if it were then, 2026-03-10T17:15, by your clock."
    ),
]
Until = Annotated[
    str,
    typer.Argument(metavar="UNTIL", help="A day, 2026-05-14, or a moment, 2026-05-14T15:00, by their clock."),
]


def add(app: typer.Typer) -> None:
    group = typer.Typer(help="Tell people kindly what is missing.", invoke_without_command=True)
    group.callback()(remind)
    group.command("snooze")(snooze)
    group.command("stop")(stop)
    group.command("resume")(resume)
    app.add_typer(group, name="remind")


def remind(
    context: typer.Context,
    person: PersonAddress = None,
    at: At = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Send the reminders that are due now, each once; with --dry-run show who would get which text."""
    if context.invoked_subcommand is not None:
        if dry_run or json or any(value is not None for value in (person, at, config, account)):
            raise ConfigError(f"put options after {context.invoked_subcommand}, not before it")
        return
    from gleaner.app.account import FixedClock
    from gleaner.app.reminding import remind as send
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced, tell

    if at is not None and not dry_run:
        raise ConfigError("--at goes with --dry-run only: a message is sent now or not at all")
    with opened(config, account) as acc:
        synced(acc)
        if person is None:
            acc.check_may_see_everybody("it, and name yourself with --person")
        if at is not None:
            acc.clock = FixedClock(_moment(at))
        done = send(acc, people=None if person is None else [person_named(acc, person)], dry_run=dry_run)
    if json:
        print_json(_plain(done))
    else:
        say(*_lines(done, dry_run=dry_run))
        tell(*(str(problem) for problem in done.problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in done.problems) else 0)


def snooze(
    until: Until, person: PersonAddress = None, json: Json = False, config: ConfigFile = None,
    account: AccountId = None,
) -> None:  # fmt: skip
    """No reminders until then."""
    _wish("snooze", until, person, json=json, config=config, account=account)


def stop(
    person: PersonAddress = None, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """No reminders at all, until you say otherwise."""
    _wish("stop", "", person, json=json, config=config, account=account)


def resume(
    person: PersonAddress = None, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Reminders again, daily ones too."""
    _wish("resume", "", person, json=json, config=config, account=account)


def _wish(
    verb: Verb, about: str, person: str | None, *, json: bool, config: Any, account: int | None
) -> None:
    from gleaner.app.wishing import wish
    from gleaner.core.messages import Deed
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        told = wish(acc, Deed(verb, acc.id, who.id, about))
    if json:
        print_json({"person": who.email, "text": told})
    else:
        say(told)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise ConfigError(f'--at: "{text}" is no moment; write 2026-03-10T17:15') from None


def _lines(done: Reminded, *, dry_run: bool) -> Iterator[str]:
    from gleaner.core.text import shown
    from gleaner.notify.plain import plain

    count = done.count
    people = "1 person" if count == 1 else f"{count} people"
    yield f"{people} would get a message." if dry_run else f"{people} got a message."
    for one in done.told:
        yield ""
        yield f"{one.person.name} · {one.due.kind} · {_became(one)}"
        yield shown(one.message.subject)
        yield from plain(one.message).rstrip().split("\n")
    if done.quiet:
        yield ""
        why = ", ".join(f"{number} {reason}" for reason, number in sorted(done.quiet.items()))
        yield f"Left alone: {why}."


def _became(one: Told) -> str:
    by = f"by {one.channel}" if one.channel else ""
    said = {
        "due": by,
        "sent": f"sent {by}",
        "refused": f"not sent: {one.why}",
        "in doubt": f"perhaps sent {by}: {one.why}",
        "later": f"not sent now: {one.why}",
        "closed": "not sent: the gap closed meanwhile",
        "elsewhere": "sent by another process",
    }
    return said[one.result] or one.why


def _plain(done: Reminded) -> dict[str, Any]:
    from gleaner.notify.plain import plain

    told = [
        {
            "person": one.person.email, "kind": one.due.kind, "day": one.due.day, "subject": one.message.subject,
            "text": plain(one.message), "channel": one.channel, "result": one.result, "why": one.why,
        }
        for one in done.told
    ]  # fmt: skip
    return {"told": told, "quiet": dict(done.quiet), "problems": [str(problem) for problem in done.problems]}
