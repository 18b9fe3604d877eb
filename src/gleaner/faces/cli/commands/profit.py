"""``gleaner profit``: what work brings in and what it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, From, Json, To

if TYPE_CHECKING:
    from gleaner.core.catalog import Catalog
    from gleaner.invoicing.profit import By, Line, Profit

_BY = ("project", "client", "month", "team")


def add(app: typer.Typer) -> None:
    app.command("profit")(profit)


def _by(text: str) -> str:
    if text not in _BY:
        raise typer.BadParameter(f'"{text}" is nothing to sum up by; write project, client, month or team')
    return text


def profit(
    by: Annotated[
        str,
        typer.Option("--by", parser=_by, metavar="WHAT", help="project, client, month or team (of people)."),
    ] = "project",
    first: From = None,
    last: To = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What is billed, what it costs and what is left, of this month and the two before unless said; for administrators.

    A fixed fee is earned by the hours worked on it, at their rates, until it is used up.
    """
    from typing import cast

    from gleaner.app.looking import sync
    from gleaner.app.profit import check_may_see_costs, profit_of
    from gleaner.faces.cli.session import chosen_days, opened, print_json, progress, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        check_may_see_costs(acc)
        today = today_of(acc)
        if first is None and last is None:
            months = today.year * 12 + today.month - 3
            first = today.replace(year=months // 12, month=months % 12 + 1, day=1)
        days = chosen_days(None, first, last, today)
        sync(acc, progress(), first=days[0], last=days[1])
        found, catalog = profit_of(acc, progress(), days, cast("By", by)), acc.catalog
    if json:
        print_json(
            {
                "from": days[0],
                "to": days[1],
                "by": by,
                "lines": [_plain(one) for one in found.lines],
                "totals": [_plain(one) for one in found.totals],
                "notes": notes(found, catalog),
            }
        )
    else:
        _show(found, catalog, by)


def notes(found: Profit, catalog: Catalog) -> list[str]:
    """What is not in the figures."""
    said = []
    for user_id, hours in sorted(found.without_cost.items()):
        person = catalog.people.get(user_id)
        name = person.name if person is not None else f"user {user_id}"
        said.append(f"{hours:,.2f} h of {name} have no cost rate, so they are not in the cost.")
    unrated = sum((one.figures.hours_without_rate for one in found.totals), Decimal(0))
    if unrated:
        said.append(f"{unrated:,.2f} billable h have no rate: gleaner rates check")
    for project_id in found.unknown_fees:
        project = catalog.projects[project_id]
        said.append(
            f"{project.name}: nothing of its fee of {project.fee:,.2f} is counted, for neither rates nor a budget in"
            " hours say what an hour earns."
        )
    foreign = ", ".join(one.currency for one in found.totals if one.margin is None)
    if foreign:
        where = found.totals[0].cost_currency
        said.append(f"Costs are in {where or 'one currency'}: there is no margin in {foreign}.")
    return said


def _show(found: Profit, catalog: Catalog, by: str) -> None:
    from gleaner.faces.cli.session import say, table

    if not found.lines:
        say("Nobody logged anything on those days.")
        return
    columns = (by, "billable h", "not billable", "internal", "billed", "cost", "margin", "%", "")
    rows = [_row(one.name, one) for one in found.lines]
    rows += [_row("in all", one) for one in found.totals]
    table(columns, rows, right=columns[1:-1])
    say(*notes(found, catalog))


def _row(name: str, one: Line) -> tuple[str, ...]:
    figures = one.figures
    costs = [
        _money(amount) + ("" if currency == one.currency else f" {currency}")
        for currency, amount in sorted(one.costs.items())
    ]
    return (
        name, _hours(figures.billable_hours), _hours(figures.not_billable_hours), _hours(figures.internal_hours),
        _money(figures.billed), " + ".join(costs), _money(one.margin),
        "" if one.share is None else f"{one.share * 100:.0f}", one.currency,
    )  # fmt: skip


def _hours(hours: Decimal) -> str:
    return f"{hours:,.2f}" if hours else ""


def _money(amount: Decimal | None) -> str:
    from gleaner.invoicing.work import cents

    return "" if amount is None else f"{cents(amount):,.2f}"


def _plain(one: Line) -> dict[str, Any]:
    from gleaner.invoicing.work import cents

    figures = one.figures
    money = {name: cents(getattr(figures, name)) for name in ("time", "fees", "billed_expenses", "billed", "work_cost",
                                                             "expenses")}  # fmt: skip
    return {
        "name": one.name,
        "currency": one.currency,
        "billable_hours": figures.billable_hours,
        "not_billable_hours": figures.not_billable_hours,
        "internal_hours": figures.internal_hours,
        **money,
        "cost_currency": one.cost_currency,
        "margin": None if one.margin is None else cents(one.margin),
        "share": None if one.share is None else round(one.share, 4),
        "hours_without_cost": figures.hours_without_cost,
        "hours_without_rate": figures.hours_without_rate,
    }
