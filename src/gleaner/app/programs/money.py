"""Compliance, budgets and invoices, for programs of who may see them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.billing.following import refresh
from gleaner.app.billing.listing import bill_called, check_may_bill, listed, proven
from gleaner.app.billing.seeing import Look, bills_of
from gleaner.app.budgeting import Standing, seen_by_me, standings
from gleaner.app.compliance import check_begun, newest_week, report
from gleaner.app.finding import find_project
from gleaner.app.looking import sync
from gleaner.app.programs.seat import Seat, fresh, ready
from gleaner.app.programs.values import (
    Budget,
    Budgets,
    Compliance,
    Invoice,
    Invoices,
    PersonWeek,
    Rule,
    number,
    short,
)
from gleaner.app.readers import is_administrator, readable
from gleaner.app.reports.words import headline
from gleaner.app.weeks import begin_of, week_named
from gleaner.core.catalog import Project
from gleaner.core.errors import Unavailable
from gleaner.core.silent import SILENT
from gleaner.core.time import decimal_hours
from gleaner.invoicing import text
from gleaner.invoicing.bills import Bill
from gleaner.invoicing.plan import Plan
from gleaner.invoicing.proof import Proof

_MOST = 30
"""Invoices, and lines of one."""


def compliance(seat: Seat, week: str = "") -> Compliance:
    """How much of the expected hours was there at the weekly cut-off, who lacks some, and why. Hours only.

    Raises Refused for members.
    """
    seat.check("read")
    account = seat.account
    ready(account)
    people, whom = readable(account), "everybody"
    if not is_administrator(account):
        whom = f"the people of {seat.person.name}"
    first = week_named(week, account.mirror.company().first_weekday) if week else newest_week(account, people)
    check_begun(account, people, first)
    note = fresh(account, begin_of(first, 1), first + timedelta(days=6))
    one = report(account, people, first, 1, whom)
    return Compliance(
        week=one.name,
        whom=whom,
        headline=headline(one),
        open=[
            PersonWeek(
                person=row.person.name,
                expected=number(decimal_hours(row.week.due)),
                missing_at_cut_off=number(decimal_hours(row.week.lacked)),
                missing_now=number(decimal_hours(row.week.lacks)),
                excused=number(decimal_hours(row.week.excused)),
            )
            for row in one.rows
            if row.week.lacked or row.week.lacks
        ],
        causes=[short(cause.text) for cause in one.causes],
        note=note,
    )


def budgets(seat: Seat, project: str = "") -> Budgets:
    """How much of each budget is used, and when the rest will be gone. Raises Refused where one may see none."""
    seat.check("money")
    account = seat.account
    ready(account)
    seen_by_me(account, ())
    only = find_project(project, account.catalog, _managed(account)).id if project else None
    found = seen_by_me(account, standings(account, SILENT, only))
    return Budgets(budgets=[_budget(one) for one in found])


def _managed(account: Account) -> list[Project]:
    """The projects whose budgets whoever looks may ask for: others' names are not told either."""
    projects = account.catalog.projects
    if account.is_administrator or account.me is None:
        return list(projects.values())
    mine = account.catalog.managed(account.me.id)
    return [one for one in projects.values() if one.id in mine]


def _budget(one: Standing) -> Budget:
    burn, budget = one.burn, one.burn.budget
    gone = one.until_gone
    return Budget(
        project=short(f"{one.client} / {one.project.name}"),
        project_id=one.project.id,
        unit=budget.unit,
        budget=None if budget.amount is None else number(budget.amount),
        spent=number(burn.spent),
        percent=None if burn.percent is None else number(Decimal(burn.percent)),
        waiting_hours=number(one.waiting),
        gone_about=gone.on if gone is not None else None,
        ends_on=one.end,
    )


def invoices(seat: Seat, invoice: str = "") -> Invoices:
    """Every invoice of a billing rule and what is due; or one from top to bottom. For administrators."""
    seat.check("money")
    account = seat.account
    ready(account)
    check_may_bill(account)
    if invoice:
        bill, proof = proven(account, bill_called(account, invoice))
        return Invoices(invoices=[bill_of(seat, bill)], lines=lines_of(seat, bill.plan, proof))
    try:
        sync(account, SILENT, first=seat.today, last=seat.today)
        refresh(account, bills_of(account).all())
    except Unavailable:
        pass  # the copy says until when it is right, and nothing is decided here
    found, looks = listed(account, SILENT)
    return Invoices(
        invoices=[bill_of(seat, one.bill) for one in found[:_MOST]],
        rules=[_rule(one) for one in looks],
        more=max(0, len(found) - _MOST),
    )


def bill_of(seat: Seat, bill: Bill) -> Invoice:
    """One invoice in short."""
    client = seat.account.catalog.clients.get(bill.plan.action.client_id)
    return Invoice(
        id=bill.short,
        number=bill.number,
        about=short(f"{client.name if client else '?'}, {bill.plan.rule} {bill.plan.period}"),
        state=bill.state.value,
        amount=number(bill.plan.totals.amount),
        currency=bill.plan.action.currency,
        trouble=short(bill.trouble),
        due_date=bill.due_date,
    )


def _rule(look: Look) -> Rule:
    is_due = look.plan is not None and not look.plan.held
    says = text.headline(look.plan) if look.plan is not None and is_due else look.note or "not due"
    return Rule(rule=look.rule.name, is_due=is_due, says=short(f"{look.rule.trigger.sentence()}: {says}"))


def lines_of(seat: Seat, plan: Plan, proof: Proof | None) -> list[str]:
    """The invoice as people read it: why now, its lines, the proof strip, what was left out and why."""
    projects = seat.account.catalog.projects

    def name(project_id: object) -> str:
        found = projects.get(project_id) if project_id is not None else None  # type: ignore[call-overload]
        return found.name if found is not None else ""

    said = [short(plan.why)]
    for one in plan.lines[:_MOST]:
        about = " / ".join(filter(None, (name(one.project_id), one.label)))
        said.append(
            short(f"{about}: {one.quantity.normalize():f} × {one.unit_price:,.2f} = {one.amount:,.2f}")
        )
    if len(plan.lines) > _MOST:
        said.append(f"and {len(plan.lines) - _MOST} more lines")
    said.append(f"total {plan.totals.amount:,.2f} {plan.action.currency}")
    if proof is not None:
        said += [proof.sentence(), *(short(one) for one in proof.differences)]
    said += [f"left out: {text.left_out(one, name(one.project_id))}" for one in plan.left_out[:_MOST]]
    return said
