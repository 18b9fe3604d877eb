"""Money that may be lost: what was earned or spent and is on no invoice, and rates that let it slip away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from gleaner.adapters.harvest.billing_copy import BillingCopy
from gleaner.app.account import Account
from gleaner.app.budgeting import books, sees_money
from gleaner.app.pricing import dated_rates
from gleaner.budgets.burn import Budget
from gleaner.core.catalog import ProjectId, UserId
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.rates import DatedRate
from gleaner.invoicing import leak_text
from gleaner.invoicing.gathered import Gathered, gathered
from gleaner.invoicing.leakage import Finding, Leaks, leaks, priced_people, unpriced_projects
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import Spent, Worked

One = TypeVar("One", Worked, Spent)


@dataclass(frozen=True)
class Leak:
    """One finding in words."""

    finding: Finding
    about: str
    sentence: str
    action: str


@dataclass(frozen=True)
class Found:
    """All of them."""

    leaks: Leaks
    said: tuple[Leak, ...]


def billing(account: Account) -> BillingCopy:
    """The copy's side of billing."""
    return BillingCopy(account.engine, account.client, account.id)


def check_may_see_money(account: Account) -> frozenset[ProjectId] | None:
    """The projects whose money the token's owner sees: None for an administrator, who sees all. Raises Refused."""
    me = account.me
    if account.is_administrator:
        return None
    mine = account.catalog.managed(me.id) if me is not None and sees_money(me) else frozenset()
    if not mine:
        raise Refused(
            phrase("only administrators, and managers who may see billable rates, see what was not billed")
        )
    if len(account.catalog.people) == 1:
        raise Refused(
            phrase(
                "this database holds your own data only: Harvest lets no manager's token read a whole "
                "team. Use the one that an administrator's Gleaner fills"
            )
        )
    return mine


def found_leaks(account: Account, progress: Progress, today: date, older_than: int) -> Found:
    """What was earned or spent up to *today* and may be lost; *older_than*: days after which it should be invoiced.

    For administrators old work is read first where it is lacking, and people's dated rates are asked for, one request
    each. Managers get what the copy has of their projects, without what people's rates tell. Raises Refused for others.
    """
    only = check_may_see_money(account)
    copy = billing(account)
    if only is None:
        copy.complete(progress)
        complete_fees(account, today, progress)
    book, age = RateBook(account.catalog), timedelta(days=older_than)

    def work() -> Gathered:
        return gathered(_within(copy.worked(), only, today), book, today, age)

    with progress.step("uninvoiced work"):
        found = work()
    defaults: Mapping[UserId, Sequence[DatedRate]] = {}
    if only is None:
        defaults = dated_rates(account, progress, priced_people(found, account.catalog))
        found = _asked_again(copy, progress, found, book, work)
    spent = _within(copy.spent(only_open=True), only, today)
    said = leaks(found, spent, account.catalog, defaults)
    return Found(said, tuple(_in_words(account, one) for one in said.findings))


def complete_fees(account: Account, today: date, progress: Progress) -> None:
    """Read, once for each, the whole history of the projects with a fixed fee: their hours count from the start."""
    fixed = [one for one in account.catalog.projects.values() if one.is_fixed_fee]
    books(account).complete([Budget(one.id, "project", one.fee) for one in fixed], today, progress)


def _asked_again(
    copy: BillingCopy, progress: Progress, found: Gathered, book: RateBook, work: Callable[[], Gathered]
) -> Gathered:
    """A rate somebody was given since does not show in the copy: such projects are read before they are named."""
    again = unpriced_projects(found, book)
    if not again:
        return found
    with progress.step("projects without rates"):
        copy.live(again, None)
    return work()


def _within(those: Iterable[One], only: frozenset[ProjectId] | None, today: date) -> Iterable[One]:
    return (one for one in those if one.on <= today and (only is None or one.project_id in only))


def _in_words(account: Account, one: Finding) -> Leak:
    catalog, base = account.catalog, account.mirror.company().base_uri.rstrip("/")
    return Leak(
        one,
        leak_text.about(one, catalog),
        leak_text.sentence(one, catalog),
        leak_text.action(one, catalog, base),
    )
