"""``gleaner capture``: what the sources show, without proposing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, From, Json, On, To

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from gleaner.core.activities import Activity, Problem, Skipped
    from gleaner.core.catalog import Person, UserId


def add(app: typer.Typer) -> None:
    app.command("capture")(capture)


def capture(
    on: On = None,
    first: From = None,
    last: To = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Look at calendars and repositories and say what was seen, and what was left out and why."""
    from gleaner.app.looking import look
    from gleaner.capture.job import day_of
    from gleaner.faces.cli.session import chosen_days, opened, progress, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        begin, end = chosen_days(on, first, last, today_of(acc))
        seen = look(acc, begin, end, progress(), keep=not dry_run).captured
        people = acc.catalog.people
        whose = {user_id for user_id in people if acc.may_see(user_id)}
        nobodys = {None} if acc.is_administrator else set()
    on_day = {one.key: day_of(one, people[one.user_id]) for one in seen.activities if one.user_id in whose}
    shown = [one for one in seen.activities if one.key in on_day and begin <= on_day[one.key] <= end]
    skipped = [
        one for one in seen.skipped if begin <= one.at.date() <= end and one.user_id in (whose | nobodys)
    ]
    (_print if json else _show)(shown, on_day, skipped, seen.problems, people)
    raise typer.Exit(1 if any(not problem.is_hint for problem in seen.problems) else 0)


def _print(
    shown: Sequence[Activity],
    on_day: Mapping[str, date],
    skipped: Sequence[Skipped],
    problems: Sequence[Problem],
    _people: Mapping[UserId, Person],
) -> None:
    from dataclasses import asdict

    from gleaner.faces.cli.session import print_json

    print_json(
        {
            "activities": [
                asdict(one) | {"kind": one.kind, "key": one.key, "on": on_day[one.key]} for one in shown
            ],
            "skipped": [asdict(one) for one in skipped],
            "problems": [asdict(one) for one in problems],
        }
    )


def _show(
    shown: Sequence[Activity],
    on_day: Mapping[str, date],
    skipped: Sequence[Skipped],
    problems: Sequence[Problem],
    people: Mapping[UserId, Person],
) -> None:
    from gleaner.core.time import spoken, spoken_day
    from gleaner.faces.cli.session import say, table, tell

    rows = (
        (people[one.user_id].name, spoken_day(on_day[one.key]), one.kind, spoken(one.observed), one.title)
        for one in sorted(shown, key=lambda one: (on_day[one.key], one.user_id, one.span))
    )
    table(("Person", "Day", "Kind", "Time", "What"), rows, right=("Time",))
    say(f"{len(shown)} activities, {len(skipped)} left out.")
    for one in skipped:
        tell(f"Left out: {one.what} ({one.reason})")
    tell(*(str(problem) for problem in problems))
