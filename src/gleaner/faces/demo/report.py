"""The demo's report: counted against the truth, not against what Gleaner believes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.core.entries import TimeEntry
from gleaner.core.money import Money
from gleaner.faces.demo.money import Month
from gleaner.faces.demo.truth import Habit, Truth


@dataclass(frozen=True)
class Written:
    """An entry Gleaner wrote, and the true blocks it stands for."""

    entry: TimeEntry
    blocks: tuple[int, ...]
    """Positions in the truth."""
    is_unattended: bool


@dataclass(frozen=True)
class Report:
    """What four weeks with Gleaner came to."""

    people: int
    weeks: int
    compliance_before: float
    """Share of expected hours present by habit alone, each person-day counted up to what was expected."""
    compliance_after: float
    hours_recovered: Decimal
    revenue_recovered: Mapping[str, str]
    """By currency."""
    entries_posted_unattended: int
    wrong_project_hours: Decimal
    """Hours Gleaner wrote on a project its person did not work on for that activity."""
    wrong_project_hours_unattended: Decimal
    duplicate_entries: int
    """Entries for something another entry stands for already."""
    invented_hours: Decimal
    """Hours by which Gleaner took a person-day beyond what was really worked."""
    decisions_per_person_day: float
    harvest_requests: int
    seconds: float
    seed: int
    decisions: Mapping[str, int]
    hours_logged_for_messages: Decimal = Decimal(0)
    """What people logged by hand when they answered a message: nobody saw that work."""
    messages_sent: int = 0
    messages_answered: int = 0
    messages_per_person_week: float = 0.0
    most_messages_a_day: int = 0
    """To one person, by their own clock."""
    most_messages_a_week: int = 0
    troubles: Sequence[str] = ()
    month: Month | None = None
    """What it came to in money; None in the month without reminders, which is not invoiced."""


def compliance(hours: Mapping[tuple[int, date], Decimal], truth: Truth) -> float:
    """Share of expected hours present, 0 to 1; more than expected on one day makes up for no other."""
    wanted = {
        key: value for key, value in truth.expected.items() if truth.first <= key[1] <= truth.last and value
    }
    present = sum((min(hours.get(key, Decimal(0)), value) for key, value in wanted.items()), Decimal(0))
    whole = sum(wanted.values(), Decimal(0))
    return round(float(present / whole), 4) if whole else 1.0


def by_person_day(entries: Iterable[TimeEntry | Habit]) -> dict[tuple[int, date], Decimal]:
    """Hours per person and day."""
    found: dict[tuple[int, date], Decimal] = {}
    for entry in entries:
        key = (int(entry.user_id), entry.spent_date if isinstance(entry, TimeEntry) else entry.on)
        found[key] = found.get(key, Decimal(0)) + entry.hours
    return found


def wrong_hours(written: Iterable[Written], truth: Truth) -> Decimal:
    """Hours on another project than the work they stand for. What was no work at all counts as invented."""
    wrong = Decimal(0)
    for one in written:
        projects = {truth.blocks[position].project_id for position in one.blocks}
        if projects and one.entry.project_id not in projects:
            wrong += one.entry.hours
    return wrong


def duplicates(
    written: Sequence[Written], by_hand: Iterable[tuple[TimeEntry, tuple[int, ...]]], truth: Truth
) -> int:
    """Entries of Gleaner's for work that stands in Harvest already: two with one key, or one beside a person's own.

    Beside a person's own means: that entry is on the same project and stands for all of the same work, and the
    two together say more than was really done.
    """
    own: dict[tuple[int, int], set[int]] = {}
    hours: dict[tuple[int, date, int], Decimal] = {}
    for entry, positions in by_hand:
        own.setdefault((entry.user_id, entry.project_id), set()).update(positions)
        _add(hours, entry)
    count = 0
    keys: set[str] = set()
    for one in written:
        _add(hours, one.entry)
        key = one.entry.external_reference.id if one.entry.external_reference else ""
        entry = one.entry
        there = own.get((entry.user_id, entry.project_id), set())
        real = truth.hours(entry.user_id, entry.spent_date).get(entry.project_id, Decimal(0))
        is_too_much = hours[entry.user_id, entry.spent_date, entry.project_id] > real + min(
            NOISE, entry.hours * 3 / 4
        )
        count += key in keys or (bool(one.blocks) and set(one.blocks) <= there and is_too_much)
        keys.add(key)
    return count


NOISE = Decimal("0.5")
"""People round, and meetings run over by minutes. A day's project says too much when it is over by most of the
entry's own length, or by this."""


def _add(hours: dict[tuple[int, date, int], Decimal], entry: TimeEntry) -> None:
    key = (int(entry.user_id), entry.spent_date, int(entry.project_id))
    hours[key] = hours.get(key, Decimal(0)) + entry.hours


def invented(written: Iterable[Written], entries: Iterable[TimeEntry], truth: Truth) -> Decimal:
    """Hours Gleaner wrote that nobody worked: of activities that were no work, and beyond the day's true hours."""
    own: dict[tuple[int, date], Decimal] = {}
    for entry in entries:
        if not entry.is_ours:
            key = (int(entry.user_id), entry.spent_date)
            own[key] = own.get(key, Decimal(0)) + entry.hours
    found = Decimal(0)
    ours: dict[tuple[int, date], Decimal] = {}
    for one in written:
        if not one.blocks:
            found += one.entry.hours
            continue
        key = (int(one.entry.user_id), one.entry.spent_date)
        ours[key] = ours.get(key, Decimal(0)) + one.entry.hours
    for key, hours in ours.items():
        real = sum(truth.hours(*key).values(), Decimal(0))
        found += max(Decimal(0), hours - max(Decimal(0), real - own.get(key, Decimal(0))))
    return found


def revenue(entries: Iterable[TimeEntry], currencies: Mapping[int, str]) -> dict[str, str]:
    """Value of the billable hours Gleaner wrote, per currency."""
    found: dict[str, Money] = {}
    for entry in entries:
        if entry.billable and entry.billable_rate:
            value = Money(entry.billable_rate, currencies[entry.project_id]) * entry.hours
            found[value.currency] = found.get(value.currency, Money(Decimal(0), value.currency)) + value
    return {currency: f"{money.rounded().amount:.2f}" for currency, money in sorted(found.items())}
