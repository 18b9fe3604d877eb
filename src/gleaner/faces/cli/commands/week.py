"""``gleaner week``: seven days, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, On, PersonAddress

if TYPE_CHECKING:
    from gleaner.app.days import Sum


def add(app: typer.Typer) -> None:
    app.command("week")(week)


def week(
    person: PersonAddress = None,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """The week around a day: expected, in Harvest, ready, unsure and still open, day by day."""
    from gleaner.app.days import week_sums
    from gleaner.core.time import spoken_day, week_of
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced, table, today_of

    with opened(config, account) as acc:
        synced(acc, *(week_of(on) if on is not None else ()))
        who = person_named(acc, person)
        sums, whole = week_sums(acc, who, on or today_of(acc, who))
    if json:
        print_json({"person": who.email, "days": [_plain(one) for one in sums], "week": _plain(whole)})
        return
    say(f"{who.name} · {whole.sentence}")
    rows = [
        (spoken_day(one.on), f"{one.expected:.2f}", f"{one.logged:.2f}", f"{one.ready:.2f}", f"{one.unsure:.2f}",
         f"{one.open:.2f}")
        for one in sums
    ]  # fmt: skip
    columns = ("Day", "Expected", "In Harvest", "Ready", "Unsure", "Open")
    table(columns, rows, right=columns[1:])


def _plain(total: Sum) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(total) | {"open": total.open}
