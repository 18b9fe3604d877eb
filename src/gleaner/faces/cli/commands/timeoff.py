"""``gleaner timeoff``: who is away, from when to when, and where it is known from; and exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.grouped import ListsFirst
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, From, Hours, Json, On, PersonAddress, To

if TYPE_CHECKING:
    from gleaner.adapters.store.absences import Kept
    from gleaner.app.time_off import Away
    from gleaner.core.catalog import Catalog

timeoff = typer.Typer(
    cls=ListsFirst,
    help="Who is away, from when to when, and where it is known from; and exceptions, which administrators make.\n\n"
    "Without a command it lists.",
)
_AHEAD = timedelta(days=30)
_FROM = {
    "holiday": "public holiday",
    "calendar": "their calendar",
    "harvest": "Harvest",
    "exception": "exception",
}


def add(app: typer.Typer) -> None:
    app.add_typer(timeoff, name="timeoff")


@timeoff.command("list")
def listing(
    person: PersonAddress = None,
    on: On = None,
    first: From = None,
    last: To = None,
    history: Annotated[
        bool, typer.Option("--history", help="Exceptions alone, with who made and removed them.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Who is due less and why, the next 30 days if not told; a member sees their own, a manager their people's.

    What a calendar or Harvest calls an absence is only ever the person's own to read, others see "time off".
    """
    from gleaner.app.time_off import away, visible
    from gleaner.app.time_off import history as exceptions
    from gleaner.core.errors import Refused
    from gleaner.faces.cli.session import chosen_days, held, opened, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        people = visible(acc)
        if person is not None:
            wanted = acc.person(person)
            people = [one for one in people if one.id == wanted.id]
            if not people:
                raise Refused("only they, their manager and an administrator see that")
        else:
            people = [one for one in people if one.is_active]
        if on is first is last is None:
            first = today_of(acc)
            last = first + _AHEAD
        begin, end = chosen_days(on, first, last, today_of(acc))
        known = acc.catalog
        if history:
            _show_history(exceptions(acc, people, begin, end), known, is_json=json)
            return
        held(acc, begin, end)
        found = away(acc, people, begin, end)
    _show(found, begin, end, is_json=json)


def _show(found: list[Away], begin: date, end: date, *, is_json: bool) -> None:
    from gleaner.faces.cli.session import print_json, say, table

    if is_json:
        print_json(
            [
                {"person": one.person.email, "from": one.first, "to": one.last, "what": one.what,
                 "known_from": one.origin, "hours": _hours(one), "share": one.share}
                for one in found
            ]
        )  # fmt: skip
    elif not found:
        say(f"Nobody is away from {begin} to {end}.")
    else:
        rows = (
            (one.person.name, f"{one.first:%a} {one.first}", f"{one.last:%a} {one.last}", one.what, _much(one),
             _FROM[one.origin])
            for one in found
        )  # fmt: skip
        table(("Name", "From", "To", "What", "Less a day", "Known from"), rows)


def _much(one: Away) -> str:
    hours = _hours(one)
    if hours is not None:
        return f"{hours:.2f} h"
    return "all" if one.share == 1 else f"{one.share:.0%}"


def _hours(one: Away) -> Decimal | None:
    from gleaner.core.time import decimal_hours

    return None if one.hours is None else decimal_hours(one.hours)


def _show_history(found: list[Kept], known: Catalog, *, is_json: bool) -> None:
    from gleaner.faces.cli.session import print_json, say, table

    if is_json:
        print_json([plain(one, known) for one in found])
        return
    if not found:
        say("There is no exception in those days.")
        return
    rows = (
        (str(one.id), known.people[one.user_id].name, f"{one.first} to {one.last}",
         "all" if one.hours is None else f"{one.hours / timedelta(hours=1):.2f} h", one.reason,
         f"{one.made_by}, {one.made_at:%d %b %Y}",
         f"{one.removed_by}, {one.removed_at:%d %b %Y}" if one.removed_at is not None else "")
        for one in found
    )  # fmt: skip
    table(("No.", "Name", "Days", "Less a day", "Reason", "Made by", "Removed by"), rows)


def plain(one: Kept, known: Catalog) -> dict[str, Any]:
    """An exception for programs."""
    return {
        "id": one.id,
        "person": known.people[one.user_id].email,
        "from": one.first,
        "to": one.last,
        "hours": None if one.hours is None else one.hours / timedelta(hours=1),
        "reason": one.reason,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "removed_by": one.removed_by or None,
        "removed_at": one.removed_at,
    }


@timeoff.command("add")
def adding(
    person: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose days.")],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Shown wherever the day is added up, to managers too."),
    ],
    on: On = None,
    first: From = None,
    last: To = None,
    hours: Hours = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Make an exception: so many hours less are due on each of those days, or none. For administrators."""
    from gleaner.app.time_off import add as made
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import days_between, opened, print_json, say, synced, tell

    begin, end = days_between(on, first, last)
    if begin is None:
        raise ConfigError("say which days: --on DATE, or --from DATE and --to DATE")
    if hours is not None and not 0 < hours <= 24:
        raise ConfigError(f"--hours {hours}: a day has 0 to 24 hours")
    less = None if hours is None else timedelta(hours=float(hours))
    with opened(config, account) as acc:
        synced(acc)
        whom = acc.person(person)
        kept = made(acc, whom, begin, end if end is not None else begin, less, reason, dry_run=dry_run)
        known = acc.catalog
    if json:
        print_json(plain(kept, known) | {"is_dry_run": dry_run})
        return
    how = "nothing" if less is None else f"{hours:.2f} h less each day"
    which = f"from {kept.first} to {kept.last}" if kept.last != kept.first else f"on {kept.first}"
    say(f"{whom.name} is due {how} {which}: {kept.reason}.")
    tell("Nothing was changed." if dry_run else f"Take it back: gleaner timeoff remove {kept.id}")


@timeoff.command("remove")
def removing(
    number: Annotated[
        int, typer.Argument(metavar="NO", help="Of an exception, from `gleaner timeoff list --history`.")
    ],
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Take an exception back: it counts no more, and stays in the history. For administrators."""
    from gleaner.app.time_off import remove as removed
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        kept = removed(acc, number, dry_run=dry_run)
        known = acc.catalog
        name = known.people[kept.user_id].name
    if json:
        print_json(plain(kept, known) | {"is_dry_run": dry_run})
        return
    say(
        f"{'Would be removed' if dry_run else 'Removed'}: {name}, {kept.first} to {kept.last}, {kept.reason}."
    )
    tell("Nothing was changed." if dry_run else "It stays in the history: gleaner timeoff list --history")
