"""Budgets: how right the forecast is, whether a year's alerts come once, and what 1,000 budgets cost.

``python -m bench.budgets [--write] [--seeds 1-2]``
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest.copy import Copy, State, row
from gleaner.adapters.store.budgets import CHANNEL, Slip, StoredBudgets
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.app.account import open_account
from gleaner.app.budgeting import standings
from gleaner.budgets.alerts import THRESHOLDS, due
from gleaner.budgets.burn import Budget, Burn, Use
from gleaner.budgets.forecast import Calendar, forecast
from gleaner.core.catalog import AccountId, ProjectId, TaskId
from gleaner.core.silent import SilentProgress
from gleaner_sandbox import agency

SIZES = (125, 250, 500, 1000)
ENTRIES = 100
"""Of each project."""
WEEKS = 24
AHEAD = (5, 10, 20)
"""Working days after which the budget really was used up."""
LOOKS = 2
"""In a day of the simulated year."""
_ACCOUNT = AccountId(5_000_003)
_CALENDAR = Calendar()
_DAY = timedelta(days=1)


# --- the forecast ------------------------------------------------------------------------------------------------


def weeks_of(seed: int) -> dict[int, list[Use]]:
    """What the people of that agency logged on each project, by day."""
    (account,) = agency.harvest_seed(seed, weeks_of_history=WEEKS)["accounts"]
    found: dict[int, list[Use]] = defaultdict(list)
    for one in account.get("time_entries", []):
        used = Use(date.fromisoformat(one["spent_date"]), Decimal(str(one["hours"])), TaskId(one["task_id"]))
        found[one["project_id"]].append(used)
    return {project: sorted(uses, key=lambda use: use.on) for project, uses in found.items()}


def guesses(uses: list[Use], ahead: int) -> Iterator[tuple[int, bool]]:
    """Of each Monday with three weeks behind it: days the likely day was off, and if the range held.

    The budget is what really was used up to the end of the day *ahead* working days on.
    """
    first, last = uses[0].on, uses[-1].on
    today = first + timedelta(days=28 - first.weekday())
    while today <= last:
        days = [day for _, day in zip(range(ahead), _CALENDAR.after(today - _DAY), strict=False)]
        spent = sum((use.amount for use in uses if use.on < today), Decimal(0))
        whole = sum((use.amount for use in uses if use.on <= days[-1]), Decimal(0))
        is_news = any(use.on == days[-1] for use in uses)  # otherwise it was used up earlier
        if days[-1] <= last and whole > spent and is_news:
            budget = Budget(ProjectId(1), "project", whole)
            seen = tuple(use for use in uses if use.on < today)
            said = forecast(Burn(budget, spent, seen), 100, today, _CALENDAR)
            if said is not None:
                held = (said.earliest or date.max) <= days[-1] <= (said.latest or date.max)
                yield _off(said.on, days[-1]), held
        today += timedelta(days=7)


def _off(said: date | None, truth: date) -> int:
    if said is None:
        return 60
    first, last = sorted((said, truth))
    between = sum(_CALENDAR.is_worked(first + timedelta(days=n)) for n in range((last - first).days))
    return between if said > truth else -between


def forecast_table(seeds: list[int]) -> str:
    rows = []
    projects = [uses for seed in seeds for uses in weeks_of(seed).values() if len(uses) > 20]
    for ahead in AHEAD:
        found = [one for uses in projects for one in guesses(uses, ahead)]
        sizes = sorted(abs(off) for off, _ in found)
        rows.append(
            (
                f"{ahead} working days", f"{len(found):,}", f"{median(sizes):.0f}", f"{sizes[len(sizes) * 9 // 10]}",
                f"{median(off for off, _ in found):+.0f}", f"{sum(held for _, held in found) / len(found):.0%}",
            )
        )  # fmt: skip
    columns = (
        "used up in",
        "forecasts",
        "median error, days",
        "9 of 10 within",
        "median lean",
        "in the range",
    )
    return page.table(columns, rows)


# --- a year ------------------------------------------------------------------------------------------------------


def a_year(seed: int, projects: int = 12) -> tuple[int, int, int, int]:
    """Thresholds reached, alerts sent in that look, in another, and twice; over a year of entries that change."""
    chance = random.Random(seed)
    engine = make_engine("sqlite://")
    migrate(engine)
    stored = StoredBudgets(engine, _ACCOUNT)
    reached = now_told = late = 0
    sent: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    uses: dict[int, list[Use]] = {number: [] for number in range(projects)}
    highest: dict[tuple[int, str, int], int] = defaultdict(int)
    whole = {number: Decimal(chance.randrange(40, 400)) for number in uses}
    day = date(2026, 1, 1)
    while day.year == 2026:
        for look in range(LOOKS):
            told = stored.told()
            for number, mine in uses.items():
                _work(chance, mine, day)
                if chance.random() < 0.0005:
                    whole[number] += 50
                budget = Budget(ProjectId(number), "project", whole[number], is_monthly=number % 3 == 0)
                period = budget.period(day)
                spent = sum((use.amount for use in mine if budget.period(use.on) == period), Decimal(0))
                now = datetime(day.year, day.month, day.day, 9 + look, tzinfo=UTC)
                version = stored.version(budget.project_id, budget.stamp, now)
                key = number, period, version
                used = Burn(budget, spent, tuple(mine))
                crossed = max((one for one in THRESHOLDS if used.has_reached(one)), default=0)
                is_new = crossed > highest[key]
                highest[key] = max(crossed, highest[key])
                alert = due(used, None, None, told.get((budget.project_id, period, version), []), day)
                slip = None if alert is None else Slip(budget.project_id, period, version, alert, CHANNEL)
                ours = [] if slip is None else stored.claim([slip], "bench", now)
                reached += is_new
                now_told += bool(ours) and is_new
                late += bool(ours) != is_new
                sent[key] += [one.alert.threshold for one in ours]
        day += _DAY
    engine.dispose()
    return reached, now_told, late, sum(len(one) - len(set(one)) for one in sent.values())


def _work(chance: random.Random, uses: list[Use], day: date) -> None:
    """Sometimes somebody logs time, and sometimes what they logged shrinks, grows or goes."""
    if day.weekday() < 5 and chance.random() < 0.2:
        uses.append(Use(day, Decimal(chance.randrange(25, 800)) / 100, TaskId(1)))
    if uses and chance.random() < 0.05:
        at = max(0, len(uses) - 1 - chance.randrange(5))
        uses[at] = Use(uses[at].on, Decimal(chance.randrange(0, 800)) / 100, TaskId(1))


# --- what it costs -----------------------------------------------------------------------------------------------


def seconds_for(projects: int, folder: Path) -> float:
    """One look at that many budgets, their entries in the copy."""
    settings = config.Settings(
        harvest=config.HarvestSettings(
            account_id=_ACCOUNT, token=SecretStr("bench"), base_url="http://127.0.0.1:9/v2"
        ),
        database=f"sqlite:///{folder}/bench-{projects}.db",
    )
    (folder / "gleaner.toml").write_text("")
    with open_account(folder / "gleaner.toml", settings=settings) as account:
        copy = Copy(account.engine, _ACCOUNT)
        at = datetime(2026, 3, 20, tzinfo=UTC)
        for resource, rows in _objects(projects).items():
            copy.save(resource, [row(resource, one) for one in rows])
            copy.set_state(resource, State(at, at))
        for name in ("covered", "covered/expenses"):
            copy.set_note(name, {"first": "2026-01-01", "last": "2026-12-31"})
        for name in ("whole/time_entries", "whole/expenses"):
            copy.set_note(name, {"projects": list(range(1, projects + 1))})
        account.catalog  # noqa: B018 (read once, as in a daemon)
        times = []
        for _ in range(3):
            before = time.perf_counter()
            found = standings(account, SilentProgress(), on=date(2026, 3, 20))
            times.append(time.perf_counter() - before)
        assert len(found) == projects
        return min(times)


def _objects(projects: int) -> dict[str, list[dict[str, Any]]]:
    ways = ("project", "project_cost", "task", "task_fees", "person")
    stamp = "2026-03-20T08:00:00Z"
    numbers = range(1, projects + 1)
    user = {"id": 1, "first_name": "P", "last_name": "Bench", "email": "p@bench.example", "updated_at": stamp,
            "timezone": "Berlin", "weekly_capacity": 126000, "is_active": True}  # fmt: skip
    client = {"id": 1, "name": "Client", "currency": "EUR", "is_active": True, "updated_at": stamp}
    start = date(2026, 1, 1)
    return {
        "company": [{"name": "Bench", "wants_timestamp_timers": False, "weekly_capacity": 126000}],
        "users": [user],
        "clients": [client],
        "tasks": [{"id": 1, "name": "Programming", "updated_at": stamp}],
        "projects": [
            {"id": n, "client": {"id": 1, "name": "Client", "currency": "EUR"}, "name": f"Project {n}",
             "is_active": True, "is_billable": True, "bill_by": "Project", "hourly_rate": 80.5,
             "budget_by": ways[n % 5], "budget": 200, "cost_budget": 9000, "updated_at": stamp} for n in numbers
        ],
        "task_assignments": [
            {"id": n, "project": {"id": n, "name": f"Project {n}"}, "task": {"id": 1, "name": "Programming"},
             "billable": True, "is_active": True, "budget": 150, "updated_at": stamp} for n in numbers
        ],
        "user_assignments": [
            {"id": n, "project": {"id": n, "name": f"Project {n}"}, "user": {"id": 1, "name": "P"},
             "is_active": True, "budget": 150, "updated_at": stamp} for n in numbers
        ],
        "time_entries": [
            {"id": 10_000_000 + n * ENTRIES + k, "spent_date": str(start + timedelta(days=k * 3 // 4)), "hours": 1.25,
             "rounded_hours": 1.25, "project": {"id": n, "name": f"Project {n}", "code": ""},
             "client": {"id": 1, "name": "Client", "currency": "EUR"}, "notes": "Something that was done that day",
             "task": {"id": 1, "name": "Programming"}, "user": {"id": 1, "name": "P Bench"}, "billable": True,
             "user_assignment": {"id": n, "is_active": True, "budget": 150},
             "task_assignment": {"id": n, "billable": True, "is_active": True, "budget": 150},
             "billable_rate": 80.5, "is_locked": False, "updated_at": stamp} for n in numbers for k in range(ENTRIES)
        ],
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", default="1-2")
    given = parser.parse_args()
    seeds = page.seeds(given.seeds)
    years = [a_year(seed) for seed in seeds]
    sums = [sum(one) for one in zip(*years, strict=True)]
    with TemporaryDirectory(prefix="gleaner-bench-") as folder:
        costs = [(size, seconds_for(size, Path(folder))) for size in SIZES]
    text = "\n\n".join(
        [
            forecast_table(seeds),
            (f"{len(seeds)} years of 12 projects, {LOOKS} looks a day, while entries shrink and grow and budgets"
            f" change: {sums[0]:,} times a higher threshold was reached, {sums[1]:,} told in that look,"
            f" {sums[2]:,} told in another, {sums[3]:,} told twice."),
            page.table(("budgets", "entries", "one look"),
                       [(f"{size:,}", f"{size * ENTRIES:,}", f"{took:.2f} s") for size, took in costs]),
            f"{page.machine()}.",
        ]
    )  # fmt: skip
    sys.stdout.write(text + "\n")
    if given.write:
        page.write("budgets", text)
    return 0 if sums[0] == sums[1] and not sums[2] and not sums[3] else 1


if __name__ == "__main__":
    sys.exit(main())
