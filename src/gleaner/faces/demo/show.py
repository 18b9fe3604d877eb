"""The demo's report for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from gleaner.config import ReminderSettings
from gleaner.faces.demo.money import Month
from gleaner.faces.demo.months import WITHOUT, Months
from gleaner.faces.demo.pages import Pages
from gleaner.faces.demo.report import Report
from gleaner.faces.demo.sandbox import Sandbox
from gleaner.faces.demo.walk import MESSAGES


def as_json(months: Months) -> dict[str, Any]:
    """Both months as plain values, hours as numbers: the one with reminders, the other within it, and the manners."""
    without = _plain(months.unreminded)
    for name in ("people", "weeks", "seed", "compliance_before"):
        del without[name]  # the same in both
    return _plain(months.reminded) | {"without_reminders": without, "manners": asdict(months.manners)}


def _plain(report: Report) -> dict[str, Any]:
    plain = asdict(report) | {"troubles": list(report.troubles)}
    if plain["month"] is None:
        del plain["month"]
    return {name: _floats(value) for name, value in plain.items()}


def _floats(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {name: _floats(one) for name, one in value.items()}
        case list() | tuple():
            return [_floats(one) for one in value]
        case _:
            return value


def report_lines(months: Months) -> Iterator[str]:
    """The report: a line per finding, a column for each month."""
    both = (months.unreminded, months.reminded)
    one = months.reminded
    yield f"{one.people} people, {one.weeks} weeks, seed {one.seed} ({one.seconds:.0f} s)"
    yield ""
    yield _row("", "by habit alone", "with Gleaner", "… and reminders")
    habit = {"Expected hours present": f"{one.compliance_before:.1%}"}
    cells = [dict(_findings(report)) for report in both]
    for name in cells[0]:
        yield _row(name, habit.get(name, ""), *(found[name] for found in cells))
    yield ""
    allowed = ReminderSettings()
    yield (
        f"Messages: {one.messages_sent}, {one.messages_per_person_week:.1f} a person and week,"
        f" {one.messages_answered} answered. Nobody had more than {one.most_messages_a_day} a day"
        f" and {one.most_messages_a_week} a week;"
    )
    yield f"the caps are {allowed.a_day} a day and {allowed.a_week} a week."
    if one.month is not None:
        yield ""
        yield from _month(one.month)
    yield ""
    yield "The people are simulated. By hand they log as forgetful people do; proposals they answer from the truth:"
    yield "they accept what is right, correct what is wrong, and dismiss what was no work or is logged already. How"
    yield "willing they are is invented, and the same in both months:"
    for line in months.manners.lines():
        yield f"  {line}"
    yield "Hours that never were: scheduled lengths, rounding, and missed meetings whose calendar does not say so."
    for report in both:
        for trouble in report.troubles:
            yield f"  Trouble: {trouble}"


def _month(month: Month) -> Iterator[str]:
    """The invoices of the month with reminders, beside what really happened."""
    sent = sum(one.is_sent for one in month.invoices)
    count = len(month.invoices)
    yield f"The morning after: {count} invoices drafted and proven to the cent, {sent} approved and mailed."
    yield _row("", "by habit alone", "invoiced", "truly worked")
    for one in sorted(month.invoices, key=lambda one: one.number):
        cells = (f"{amount:,.2f} {one.currency}" for amount in (one.by_habit, one.amount, one.true))
        yield _row(one.client, *cells)
    for currency, amount, by_habit, true in month.by_currency:
        if true:
            yield f"  In {currency} that is {amount / true:.1%} of the truth, instead of {by_habit / true:.1%}."
    yield (
        f"Expenses: {month.costs} costs, {month.expenses_as_spent} in Harvest to the cent,"
        f" {month.expenses_on_invoices} on these invoices, {month.without_receipt} without a receipt."
    )
    yield f"Receipts that came twice and were filed once: {month.receipts_not_filed_twice}."
    differ = "all as" if not month.budgets_that_differ else f"{month.budgets_that_differ} not as"
    yield f"Budgets: {month.budgets}, {differ} Harvest's own report says. Managers would be told:"
    for subject in month.alerts or ("nothing",):
        yield f"  {subject}"
    for trouble in month.trouble:
        yield f"  Trouble: {trouble}"


def _row(name: str, *cells: str) -> str:
    return f"  {name:<26}{''.join(f'{cell:>17}' for cell in cells)}".rstrip()


def _findings(report: Report) -> Iterator[tuple[str, str]]:
    yield "Expected hours present", f"{report.compliance_after:.1%}"
    yield "Recovered", f"{report.hours_recovered:.2f} h"
    for currency, amount in report.revenue_recovered.items():
        yield f"  billable, {currency}", amount
    yield "Logged for a message", f"{report.hours_logged_for_messages:.2f} h"
    yield "Logged without asking", f"{report.entries_posted_unattended} entries"
    yield "Wrong project", f"{report.wrong_project_hours:.2f} h"
    yield "Duplicates", f"{report.duplicate_entries}"
    yield "Hours that never were", f"{report.invented_hours:.2f} h"
    yield "Questions, person and day", f"{report.decisions_per_person_day:.2f}"
    for word in ("accept", "edit", "dismiss"):
        yield f"  {word}", str(report.decisions.get(word, 0))
    yield "Requests to Harvest", f"{report.harvest_requests}"


def what_next(folder: Path, sandbox: Sandbox, pages: Pages) -> Iterator[str]:
    """How to explore what the demo left running."""
    yield ""
    yield "The pages of the morning after; each address signs in, once:"
    for one in pages.people:
        yield f"  {one.name}, {one.role}: {one.url}"
    yield f"What people were sent is in {folder / MESSAGES}; the month without reminders in {folder / WITHOUT}."
    yield f"The sandbox is still up (pid {sandbox.pid}) at {sandbox.base_url}. To explore:"
    yield f"  export GLEANER_CONFIG={folder / 'gleaner.toml'} GLEANER_HARVEST__TOKEN={sandbox.token}"
    yield "  gleaner week --on 2026-03-18 --person " + sandbox.somebody
    yield "  gleaner review --everybody --all --on 2026-04-01"
    yield "  gleaner journal"
    yield f"When done: kill {sandbox.pid} {pages.pid}; rm -r {folder}"
