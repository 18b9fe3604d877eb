"""The demo's report for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gleaner.faces.demo.report import Report
from gleaner.faces.demo.sandbox import Sandbox


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values; hours as numbers."""
    plain = asdict(report) | {"troubles": list(report.troubles)}
    for key in ("hours_recovered", "wrong_project_hours", "wrong_project_hours_unattended", "invented_hours"):
        plain[key] = float(plain[key])
    return plain


def report_lines(report: Report) -> Iterator[str]:
    """The report, a line per finding."""
    money = " + ".join(f"{amount} {currency}" for currency, amount in report.revenue_recovered.items())
    asked = ", ".join(f"{count} {word}" for word, count in sorted(report.decisions.items()))
    rows = (
        (
            "Expected hours present",
            f"{report.compliance_before:.1%} by habit alone → {report.compliance_after:.1%}",
        ),
        ("Recovered", f"{report.hours_recovered:.2f} h, billable value {money or 'none'}"),
        (
            "Logged without asking",
            f"{report.entries_posted_unattended} entries (meetings Gleaner was sure of)",
        ),
        (
            "Wrong project",
            f"{report.wrong_project_hours:.2f} h, {report.wrong_project_hours_unattended:.2f} h of it unasked",
        ),
        ("Duplicates", f"{report.duplicate_entries}"),
        ("Hours that never were", f"{report.invented_hours:.2f} h"),
        ("Asked of people", f"{report.decisions_per_person_day:.2f} decisions per person and day ({asked})"),
        ("Requests to Harvest", f"{report.harvest_requests}"),
    )
    yield f"{report.people} people, {report.weeks} weeks, seed {report.seed} ({report.seconds:.0f} s)"
    yield ""
    for name, value in rows:
        yield f"  {name:<24}{value}"
    yield ""
    yield "The people are simulated: they log by hand as forgetful people do, and answer proposals from the truth"
    yield "(accept what is right, correct what is wrong, dismiss what was no work or is logged already)."
    for trouble in report.troubles:
        yield f"  Trouble: {trouble}"


def what_next(folder: Path, sandbox: Sandbox) -> Iterator[str]:
    """How to explore what the demo left running."""
    yield ""
    yield f"The sandbox is still up (pid {sandbox.process.pid}) at {sandbox.base_url}. To explore:"
    yield f"  export GLEANER_CONFIG={folder / 'gleaner.toml'} GLEANER_HARVEST__TOKEN={sandbox.token}"
    yield "  gleaner week --on 2026-03-18 --person " + sandbox.somebody
    yield "  gleaner review --everybody --all --on 2026-04-01"
    yield "  gleaner journal"
    yield f"When done: kill {sandbox.process.pid}; rm -r {folder}"
