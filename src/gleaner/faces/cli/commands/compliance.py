"""``gleaner compliance``: the weekly report for managers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.compliance import Compliance
    from gleaner.core.catalog import Person

Format = Literal["text", "json", "html", "pdf", "csv", "xlsx"]
Week = Annotated[
    str | None,
    typer.Option(
        "--week",
        metavar="WEEK",
        help="2026-W12, or a day in it; otherwise the newest week whose cut-off has passed.",
    ),
]
Weeks = Annotated[int, typer.Option("--weeks", min=1, max=53, help="Weeks of the trend, this one the last.")]
As = Annotated[
    Format, typer.Option("--format", "-f", metavar="FORM", help="text, json, html, pdf, csv or xlsx.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Write it there, not to stdout; pdf and xlsx need a file."
    ),
]
Manager = Annotated[
    str | None, typer.Option("--manager", metavar="ADDRESS", help="Only the people of that manager.")
]
Team = Annotated[
    str | None, typer.Option("--team", metavar="NAME", help="Only that team, or that role in Harvest.")
]


def add(app: typer.Typer) -> None:
    app.command("compliance")(compliance)


def compliance(
    week: Week = None,
    weeks: Weeks = 12,
    format: As = "text",  # noqa: A002 (the option's name)
    out: Out = None,
    manager: Manager = None,
    team: Team = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """How much of the expected hours was in Harvest at the weekly cut-off, for administrators and managers.

    Says what is still missing and why, how that changed over the weeks, and what the hours were for; each figure with
    what it means. Exit code 1 says that the share on time is below the target.
    """
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import opened

    wanted: Format = "json" if json else format
    if json and format not in ("text", "json"):
        raise ConfigError(f"--json and --format {format} are two things; choose one")
    if wanted in ("pdf", "xlsx") and out is None:
        raise ConfigError(f"a {wanted} is no text: name a file with --out")
    with opened(config, account) as acc:
        one = _made(acc, week, weeks, manager, team)
    _write(one, wanted, out)
    share = one.figures.share
    if one.figures.is_final and share is not None and share < one.target:
        raise typer.Exit(1)


def _made(
    account: Account, week: str | None, weeks: int, manager: str | None, team: str | None
) -> Compliance:
    from gleaner.app.compliance import newest_week, report
    from gleaner.app.readers import is_administrator, managed, readable, team_of
    from gleaner.app.weeks import week_named
    from gleaner.faces.cli.session import synced

    synced(account)
    people, whom = readable(account), "everybody"
    if not is_administrator(account):
        assert account.me is not None, "nobody else may read anything"
        whom = f"the people of {account.me.name}"
    if manager is not None:
        people, whom = managed(account, manager), f"the people of {account.person(manager).name}"
    if team is not None:
        people, whom = (
            team_of(people, team),
            f"team {team}" if whom == "everybody" else f"{whom}, team {team}",
        )
    weekday = account.mirror.company().first_weekday
    first = newest_week(account, people) if week is None else week_named(week, weekday)
    weeks = _fresh(account, people, first, weeks)
    return report(account, people, first, weeks, whom)


def _fresh(account: Account, people: list[Person], first: date, weeks: int) -> int:
    """The copy brought up to date for the report; how many weeks it has, fewer where Harvest cannot be asked.

    A manager's own token may read too little of Harvest to fill the copy of a team: they read it as it is.
    """
    from gleaner.app.compliance import check_begun
    from gleaner.app.looking import freshen
    from gleaner.app.readers import is_administrator
    from gleaner.app.weeks import begin_of
    from gleaner.core.errors import Unavailable
    from gleaner.faces.cli.session import progress, tell

    check_begun(account, people, first)
    last, why = first + timedelta(days=6), ""
    if is_administrator(account):
        try:
            freshen(account, progress(), first=first, last=last, since=begin_of(first, weeks))
        except Unavailable as error:
            why = str(error)
        else:
            return weeks
    held = account.mirror.covers
    has = next((less for less in range(weeks, 0, -1) if held(begin_of(first, less), last)), None)
    if has is None:
        why = why or "An administrator's Gleaner has to read it first."
        raise Unavailable(
            f"the copy of Harvest does not hold all of that week and the month before it. {why}"
        )
    tell(f"{why} This is from the copy, as of {account.mirror.as_of():%a %d %b %Y %H:%M} UTC.".lstrip())
    return has


def _write(one: Compliance, wanted: Format, out: Path | None) -> None:
    from gleaner.faces.cli.session import as_json, say, tell, write_bytes, write_new

    if wanted in ("pdf", "xlsx"):
        assert out is not None, "asked for before"
        write_bytes(out, _binary(one, wanted))
    elif out is not None:
        write_new(out, _as_text(one, wanted, as_json))
    else:
        import sys

        if wanted == "text":
            say(_as_text(one, wanted, as_json).removesuffix("\n"))
        else:
            sys.stdout.write(_as_text(one, wanted, as_json))
    if out is not None:
        tell(f"Wrote {out}: {one.name}, {one.whom}.")


def _binary(one: Compliance, wanted: Format) -> bytes:
    if wanted == "pdf":
        from gleaner.app.reports.pdf import as_pdf

        return as_pdf(one)
    from gleaner.app.reports.tables import as_workbook

    return as_workbook(one)


def _as_text(one: Compliance, wanted: Format, as_json: Callable[[object], str]) -> str:
    match wanted:
        case "json":
            from gleaner.app.reports.data import plain

            return as_json(plain(one))
        case "html":
            from gleaner.app.reports.html import as_html

            return as_html(one)
        case "csv":
            from gleaner.app.reports.tables import as_csv

            return as_csv(one)
        case _:
            from gleaner.app.reports.text import as_text

            return as_text(one)
