"""The forms of the report: text stays text in each, and a PDF has pages and letters for everybody."""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.app.reports.made import compliance

from gleaner.app.reports import words
from gleaner.app.reports.data import plain
from gleaner.app.reports.fonts import fonts
from gleaner.app.reports.html import as_html
from gleaner.app.reports.pdf import as_pdf
from gleaner.app.reports.tables import as_csv, as_workbook, guarded
from gleaner.app.reports.text import as_text
from gleaner.app.weeks import week_name, week_named
from gleaner.core.errors import ConfigError
from gleaner.core.time import week_of

WORLD = ["Ana Ñandú", "Иван Петров", "Ελένη Παπά", "山田 太郎", "やまだ はなこ", "김민수", "Łukasz Żółć"]


@given(st.text(max_size=30))
def test_no_cell_is_ever_taken_for_a_formula(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(guarded(text)).count("=") == text.count("="), "nothing of it is lost"


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "\t=1+1", "+1", "-1", "@SUM(A1)", "\u00a0=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert guarded(text).startswith("'")


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_any_name_survives_every_textual_form(names: list[str]) -> None:
    one = compliance(len(names), names)
    page = as_html(one)
    assert "<script" not in page
    assert page.count("<tr") == as_html(compliance(len(names))).count("<tr")
    rows = list(csv.reader(io.StringIO(as_csv(one), newline="")))
    assert [len(row) for row in rows[: 1 + 7 * len(names)]] == [13] * (1 + 7 * len(names))
    assert len(as_text(one).splitlines()) == len(as_text(compliance(len(names))).splitlines())


def test_a_pdf_of_many_people_has_several_pages_with_the_head_on_each() -> None:
    few, many = pages(as_pdf(compliance(3))), pages(as_pdf(compliance(300)))
    assert few <= 3
    assert many >= few + 6


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


def test_a_pdf_has_letters_for_names_from_everywhere() -> None:
    letters = fonts()
    for name in WORLD:
        assert "?" not in letters.marked(name), name
    assert as_pdf(compliance(len(WORLD), WORLD)).startswith(b"%PDF-")


def test_where_this_machine_lacks_letters_the_readers_own_font_is_named() -> None:
    bare = replace(fonts(), _more={})
    for name, font in (
        ("山田", "STSong-Light"),
        ("やまだ", "HeiseiKakuGo-W5"),
        ("김민수", "HYSMyeongJo-Medium"),
    ):
        assert bare.marked(name) == f'<font name="{font}">{name}</font>'


def test_what_no_font_has_becomes_a_question_mark_and_markup_stays_text() -> None:
    letters = fonts()
    assert letters.marked("A\U0001f9ffB") == "A?B"
    assert letters.marked("<b>&") == "&lt;b&gt;&amp;"
    assert as_pdf(compliance(1, ["<para><font size=99>"])).startswith(b"%PDF-")


@pytest.mark.parametrize(("library", "make"), [("reportlab", as_pdf), ("openpyxl", as_workbook)])
def test_a_library_that_is_missing_is_named_with_what_installs_it(
    library: str, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigError, match=r'pip install "gleaner\[reports\]"'):
        make(compliance(1))  # type: ignore[operator]


def test_the_headline_has_all_its_parts() -> None:
    one = compliance(3)
    assert words.headline(one) == (
        "On time: 50 % (60 of 120 expected hours; 1 of 3 people complete) · right first time 90 %."
    )
    assert plain(one)["headline"] == words.headline(one)


@given(st.dates(date(2000, 1, 8), date(2100, 1, 1)), st.sampled_from([0, 5, 6]))
def test_the_name_of_a_week_always_leads_back_to_it(day: date, first_weekday: int) -> None:
    first, _ = week_of(day, first_weekday)
    assert week_named(day.isoformat(), first_weekday) == first
    assert week_named(week_name(first), first_weekday) == first
