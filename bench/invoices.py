"""What finding, planning and proving invoices costs as work piles up: ``python -m bench.invoices [--write]``.

The same filled copy as in ``bench.money``: a rule for each project that is billed by the hour, all of them due at once,
so that every billable entry is planned. What Harvest would make of each plan is made up from the plan, and proven.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import page
from bench.money import SIZES, fill, opened
from gleaner import config
from gleaner.app.billing.ruling import rules_of
from gleaner.app.billing.seeing import Books, look_at_all
from gleaner.core.catalog import ProjectId
from gleaner.core.invoices import Invoice, InvoiceId, InvoiceLine
from gleaner.core.silent import SILENT
from gleaner.invoicing.plan import Plan
from gleaner.invoicing.proof import prove
from gleaner.invoicing.work import Worked


def look(folder: Path, projects: int) -> dict[str, float]:
    """Seconds of each part, how much was planned, and the peak of memory in MB."""
    with opened(folder) as account:
        catalog = account.catalog
        hourly = [one.id for one in catalog.projects.values() if one.is_billable and not one.is_fixed_fee]
        rules = tuple(
            config.InvoiceSettings(
                name=f"r{number}", projects=(str(number),), trigger={"kind": "hours-reached", "hours": 1},
                author="p2@bench.example", allow_zero=True,
            )
            for number in hourly
        )  # fmt: skip
        account.settings = account.settings.model_copy(update={"invoices": rules})
        before = time.perf_counter()
        plans = [one.plan for one in look_at_all(account, rules_of(account), SILENT) if one.plan is not None]
        between = time.perf_counter()
        books = Books(account)
        time_of = books.open_time
        read = time.perf_counter()
        proven = sum(
            prove(plan, made, time, (), catalog).adds_up
            for number, plan in enumerate(plans, 1)
            for made, time in [_made(number, plan, time_of[plan.action.projects[0]])]
        )
        after = time.perf_counter()
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert peak is not None, "Linux says it"
    assert proven == len(plans), "what is made of a plan agrees with it"
    assert projects >= len(plans)
    return {
        "due": between - before,
        "proof": after - read,
        "plans": len(plans),
        "entries": sum(len(one.action.entries) for one in plans),
        "mb": int(peak[1]) / 1024,
    }


def _made(number: int, plan: Plan, time_of: Sequence[Worked]) -> tuple[Invoice, Iterator[Worked]]:
    """The invoice Harvest would make of *plan*, and its time as Harvest would have it then."""
    lines = tuple(
        InvoiceLine(one.label, one.quantity, one.unit_price, one.amount, ProjectId(one.project_id or 0))
        for one in plan.lines
    )
    invoice = Invoice(
        InvoiceId(number), plan.action.client_id, str(number), "draft", plan.action.currency, plan.totals.amount,
        Decimal(0), lines,
    )  # fmt: skip
    billed = set(plan.action.entries)
    return replace(invoice), (
        one._replace(is_billed=True, invoice=number if one.id in billed else None) for one in time_of
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--projects", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.look is not None:
        sys.stdout.write(json.dumps(look(given.look, given.projects)))
        return 0
    rows = []
    for projects, entries in SIZES:
        with TemporaryDirectory(prefix="gleaner-bench-") as name:
            with opened(Path(name)) as account:
                fill(account.engine, projects, entries)
            asked = [sys.executable, "-m", "bench.invoices", "--look", name, "--projects", str(projects)]
            said = subprocess.run(asked, check=True, capture_output=True)
        one = json.loads(said.stdout)
        rows.append(
            (f"{projects:,}", f"{entries:,}", f"{one['plans']:,.0f}", f"{one['entries']:,.0f}", f"{one['due']:.1f} s",
             f"{one['proof']:.1f} s", f"{one['mb']:.0f} MB")
        )  # fmt: skip
    columns = (
        "projects", "uninvoiced entries", "invoices due", "entries on them", "due and planned", "proven", "peak memory",
    )  # fmt: skip
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    sys.stdout.write(text + "\n")
    if given.write:
        page.write("invoices", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
