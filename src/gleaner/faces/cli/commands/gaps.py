"""``gleaner gaps``: the hours that nobody has logged yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, From, Json, On, PersonAddress, To

if TYPE_CHECKING:
    from gleaner.core.catalog import Catalog
    from gleaner.timesheets.gaps import Sheet

Team = Annotated[bool, typer.Option("--team", help="Everybody; for administrators.")]


def add(app: typer.Typer) -> None:
    app.command("gaps")(gaps)


def gaps(
    person: PersonAddress = None,
    team: Team = False,
    on: On = None,
    first: From = None,
    last: To = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Days with hours that are expected and neither logged nor waiting for review; the last seven days if not told.

    Each comes with its sum. Exit code 1 says that something is missing.
    """
    from datetime import timedelta

    from gleaner.app.looking import freshen
    from gleaner.app.sheets import sheets
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import (
        chosen_days,
        opened,
        person_named,
        print_json,
        progress,
        say,
        synced,
        today_of,
    )

    if team and person is not None:
        raise ConfigError("--team means everybody; leave out --person")
    with opened(config, account) as acc:
        yesterday = today_of(acc) - timedelta(days=1)
        if on is first is last is None:
            first = yesterday - timedelta(days=6)
        begin, end = chosen_days(on, first, last, yesterday)
        synced(acc, begin, end)
        if team:
            acc.check_may_see_everybody("--team")
        known = acc.catalog
        everybody = [one for one in known.people.values() if one.is_active]
        whom = everybody if team else [person_named(acc, person)]
        freshen(acc, progress(), first=begin, last=end)
        found = [one for one in sheets(acc, whom, begin, end) if one.gap or one.waiting or one.unsure]
        mine = acc.me.id if acc.me is not None else None
    if json:
        print_json([_plain(one, known) for one in found])
    elif not found:
        say(f"Nothing is missing from {begin} to {end}.")
    else:
        for one in found:
            say(_line(one, known, is_own=one.user_id == mine, is_team=team))
    if any(one.gap for one in found):
        raise typer.Exit(1)


def _line(one: Sheet, known: Catalog, *, is_own: bool, is_team: bool) -> str:
    from gleaner.core.time import spoken_day

    name = f"{known.people[one.user_id].name} · " if is_team else ""
    return f"{spoken_day(one.day)} · {name}{one.sentence(is_own=is_own)}"


def _plain(one: Sheet, known: Catalog) -> dict[str, object]:
    from gleaner.core.time import decimal_hours

    return {
        "person": known.people[one.user_id].email,
        "day": one.day,
        "standing": one.standing,
        "expected": decimal_hours(one.expected.hours),
        "contract": decimal_hours(one.expected.contract),
        "logged": decimal_hours(one.logged),
        "running": decimal_hours(one.running),
        "ready": decimal_hours(one.waiting),
        "unsure": decimal_hours(one.unsure),
        "gap": decimal_hours(one.gap),
        "sum": one.sentence(is_own=False),
    }
