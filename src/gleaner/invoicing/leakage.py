"""Work that is worth money and on no invoice, and settings that let money slip away. Pure.

Every rule looks at sums, so entries are added up as they come (:class:`Gathered`) and none is kept. What a rule may be
wrong about is a question, and no money is counted twice: of one hour, or one expense, only one finding speaks.

- ``uninvoiced``: billable time on no invoice, older than so many days; fixed fees aside.
- ``expenses``: the same of billable expenses.
- ``no rate``, ``zero rate``: billable time that no invoice would charge anything for.
- ``own rate``: somebody's own rate on a project is below their default rate of today.
- ``low rate``: a project's, or a task's, one rate is below the default rate of everybody who works there.
- ``old rate``: somebody's default rate did not change for over a year, most others' did.
- ``free task``: hours of the last 90 days on a task that is not billable there, and is on most other projects.
- ``over fee``: hours on a fixed-fee project are worth more than its fee.
- ``no receipt``: expenses of the last 90 days without a receipt, that nobody is billed for.

Whether single entries on a task that is not billable were a client's work cannot be told from the entries: a person
chose the task. How much such time there is of all on a project is listed instead (:class:`Free`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import Catalog, Project, ProjectId, TaskId, UserId
from gleaner.core.rates import DatedRate
from gleaner.invoicing.gathered import RECENT, Gathered, Key, Sum
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import NOTHING, Spent, cents

Kind = Literal[
    "uninvoiced", "expenses", "no rate", "zero rate", "own rate", "low rate", "old rate", "free task", "over fee",
    "no receipt",
]  # fmt: skip
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Finding:
    """Money of one project, or one person, that may be lost."""

    kind: Kind
    amount: Decimal | None
    """To the cent; None: nobody can say how much."""
    currency: str
    project_id: ProjectId | None = None
    user_id: UserId | None = None
    task_id: TaskId | None = None
    count: int = 0
    """Entries, or expenses."""
    hours: Decimal = NOTHING
    first: date | None = None
    """The oldest of them; of ``old rate`` the day it began, None where it has none."""
    theirs: Decimal | None = None
    """The rate, or the fee, that may be too low."""
    ours: Decimal | None = None
    """What it is compared with."""
    lacking: int = 0
    """Expenses among them that have no receipt."""
    unlike: int = 0
    """How many of the *others* are not so: people whose rate changed, projects where the task is billable."""
    others: int = 0


@dataclass(frozen=True)
class Free:
    """Time of the last 90 days on tasks of a billed project that are not billable."""

    project_id: ProjectId
    hours: Decimal
    share: Decimal
    """Of all hours there, 0 to 1."""


@dataclass(frozen=True)
class Leaks:
    """All that was found."""

    findings: tuple[Finding, ...]
    """By currency, most money first; those of which nobody can say how much last."""
    free: tuple[Free, ...]
    """Most hours first."""

    @property
    def sums(self) -> dict[str, Decimal]:
        """The money in each currency."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.findings:
            if one.amount is not None:
                found[one.currency] += one.amount
        return dict(found)


def priced_people(work: Gathered, catalog: Catalog) -> set[UserId]:
    """Whose default rates have to be known: everybody with billable time on no invoice that hours are charged for."""
    found = set()
    for project_id in work.projects:
        project = catalog.projects.get(project_id)
        if project is not None and _is_hourly(project):
            found |= {key.user_id for key, _ in work.of(project_id) if not key.is_billed}
    return found


def unpriced_projects(work: Gathered, book: RateBook) -> set[ProjectId]:
    """Where billable time has no rate because a person seems to have none: to be read again before it is said."""
    return {
        key.project_id
        for key in work.sums
        if key.billable
        and not key.is_billed
        and not key.rate
        and book.goes_by_default(key.project_id, key.user_id)
    }


def leaks(
    work: Gathered, spent: Iterable[Spent], catalog: Catalog, defaults: Mapping[UserId, Sequence[DatedRate]]
) -> Leaks:
    """Everything found in *work* and *spent*; *defaults*: people's default rates, as far as they may be seen."""
    today, book = work.today, RateBook(catalog, defaults)
    current = {user_id: _current(rates, today) for user_id, rates in defaults.items()}
    found = [*_of_expenses(spent, catalog, today, work.older_than), *_old_rates(work, catalog, defaults)]
    found += _free_tasks(work, catalog, book)
    for project_id in work.projects:
        project = catalog.projects.get(project_id)
        if project is None or not project.is_billable:
            continue
        currency = _currency(project, catalog)
        if project.is_fixed_fee:
            found += _over_fee(work, project, currency)
        else:
            found += [*_uninvoiced(work, project, currency), *_without_rate(work, project, currency)]
            found += _low_rates(work, project, currency, book, current)
    return Leaks(tuple(sorted(found, key=_order)), tuple(_free(work, catalog)))


def _order(one: Finding) -> tuple[object, ...]:
    unknown = one.amount is None
    return (
        unknown,
        one.currency,
        -(one.amount or NOTHING),
        -one.hours,
        one.kind,
        one.project_id or 0,
        one.user_id or 0,
    )


def _uninvoiced(work: Gathered, project: Project, currency: str) -> Iterator[Finding]:
    those = [
        (k, s) for k, s in work.of(project.id) if k.billable and not k.is_billed and k.rate and s.old_count
    ]
    if not those:
        return
    amount = sum((s.old_hours * (k.rate or NOTHING) for k, s in those), NOTHING)
    yield Finding(
        "uninvoiced", cents(amount), currency, project.id, count=sum(s.old_count for _, s in those),
        hours=sum((s.old_hours for _, s in those), NOTHING), first=min(s.first for _, s in those),
    )  # fmt: skip


def _without_rate(work: Gathered, project: Project, currency: str) -> Iterator[Finding]:
    groups: dict[tuple[Kind, UserId | None, TaskId | None], Sum] = defaultdict(Sum)
    for key, one in work.of(project.id):
        if key.billable and not key.is_billed and not key.rate:
            kind: Kind = "no rate" if key.rate is None else "zero rate"
            user_id = key.user_id if project.bill_by == "People" else None
            groups[kind, user_id, key.task_id if project.bill_by == "Tasks" else None].add(one)
    for (kind, user_id, task_id), one in groups.items():
        yield Finding(kind, None, currency, project.id, user_id, task_id, one.count, one.hours, one.first)


def _low_rates(
    work: Gathered, project: Project, currency: str, book: RateBook, current: Mapping[UserId, Decimal | None]
) -> Iterator[Finding]:
    """Open hours charged at less than the default rates of all who work there, or somebody's at less than their own."""
    groups: dict[tuple[UserId | None, TaskId | None], list[tuple[Key, Sum]]] = defaultdict(list)
    for key, one in work.of(project.id):
        if not key.billable or key.is_billed or not key.rate:
            continue
        if project.bill_by != "People":
            groups[None, key.task_id if project.bill_by == "Tasks" else None].append((key, one))
        elif not book.goes_by_default(project.id, key.user_id):
            groups[key.user_id, None].append((key, one))
    for (user_id, task_id), those in groups.items():
        defaults = [current.get(key.user_id) for key, _ in those]
        rate = max(key.rate or NOTHING for key, _ in those)
        known = [one for one in defaults if one is not None]
        if len(known) < len(defaults) or rate >= min(known):
            continue
        sums = [one for _, one in those]
        more = sum(
            (s.hours * ((current.get(k.user_id) or NOTHING) - (k.rate or NOTHING)) for k, s in those), NOTHING
        )
        yield Finding(
            "low rate" if user_id is None else "own rate", cents(more), currency, project.id, user_id, task_id,
            sum(one.count for one in sums), sum((one.hours for one in sums), NOTHING),
            min(one.first for one in sums), rate, min(known),
        )  # fmt: skip


def _old_rates(
    work: Gathered, catalog: Catalog, defaults: Mapping[UserId, Sequence[DatedRate]]
) -> Iterator[Finding]:
    """Who has had the same default rate for over a year, if more than half of the others' changed within it."""
    since = {user_id: _begun(rates, work.today) for user_id, rates in defaults.items() if rates}
    year_ago = work.today - YEAR
    fresh = {user_id for user_id, start in since.items() if start is not None and start > year_ago}
    for user_id in since.keys() - fresh:
        person = catalog.people.get(user_id)
        others = len(since) - 1
        known = person.created_at if person is not None and person.is_active else None
        if known is None or known.date() > year_ago or len(fresh) < 2 or len(fresh) * 2 <= others:
            continue
        yield Finding(
            "old rate", None, "", user_id=user_id, first=since[user_id], theirs=_current(defaults[user_id], work.today),
            unlike=len(fresh), others=others,
        )  # fmt: skip


def _free_tasks(work: Gathered, catalog: Catalog, book: RateBook) -> Iterator[Finding]:
    uses: dict[TaskId, list[bool]] = defaultdict(list)
    for one in catalog.task_assignments:
        project = catalog.projects.get(one.project_id)
        if one.is_active and project is not None and project.is_active and project.is_billable:
            uses[one.task_id].append(one.billable)
    for project_id in work.projects:
        project = catalog.projects.get(project_id)
        if project is None or not _is_hourly(project):
            continue
        groups: dict[TaskId, list[tuple[Key, Sum]]] = defaultdict(list)
        for key, found in work.of(project_id):
            task = book.task(project_id, key.task_id)
            if not key.billable and found.recent_hours and task is not None and not task.billable:
                groups[key.task_id].append((key, found))
        for task_id, those in groups.items():
            billable, others = sum(uses[task_id]), len(uses[task_id]) - project.is_active
            if billable < 2 or billable * 2 <= others:
                continue
            rates = [book.if_billable(project_id, task_id, key.user_id, work.today) for key, _ in those]
            hours = sum((one.recent_hours for _, one in those), NOTHING)
            amount = sum(
                (s.recent_hours * (r or NOTHING) for r, (_, s) in zip(rates, those, strict=True)), NOTHING
            )
            yield Finding(
                "free task", cents(amount) if all(rates) else None, _currency(project, catalog), project_id,
                task_id=task_id, hours=hours, unlike=billable, others=others,
            )  # fmt: skip


def _over_fee(work: Gathered, project: Project, currency: str) -> Iterator[Finding]:
    those = [(key, one) for key, one in work.of(project.id) if key.billable]
    worth = sum((one.hours * (key.rate or NOTHING) for key, one in those), NOTHING)
    if project.fee is None or worth <= project.fee:
        return
    yield Finding(
        "over fee", cents(worth - project.fee), currency, project.id, count=sum(one.count for _, one in those),
        hours=sum((one.hours for _, one in those), NOTHING), first=min(one.first for _, one in those),
        theirs=project.fee, ours=cents(worth),
    )  # fmt: skip


def _of_expenses(
    spent: Iterable[Spent], catalog: Catalog, today: date, older_than: timedelta
) -> Iterator[Finding]:
    unbilled: dict[ProjectId, list[Spent]] = defaultdict(list)
    bare: dict[tuple[ProjectId, UserId], list[Spent]] = defaultdict(list)
    for one in spent:
        if one.is_billed or one.project_id not in catalog.projects:
            continue
        if one.billable:
            if one.on < today - older_than:
                unbilled[one.project_id].append(one)
        elif not _has_proof(one) and today - RECENT <= one.on < today - min(older_than, RECENT):
            bare[one.project_id, one.user_id].append(one)
    for project_id, those in unbilled.items():
        yield _expenses("expenses", those, catalog, project_id, None)
    for (project_id, user_id), those in bare.items():
        yield _expenses("no receipt", those, catalog, project_id, user_id)


def _expenses(
    kind: Kind, those: Collection[Spent], catalog: Catalog, project_id: ProjectId, user_id: UserId | None
) -> Finding:
    return Finding(
        kind, cents(sum((one.total for one in those), NOTHING)), _currency(catalog.projects[project_id], catalog),
        project_id, user_id, count=len(those), first=min(one.on for one in those),
        lacking=sum(not _has_proof(one) for one in those),
    )  # fmt: skip


def _has_proof(one: Spent) -> bool:
    """What is counted in units, such as miles, has no receipt."""
    return one.has_receipt or one.unit_price is not None


def _free(work: Gathered, catalog: Catalog) -> list[Free]:
    found = []
    for project_id in work.projects:
        project = catalog.projects.get(project_id)
        if project is None or not _is_hourly(project):
            continue
        those = work.of(project_id)
        free = sum((one.recent_hours for key, one in those if not key.billable), NOTHING)
        if free:
            found.append(Free(project_id, free, free / sum((one.recent_hours for _, one in those), NOTHING)))
    return sorted(found, key=lambda one: (-one.hours, one.project_id))


def _is_hourly(project: Project) -> bool:
    return project.is_billable and not project.is_fixed_fee


def _currency(project: Project, catalog: Catalog) -> str:
    client = catalog.clients.get(project.client_id)
    return client.currency if client is not None else ""


def _holding(rates: Iterable[DatedRate], today: date) -> DatedRate | None:
    return max(
        (one for one in rates if one.holds_on(today)),
        key=lambda one: one.start_date or date.min,
        default=None,
    )


def _current(rates: Iterable[DatedRate], today: date) -> Decimal | None:
    found = _holding(rates, today)
    return found.amount if found is not None else None


def _begun(rates: Iterable[DatedRate], today: date) -> date | None:
    found = _holding(rates, today)
    return found.start_date if found is not None else None
