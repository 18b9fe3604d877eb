"""What work brings in and costs, and what may be lost. For administrators: nobody else sees costs in Harvest."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from starlette.responses import Response

from gleaner.app.leaks import found_leaks
from gleaner.app.looking import freshen
from gleaner.app.profit import check_may_see_costs, profit_of
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.language import Words
from gleaner.core.silent import SILENT
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.templating import amount, number
from gleaner.faces.web.visit import NotFound, Visit
from gleaner.invoicing.leak_text import place
from gleaner.invoicing.profit import By, Line, Profit

_BY: tuple[By, ...] = ("project", "client", "month", "team")
_LONGEST = timedelta(days=366)
_OLD = 30
"""Days after which work should be on an invoice, unless somebody says otherwise."""
_MOST = 50
"""Findings of each currency on the page."""


def add(pages: Pages) -> None:
    pages.get("/money", money, who="administrator", nav="Money", rank=65)
    pages.get("/money/leaks", leaks, who="administrator")


def money(visit: Visit) -> Response:
    """Billed, cost and margin of this month and the two before, or of other days."""
    account, words = visit.account, visit.words
    check_may_see_costs(account)
    first, last = _days(visit)
    by = visit.query.get("by", "project")
    if by not in _BY:
        raise NotFound
    away = ""
    if not account.mirror.covers(first, last):
        try:
            freshen(account, SILENT, first=first, last=last)
        except Unavailable as error:
            away = visit.words.again(error.text)
    found = profit_of(account, SILENT, (first, last), by)
    return visit.show(
        "money.html", title=words.text("Money"), found=found, first=first, last=last, by=by, away=away,
        ways={"project": words.text("project"), "client": words.text("client"), "month": words.text("month"),
              "team": words.text("team of people")},
        notes=notes(visit, found), cost=lambda line: cost(words, line), as_of=account.mirror.as_of(),
    )  # fmt: skip


def leaks(visit: Visit) -> Response:
    """What was earned or spent and is on no invoice, and rates that let money slip away."""
    account = visit.account
    check_may_see_costs(account)
    text = visit.query.get("older", str(_OLD))
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise NotFound
    found = found_leaks(account, SILENT, visit.today, int(text))
    shown, counts = [], dict.fromkeys({one.finding.currency for one in found.said}, 0)
    for one in found.said:
        counts[one.finding.currency] += 1
        if counts[one.finding.currency] <= _MOST:
            shown.append(one)
    free = [(place(one.project_id, account.catalog), one) for one in found.leaks.free[:_MOST]]
    return visit.show(
        "leaks.html", title=visit.words.text("What may be lost"), shown=shown, more=len(found.said) - len(shown),
        sums=sorted(found.leaks.sums.items()), free=free, older=int(text), as_of=account.mirror.as_of(),
    )  # fmt: skip


def _days(visit: Visit) -> tuple[date, date]:
    """The days asked for; this month and the two before where nobody said. Raises ConfigError."""
    today, words = visit.today, visit.words
    months = today.year * 12 + today.month - 3
    begin = today.replace(year=months // 12, month=months % 12 + 1, day=1)
    first = visit.day(visit.query["from"]) if visit.query.get("from") else begin
    last = visit.day(visit.query["to"]) if visit.query.get("to") else max(today, first)
    if last < first:
        raise ConfigError(words.text("The last day is before the first."))
    if last - first > _LONGEST:
        raise ConfigError(words.text("That is more than a year; take it in parts."))
    return first, last


def cost(words: Words, line: Line) -> str:
    """``1,200.00``, with its currency where that is another: ``1,200.00 + 30.00 USD``."""
    parts = [
        amount(value, words) + ("" if currency == line.currency else f" {currency}")
        for currency, value in sorted(line.costs.items())
    ]
    return " + ".join(parts)


def notes(visit: Visit, found: Profit) -> list[str]:
    """What is not in the figures."""
    words, catalog, said = visit.words, visit.account.catalog, []
    for user_id, hours in sorted(found.without_cost.items()):
        person = catalog.people.get(user_id)
        name = person.name if person is not None else str(user_id)
        said.append(
            words.text("{hours} h of {name} have no cost rate, so they are not in the cost.",
                       hours=number(hours, words), name=name)
        )  # fmt: skip
    unrated = sum((one.figures.hours_without_rate for one in found.totals), Decimal(0))
    if unrated:
        said.append(words.text("{hours} billable h have no rate.", hours=number(unrated, words)))
    for project_id in found.unknown_fees:
        name = catalog.projects[project_id].name
        said.append(
            words.text(
                "{name}: nothing of its fee is counted, for neither rates nor a budget in hours say what an hour"
                " earns.",
                name=name,
            )
        )
    foreign = ", ".join(one.currency for one in found.totals if one.margin is None)
    if foreign:
        where = found.totals[0].cost_currency
        said.append(
            words.text("Costs are in {there}: there is no margin in {here}.", there=where, here=foreign)
        )
    return said
