"""Budgets: how much is used, when the rest will be gone, what drives it, silence. For managers and administrators."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from gleaner.app.budgeting import (
    Standing,
    check_may_see_budget,
    mute,
    seen_by_me,
    settings_for,
    standings,
    today_there,
)
from gleaner.app.driving import drivers
from gleaner.budgets.burn import Burn
from gleaner.budgets.forecast import Forecast
from gleaner.core.catalog import Catalog, Person, Project, ProjectId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.language import Words
from gleaner.core.silent import SILENT
from gleaner.faces.web.charts import HEIGHT, WIDTH, bar, burn_up
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.templating import amount as money
from gleaner.faces.web.templating import number
from gleaner.faces.web.visit import NotFound, Said, Visit


def add(pages: Pages) -> None:
    pages.get("/budgets", budgets, who="lead", nav="Budgets", rank=50, named_for=_has_budgets)
    pages.get("/budgets/{project}", budget, who="lead")
    pages.post("/budgets/{project}/mute", silence, who="lead")


def _has_budgets(person: Person, catalog: Catalog) -> bool:
    """Whoever manages people only has no project whose budget they see."""
    return "administrator" in person.access_roles or bool(catalog.managed(person.id))


def budgets(visit: Visit) -> Response:
    """Every budget that they may see, those that are used up first."""
    seen_by_me(visit.account, ())
    found = seen_by_me(visit.account, standings(visit.account, SILENT))
    found.sort(key=lambda one: -(one.burn.percent or Decimal(0)))
    return visit.show(
        "budgets.html", title=visit.words.text("Budgets"), found=found, as_of=visit.account.mirror.as_of(),
        **_helpers(visit),
    )  # fmt: skip


def budget(visit: Visit) -> Response:
    """One budget: its burn-up, which task and who used it."""
    account, one = visit.account, _standing(visit)
    tasks, people = drivers(account, one)
    today = today_there(account)
    return visit.show(
        "budget.html", title=one.project.name, one=one, tasks=tasks, people=people, today=today,
        chart=burn_up(one.burn, one.until_gone, one.end, today), width=WIDTH, height=HEIGHT, **_helpers(visit),
    )  # fmt: skip


def silence(visit: Visit) -> Response:
    """Nobody is told about it until then; or they are again."""
    one, words = _standing(visit), visit.words
    until, percent = _until(visit) if not visit.said("off") else (None, None)
    if until is None and percent is None and not visit.said("off"):
        raise ConfigError(words.text("Say until which day, or until how much of it is used."))
    mute(visit.account, str(one.project.id), until, percent)
    if visit.said("off"):
        text = words.text("{project}: its alerts come again.", project=one.project.name)
    else:
        text = words.text(
            "{project}: quiet {until}.", project=one.project.name, until=muted(words, until, percent)
        )
    return visit.go(f"/budgets/{one.project.id}", Said(text))


def _standing(visit: Visit) -> Standing:
    """The budget of this address, if it is for this person to see. Raises NotFound."""
    try:
        project_id = ProjectId(int(visit.part("project")))
        check_may_see_budget(visit.account, project_id)
    except (ValueError, Refused):
        raise NotFound from None
    (one,) = seen_by_me(visit.account, standings(visit.account, SILENT, project_id)) or (None,)
    if one is None:
        raise NotFound
    return one


def _until(visit: Visit) -> tuple[date | None, int | None]:
    day, share = visit.said("until", 20), visit.said("percent", 10)
    words = visit.words
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise ConfigError(words.text("That is no day; write it as 2026-03-10.")) from None
    if share and not (share.isascii() and share.isdigit() and 1 <= int(share) <= 1000):
        raise ConfigError(words.text("“{text}” is no share of a budget; write 90.", text=share))
    return on, int(share) if share else None


# --- words -------------------------------------------------------------------------------------------------------


def _helpers(visit: Visit) -> dict[str, Any]:
    words, wishes = visit.words, settings_for(visit.account)

    def thresholds(project: Project) -> tuple[int, ...]:
        return wishes[project.id].thresholds

    return {
        "bar": lambda one: bar(one.burn.percent, thresholds(one.project)), "thresholds": thresholds,
        "used": lambda one: used(words, one.burn), "share": share, "outlook": lambda one: outlook(words, one),
        "stands": lambda one: stands(words, one.burn), "in_unit": lambda value, burn: in_unit(words, value, burn),
        "muted": lambda one: muted(words, one.until, one.until_percent),
    }  # fmt: skip


def share(burn: Burn) -> str:
    """``75 %``, cut off, so that 100 % are never said before they are used."""
    return "–" if burn.percent is None else f"{int(burn.percent)} %"


def in_unit(words: Words, value: Decimal, burn: Burn) -> str:
    """``200.00 h``, ``25,000.00 USD``."""
    said = money(value, words) if burn.budget.is_money else number(value, words)
    return f"{said} {burn.budget.unit}"


def used(words: Words, burn: Burn) -> str:
    """``151.00 of 200.00 h``."""
    if burn.budget.amount is None:
        return words.text("{used} used, no budget set", used=in_unit(words, burn.spent, burn))
    spent = in_unit(words, burn.spent, burn).removesuffix(f" {burn.budget.unit}")
    return words.text("{used} of {whole}", used=spent, whole=in_unit(words, burn.budget.amount, burn))


def stands(words: Words, burn: Burn) -> str:
    """How it stands in a word; empty where there is nothing to say."""
    whole = burn.budget.amount
    if burn.is_over:
        return words.text("over")
    if whole is not None and whole == burn.spent and burn.spent > 0:
        return words.text("all used")
    return ""


def outlook(words: Words, ahead: Forecast | None) -> str:
    """``Wed 17 Jun (Thu 11 Jun to Sat 27 Jun)``; empty where nothing can be said."""
    if ahead is None:
        return ""
    if ahead.on is None:
        return words.text("not within a year")
    far = words.text("more than a year on")
    first = words.day(ahead.earliest) if ahead.earliest is not None else far
    last = words.day(ahead.latest) if ahead.latest is not None else far
    return words.text("{day} ({first} to {last})", day=words.day(ahead.on), first=first, last=last)


def muted(words: Words, until: date | None, percent: int | None) -> str:
    """``until Fri 1 May and until 90 %``."""
    parts = [words.text("until {day}", day=words.day(until))] if until is not None else []
    parts += [words.text("until {n} % are used", n=percent)] if percent is not None else []
    return words.text(" and ").join(parts)
