"""The measurements have their place in ``docs/benchmarks.md``, and what they compute can be checked by hand."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from dataclasses import fields

import bench
import bench.demo
import bench.startup
import pytest
from bench import page
from tests.docs.markdown import ROOT

from docs import generate
from gleaner.faces.demo.money import Month
from gleaner.faces.demo.report import Report

PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
SHARED = ("agency", "page", "team")
"""What measurements use."""
MEASURED = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in SHARED)


@pytest.mark.parametrize("name", MEASURED)
def test_every_measurement_has_its_place_its_command_and_its_numbers(name: str) -> None:
    assert page.replaced(PAGE, name, "here") != PAGE
    assert f"`python -m bench.{name}" in PAGE
    table = PAGE.partition(f"<!-- bench:{name} -->")[2].partition(f"<!-- /bench:{name} -->")[0]
    assert re.search(r"\d", table), f"measure it: python -m bench.{name} --write"
    assert "Python 3." in table


def test_a_place_that_is_not_there_is_noticed() -> None:
    with pytest.raises(ValueError, match="bench:nowhere"):
        page.replaced(PAGE, "nowhere", "")


def test_the_table_of_the_demo_has_the_reports_numbers() -> None:
    table = PAGE.partition("<!-- bench:demo -->")[2].partition("<!-- /bench:demo -->")[0]
    reported = {field.name.replace("_", " ") for field in fields(Report)} - {
        "seed",
        "people",
        "weeks",
        "month",
    }
    names = reported | {field.name.replace("_", " ") for field in fields(Month)}
    assert {name for name in names if f"| {name}" not in table} == set()


def test_a_row_has_each_seeds_value_and_the_median() -> None:
    reports = {1: {"seconds": 3.0, "compliance_after": 0.5}, 2: {"seconds": 4.5}, 3: {"seconds": 9.0}}
    assert list(bench.demo.rows(reports)) == [
        ["seconds", "3", "4.50", "9", "4.50"],
        ["compliance after", "50.0%", "0.0%", "0.0%", "0.0%"],
    ]


def test_times_are_told_beside_the_two_baselines() -> None:
    assert bench.startup.rows({"python": 0.02, "typer": 0.1, "gleaner": 0.15})[2] == [
        "gleaner",
        "150",
        "7.5",
        "1.50",
    ]


@pytest.mark.parametrize("module", ["docs.generate", *(f"bench.{name}" for name in (*MEASURED, *SHARED))])
def test_the_examples_in_docstrings_work(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.failed == 0
    assert result.attempted or module not in (generate.__name__, page.__name__)
