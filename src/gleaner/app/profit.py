"""What work brings in and what it costs, from our copy of Harvest. For administrators: others see no costs there."""

from __future__ import annotations

from datetime import date

from gleaner.app.account import Account
from gleaner.app.budgeting import books
from gleaner.app.leaks import billing, complete_fees
from gleaner.app.sheets import time_off_tasks
from gleaner.core.errors import Refused
from gleaner.core.ports import Progress
from gleaner.invoicing.profit import By, Facts, Profit, profit


def check_may_see_costs(account: Account) -> None:
    """Raises Refused unless the token is an administrator's."""
    if not account.is_administrator:
        raise Refused("only an administrator's token sees what people cost")


def profit_of(account: Account, progress: Progress, days: tuple[date, date], by: By) -> Profit:
    """The figures of *days*, first and last included; the caller has brought the copy of them up to date.

    The history of projects with a fixed fee is read first, once. Raises Refused unless the token is an administrator's.
    """
    check_may_see_costs(account)
    complete_fees(account, days[1], progress)
    catalog, copy = account.catalog, billing(account)
    used = {one.currency for one in catalog.clients.values()}
    currency = account.mirror.company().currency or (used.pop() if len(used) == 1 else "")
    planned = {
        one.project_id: one.amount
        for one in books(account).budgets()
        if one.amount and not one.is_money and not one.is_monthly
    }
    facts = Facts(catalog, currency, time_off_tasks(account), planned)
    # Fees are earned from their first hour on, so the days before are read too.
    with progress.step("work and costs"):
        return profit(copy.worked((date.min, days[1])), copy.spent(days), facts, days, by)
