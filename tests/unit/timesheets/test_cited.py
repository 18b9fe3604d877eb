"""Figures of an answer against what was told."""

from __future__ import annotations

import pytest

from gleaner.timesheets.cited import unsupported

TOLD = {
    "day 2026-03-10": {
        "on": "2026-03-10", "expected": 8.0, "logged": 5.5, "open": 2.5, "entries": [{"id": 4711, "notes": "Sprint 7"}],
    },
    "week 2026-03-10": {"total": {"expected": 40, "logged": 31.25}},
}  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        "Tuesday is short.",
        "2.5 h are open [day 2026-03-10].",
        "2,50 Stunden fehlen am 2026-03-10 [day 2026-03-10].",
        "You logged 5.5 of 8 hours [day 2026-03-10]! The week has 31.25 of 40 [week 2026-03-10].",
        "It is 5.5 of the week's 40 [day 2026-03-10] [week 2026-03-10].",
        "Sprint 7 is there [day 2026-03-10]",
    ],
)
def test_what_a_cited_source_says_holds(answer: str) -> None:
    assert unsupported(answer, TOLD) == ()


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("3 h are open [day 2026-03-10].", ("3",)),
        ("2.5 h are open.", ("2.5",)),
        ("2.5 h are open [week 2026-03-10].", ("2.5",)),
        ("2.5 h are open [day 2026-03-11].", ("2.5", "2026-03-11")),
        ("You earn 90 EUR [rates 90].", ("90",)),
        ("25 h [day 2026-03-10]", ("25",)),
        ("On 2026-03-12 it was 8 [day 2026-03-10].", ("2026-03-12",)),
        ("1.\n8 h [day 2026-03-10]", ("1",)),
    ],
)
def test_every_other_figure_is_named(answer: str, wrong: tuple[str, ...]) -> None:
    assert unsupported(answer, TOLD)[: len(wrong)] == wrong


def test_a_number_in_a_sources_name_is_the_askers_own() -> None:
    assert unsupported("It used 2500 h [budgets 2500].", {"budgets 2500": {"budgets": []}}) == ("2500",)
