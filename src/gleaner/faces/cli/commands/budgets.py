"""``gleaner budgets``: how much of each project's budget is used, and when the rest will be gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, On, Project, ProjectArgument, _day

if TYPE_CHECKING:
    from datetime import date

    from gleaner.app.account import Account
    from gleaner.app.budgeting import Standing

_WIDTH = 20


def _until(text: str) -> date | int:
    found = re.fullmatch(r"([0-9]{1,3}) ?%?", text.strip())
    if found:
        return int(found[1])
    return _day(text)


Until = Annotated[
    Any,
    typer.Option(
        "--until",
        parser=_until,
        metavar="DATE|PERCENT",
        help="A day, 2026-03-09, or a share of the budget, 90%.",
    ),
]
Off = Annotated[bool, typer.Option("--off", help="Tell about it again.")]


def add(app: typer.Typer) -> None:
    group = typer.Typer(
        help="How much of each project's budget is used, and when the rest will be gone.",
        invoke_without_command=True,
    )
    group.callback()(budgets)
    group.command("mute")(mute)
    group.command("alerts")(alerts)
    app.add_typer(group, name="budgets")


def budgets(
    context: typer.Context,
    project: Project = None,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """How much of each project's budget is used, and when the rest will be gone; for administrators and managers.

    Exit code 1 says that a budget is used up.
    """
    if context.invoked_subcommand is not None:
        return
    from gleaner.app.budgeting import check_may_see_budget, seen_by_me, standings
    from gleaner.app.finding import find_project
    from gleaner.faces.cli.session import opened, print_json, progress, tell

    with opened(config, account) as acc:
        _fresh(acc, on)
        only = find_project(project, acc.catalog).id if project is not None else None
        if only is not None:
            check_may_see_budget(acc, only)
        seen_by_me(acc, ())
        found = seen_by_me(acc, standings(acc, progress(), only, on))
    if json:
        print_json([_plain(one) for one in found])
    elif not found:
        tell("There are no budgets to see: no active project has one in Harvest.")
    else:
        _show(found)
    if any(one.burn.has_reached(100) for one in found):
        raise typer.Exit(1)


def mute(
    project: ProjectArgument,
    until: Until = None,
    off: Off = False,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Tell nobody about PROJECT's budget until a day, or until so much of it is used."""
    from datetime import date

    from gleaner.app.budgeting import mute as silence
    from gleaner.budgets.text import muted
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import opened, print_json, say

    if (until is None) != off:
        raise ConfigError("give --until with a day or a share, or --off")
    with opened(config, account) as acc:
        _fresh(acc, on)
        day = until if isinstance(until, date) else None
        share = until if isinstance(until, int) else None
        found, quiet = silence(acc, project, day, share, on)
    if json:
        print_json({"project": found.name, "until": day, "until_percent": share})
    else:
        say(f"{found.name}: {'its alerts come again' if quiet is None else muted(quiet)}.")


def alerts(
    dry_run: DryRun = False,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Tell now what is due about budgets; the daemon does so by itself. For administrators."""
    from gleaner.app.budget_alerts import message, planned, send_alerts
    from gleaner.app.budgeting import standings
    from gleaner.core.errors import ConfigError, Refused
    from gleaner.faces.cli.session import opened, print_json, progress, say, tell
    from gleaner.notify.plain import plain

    with opened(config, account) as acc:
        _fresh(acc, on)
        if not acc.is_administrator:
            raise Refused("only an administrator sends alerts about budgets")
        if not dry_run:
            if not acc.settings.channels:
                raise ConfigError(
                    "gleaner.toml: no [[channels]] are configured, so nobody can be told anything"
                )
            done = send_alerts(acc, progress(), on)
            if json:
                print_json({"sent": done.sent, "problems": done.problems})
            else:
                say(f"{done.sent} message{'' if done.sent == 1 else 's'} sent.")
                tell(*done.problems)
            raise typer.Exit(1 if done.problems else 0)
        due = [
            (one.channel or one.person.email, message(acc, one))
            for one in planned(acc, standings(acc, progress(), on=on), on)
        ]
    if json:
        print_json([{"to": to, "subject": one.subject, "text": plain(one)} for to, one in due])
        return
    for to, one in due:
        say(f"Would send to {to}:", *(f"  {line}" for line in plain(one).rstrip().split("\n")), "")
    if not due:
        say("Nothing is due.")


def _fresh(account: Account, on: date | None) -> None:
    """What an administrator's token can read is read now; others see the copy as it is."""
    from gleaner.app.looking import sync
    from gleaner.faces.cli.session import progress, synced, today_of

    synced(account)
    if account.is_administrator:
        day = on or today_of(account)
        sync(account, progress(), first=day, last=day)


def _show(found: list[Standing]) -> None:
    from gleaner.budgets.text import amount, figure, muted, outlook, percent, standing
    from gleaner.faces.cli.session import table

    rows = []
    for one in found:
        budget = one.burn.budget
        name = f"{one.client} / {one.project.name}" + (" (monthly)" if budget.is_monthly else "")
        notes = [standing(one.burn)]
        if one.waiting:
            notes.append(f"{figure(one.waiting)} h wait for review")
        if one.mute is not None:
            notes.append(muted(one.mute))
        rows.append(
            (
                name,
                bar(one.burn.percent),
                percent(one.burn),
                f"{figure(one.burn.spent)} of {amount(budget.amount, budget.unit)}",
                outlook(one.until_gone),
                "; ".join(filter(None, notes)),
            )
        )
    table(("project", "used", "%", "of its budget", "all used about", ""), rows, right=("%",))


def bar(percent: Any) -> str:
    """A bar that needs no colour; what is over the budget stands behind the end.

    >>> bar(50), bar(120), bar(None)
    ('[##########..........]', '[####################]####', '')
    """
    if percent is None:
        return ""
    full = int(percent * _WIDTH / 100)
    inside = min(full, _WIDTH)
    beyond = min(full - inside, _WIDTH // 2)
    return f"[{'#' * inside}{'.' * (_WIDTH - inside)}]{'#' * beyond}"


def _plain(one: Standing) -> dict[str, object]:
    budget = one.burn.budget
    return {
        "client": one.client,
        "project": one.project.name,
        "project_id": one.project.id,
        "budget_by": budget.by,
        "is_monthly": budget.is_monthly,
        "unit": budget.unit,
        "budget": budget.amount,
        "spent": one.burn.spent,
        "remaining": one.burn.remaining,
        "percent": None if one.burn.percent is None else round(one.burn.percent, 2),
        "is_over": one.burn.is_over,
        "waiting_hours": one.waiting,
        "ends_on": one.end,
        "forecast": [
            {"percent": f.threshold, "on": f.on, "earliest": f.earliest, "latest": f.latest}
            for f in one.ahead
        ],
        "muted_until": one.mute.until if one.mute else None,
        "muted_until_percent": one.mute.until_percent if one.mute else None,
        "burn_up": [{"day": day, "used": used} for day, used in one.burn.by_day()],
    }
