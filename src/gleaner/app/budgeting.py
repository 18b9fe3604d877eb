"""How the budgets of an account stand, and who may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner import config
from gleaner.adapters.harvest.budget_copy import BudgetCopy
from gleaner.adapters.public_holidays import public_holidays
from gleaner.adapters.store.budgets import StoredBudgets
from gleaner.app.account import Account
from gleaner.app.daemon.around import known_people
from gleaner.app.daemon.roster import common_zone
from gleaner.app.finding import find_project
from gleaner.budgets.alerts import THRESHOLDS, Mute
from gleaner.budgets.burn import NOTHING, Budget, Burn, Paid, Prices, Worked, burn
from gleaner.budgets.forecast import BACK, Calendar, Forecast, ends, forecast
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Catalog, Person, Project, ProjectId, TaskId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.proposals import State


@dataclass(frozen=True)
class Standing:
    """One project's budget, as it stands today."""

    project: Project
    client: str
    burn: Burn
    ahead: tuple[Forecast, ...]
    """For each threshold that is not reached yet."""
    end: date | None
    """The last day it has to last."""
    waiting: Decimal
    """Hours that wait for review, and would count."""
    driver: tuple[TaskId, Decimal] | None
    """The task that used most in the last three weeks."""
    mute: Mute | None = None

    @property
    def until_gone(self) -> Forecast | None:
        """When all of it will be used."""
        return next((one for one in self.ahead if one.threshold == 100), None)


def books(account: Account) -> BudgetCopy:
    """The copy's side of budgets."""
    return BudgetCopy(account.engine, account.client, account.id)


def notes(account: Account) -> StoredBudgets:
    """What was told about them."""
    return StoredBudgets(account.engine, account.id)


def today_there(account: Account) -> date:
    """The day in the zone most people live in: by it months begin."""
    return account.clock.now().astimezone(common_zone(known_people(account))).date()


def standings(
    account: Account, progress: Progress, only: ProjectId | None = None, on: date | None = None
) -> list[Standing]:
    """Every budget of an active project, by client and name; history that is lacking is read first.

    *on* is the day it is looked at, otherwise today: by it the month, the pace and the forecast are told.
    """
    catalog, copy, today = account.catalog, books(account), on or today_there(account)
    budgets = [one for one in copy.budgets() if only in (None, one.project_id)]
    budgets = [one for one in budgets if one.project_id in catalog.projects]
    copy.complete(budgets, today, progress)
    worked, paid = copy.used({one.project_id for one in budgets})
    on_project, spent_on = _grouped(worked), _grouped(paid)
    waiting = _waiting(account, {one.project_id: one for one in budgets})
    prices, holidays = Prices(catalog), _holidays(account, today)
    workdays = _workdays(catalog)
    quiet = _quiet(account, budgets, today)
    found = []
    for budget in budgets:
        number = budget.project_id
        used = burn(budget, on_project.get(number, ()), spent_on.get(number, ()), prices, today)
        calendar = Calendar(workdays.get(number, frozenset(range(5))), holidays)
        found.append(
            _standing(account, used, calendar, waiting.get(number, NOTHING), quiet.get(number), today)
        )
    return sorted(found, key=lambda one: (one.client.casefold(), one.project.name.casefold(), one.project.id))


def seen_by_me(account: Account, found: Iterable[Standing]) -> list[Standing]:
    """Those of *found* that the token's owner may see: everything, or what they manage.

    Money is shown to managers who may see billable rates, as in Harvest. Raises Refused when they may see nothing.
    """
    found = list(found)
    me = account.me
    if me is None or not (account.is_administrator or account.catalog.managed(me.id)):
        raise Refused(phrase("only administrators and managers of a project see its budget"))
    if account.is_administrator:
        return found
    mine = account.catalog.managed(me.id)
    return [
        one for one in found
        if one.project.id in mine and (sees_money(me) or not one.burn.budget.is_money)
    ]  # fmt: skip


def check_may_see_budget(account: Account, project_id: ProjectId) -> None:
    """Raises Refused unless the token's owner administers the account or manages the project."""
    me = account.me
    if account.is_administrator or (me is not None and project_id in account.catalog.managed(me.id)):
        return
    raise Refused(phrase("only administrators and managers of the project see its budget"))


def sees_money(person: Person) -> bool:
    """Whether Harvest shows them what clients are billed."""
    return (
        "administrator" in person.access_roles or {"manager", "billable_rates_manager"} <= person.access_roles
    )


def told_people(catalog: Catalog, project_id: ProjectId) -> list[Person]:
    """Who is told about the project's budget: its managers, or the administrators where it has none."""
    active = [one for one in catalog.people.values() if one.is_active and one.email]
    managers = [one for one in active if project_id in catalog.managed(one.id)]
    return managers or [one for one in active if "administrator" in one.access_roles]


def settings_for(account: Account) -> dict[ProjectId, config.BudgetSettings]:
    """What ``[[budgets]]`` says, project by project. Raises ConfigError for a project nobody knows."""
    catalog = account.catalog
    named = []
    for number, one in enumerate(account.settings.budgets, 1):
        try:
            named.append((find_project(one.project, catalog).id if one.project else None, one))
        except ConfigError as error:
            raise ConfigError(
                phrase(
                    "{file}, budgets[{number}]: {error}", file=config.FILE, number=number, error=str(error)
                )
            ) from error
    common = next((one for project_id, one in named if project_id is None), config.BudgetSettings())
    found = dict.fromkeys(catalog.projects, common)
    for project_id, one in reversed(named):
        if project_id is not None:
            found[project_id] = one
    return found


def mute(
    account: Account, text: str, until: date | None, until_percent: int | None, on: date | None = None
) -> tuple[Project, Mute | None]:
    """Silence about the project called *text*; without any end it is over.

    Raises as :func:`find_project`, and Refused for others than its managers and administrators.
    """
    project = find_project(text, account.catalog)
    check_may_see_budget(account, project.id)
    budget = next((one for one in books(account).budgets() if one.project_id == project.id), None)
    if budget is None:
        raise ConfigError(
            phrase(
                'the project "{project}" has no budget in Harvest, so nothing is told about it',
                project=project.name,
            )
        )
    today, now = on or today_there(account), account.clock.now()
    if until is not None and until <= today:
        raise ConfigError(phrase("{until} is not after today; alerts would never stop", until=str(until)))
    asked = None if until is None and until_percent is None else Mute(until, until_percent)
    stored = notes(account)
    stored.mute(project.id, asked, stored.version(project.id, budget.stamp, now), budget.period(today))
    return project, asked


def _quiet(account: Account, budgets: Sequence[Budget], today: date) -> dict[ProjectId, Mute]:
    """What holds still: a date that has not come, a share of the same budget in the same period."""
    stored = notes(account)
    mutes, versions = stored.mutes(), stored.versions()
    found = {}
    for budget in budgets:
        kept = mutes.get(budget.project_id)
        if kept is None:
            continue
        asked, version, period = kept
        stamp, present = versions.get(budget.project_id, ("", 0))
        is_same = (stamp, present, budget.period(today)) == (budget.stamp, version, period)
        until = asked.until if asked.until is not None and asked.until > today else None
        left = Mute(until, asked.until_percent if is_same else None)
        if left != Mute():
            found[budget.project_id] = left
    return found


def _standing(
    account: Account, used: Burn, calendar: Calendar, waiting: Decimal, quiet: Mute | None, today: date
) -> Standing:
    catalog = account.catalog
    project = catalog.projects[used.budget.project_id]
    client = catalog.clients.get(project.client_id)
    end = ends(used, project.ends_on, today)
    ahead = (forecast(used, one, today, calendar) for one in THRESHOLDS)
    return Standing(
        project,
        client.name if client is not None else "",
        used,
        tuple(one for one in ahead if one is not None and _is_within(one, used, end)),
        end,
        waiting,
        _driver(used, today),
        quiet,
    )


def _is_within(one: Forecast, used: Burn, end: date | None) -> bool:
    """A monthly budget begins anew before what lies behind the end of the month."""
    return not used.budget.is_monthly or (one.on is not None and end is not None and one.on <= end)


def _driver(used: Burn, today: date) -> tuple[TaskId, Decimal] | None:
    sums: dict[TaskId, Decimal] = defaultdict(Decimal)
    for use in used.uses:
        if use.task_id is not None and today - BACK <= use.on <= today:
            sums[use.task_id] += use.amount
    best = max(sums, key=lambda task_id: (sums[task_id], task_id), default=None)
    return None if best is None or sums[best] <= 0 else (best, sums[best])


def _waiting(account: Account, budgets: Mapping[ProjectId, Budget]) -> dict[ProjectId, Decimal]:
    sums: dict[ProjectId, Decimal] = defaultdict(Decimal)
    for item in account.inbox.items(states=(State.PROPOSED, State.FAILED)):
        action = item.proposal.action
        if not isinstance(action, CreateTimeEntry) or action.project_id is None or action.task_id is None:
            continue
        budget = budgets.get(action.project_id)
        if budget is not None and budget.counts(action.task_id, action.user_id):
            sums[action.project_id] += action.hours
    return sums


def _workdays(catalog: Catalog) -> dict[ProjectId, frozenset[int]]:
    found: dict[ProjectId, set[int]] = defaultdict(set)
    for one in catalog.user_assignments:
        person = catalog.people.get(one.user_id)
        if one.is_active and person is not None and person.is_active:
            found[one.project_id] |= person.workdays
    return {project_id: frozenset(days) for project_id, days in found.items() if days}


def _holidays(account: Account, today: date) -> frozenset[date]:
    where = account.settings.timesheets
    if not where.country:
        return frozenset()
    years = (today.year - 1, today.year, today.year + 1)
    return frozenset(day for year in years for day in public_holidays(where.country, where.region, year))


def _grouped(items: Iterable[Worked] | Iterable[Paid]) -> dict[ProjectId, list]:  # type: ignore[type-arg]
    found: dict[ProjectId, list] = defaultdict(list)  # type: ignore[type-arg]
    for one in items:
        found[one.project_id].append(one)
    return found
