"""What reminders say, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gleaner
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.language import LANGUAGES, entries, words
from gleaner.core.messages import Deed, Language
from gleaner.timesheets.expected import Expected
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminder_text import MOST_OFFERS, Around, Offer, closed, message
from gleaner.timesheets.reminders import Due, Week

BERLIN, HOUR = ZoneInfo("Europe/Berlin"), timedelta(hours=1)
TUESDAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 17, 10, tzinfo=BERLIN)
AROUND = Around(
    AccountId(9), UserId(1), NOW.replace(day=13, hour=9, minute=0), NOW + HOUR / 2,
    timesheet="https://studio.example/time/day/2026/05/12/1",
)  # fmt: skip


def sheet(logged: float, unsure: float = 0, day: date = TUESDAY) -> Sheet:
    return Sheet(UserId(1), Expected(day, 7.5 * HOUR), logged=logged * HOUR, unsure=unsure * HOUR)


CODING = Offer(
    "coding:1", "seen", "feat/login", "Acme › Website › Development", Decimal("1.75"), "PR #214, 6 commits.",
    HOUR, 2.6 * HOUR, NOW.replace(hour=10, minute=40), 0.7,
)  # fmt: skip
VAGUE = Offer("meeting:2", "seen2", "Sync w/ Bo", "", Decimal("0.5"), begins=NOW.replace(hour=13, minute=30))


def text_of(language: Language, *offers: Offer, logged: float = 5 + 1 / 3, around: Around = AROUND) -> str:
    made = message(Due("end of day", TUESDAY, (sheet(logged),)), offers, around, words(language))
    lines = [made.subject]
    for one in made.paragraphs:
        lines.append(one.text)
        lines += [f"[{button.label}]" for button in one.buttons]
    return "\n".join([*lines, made.why])


def test_the_evening_message_reads_as_somebody_would_say_it() -> None:
    assert (
        text_of("en", CODING, VAGUE)
        == """\
Tue 12 May: 2 h 10 not yet logged
7.5 h expected, 5.33 h in Harvest.
Looks like Acme › Website › Development, 10:40: “feat/login”, 1.75 h (1.0–2.6). PR #214, 6 commits.
[Log 1.75 h]
[Change]
[Not work]
“Sync w/ Bo”, 13:30, 0.5 h: for which project?
[Change]
[Not work]
Not now?
[Open the timesheet]
[In 30 minutes]
[Next working day]
You get this because Harvest lacks 2 h 10 of that day. Only you see it."""
    )


def test_and_in_german() -> None:
    assert (
        text_of("de", CODING, VAGUE)
        == """\
Di 12. Mai: 2 h 10 noch nicht erfasst
7,5 h erwartet, 5,33 h in Harvest.
Sieht aus wie Acme › Website › Development, 10:40: „feat/login“, 1,75 h (1,0–2,6). PR #214, 6 commits.
[1,75 h erfassen]
[Ändern]
[Keine Arbeit]
„Sync w/ Bo“, 13:30, 0,5 h: für welches Projekt?
[Ändern]
[Keine Arbeit]
Gerade nicht?
[Zeiterfassung öffnen]
[In 30 Minuten]
[Nächster Arbeitstag]
Sie bekommen das, weil in Harvest 2 h 10 dieses Tages fehlen. Nur Sie sehen es."""
    )


def test_a_day_that_only_needs_a_project_says_so() -> None:
    day = sheet(7.5, unsure=0.5)
    made = message(Due("end of day", TUESDAY, (day,)), (VAGUE,), AROUND, words("en"))
    assert made.subject == "Tue 12 May: one thing needs a project"
    made = message(Due("morning", TUESDAY, (day,)), (VAGUE, replace(VAGUE, key="b")), AROUND, words("de"))
    assert made.subject == "Di 12. Mai: zu 2 Vorschlägen fehlt das Projekt"


def test_the_most_likely_comes_first_and_the_rest_is_counted() -> None:
    offers = [replace(CODING, key=f"k{n}", title=f"t{n}", confidence=n / 10) for n in range(6)]
    said = text_of("en", VAGUE, *offers)
    assert [line[-30:] for line in re.findall(r"“t\d”", said)] == ["“t5”", "“t4”", "“t3”"]
    assert "4 more wait: gleaner review" in said
    assert "Sync" not in said
    assert len(offers) > MOST_OFFERS


def test_buttons_ask_for_what_was_shown() -> None:
    made = message(Due("end of day", TUESDAY, (sheet(5),)), (CODING,), AROUND, words("en"))
    deeds = [button.deed for one in made.paragraphs for button in one.buttons]
    assert deeds == [
        Deed("accept", AccountId(9), UserId(1), "coding:1", "seen"),
        Deed("change", AccountId(9), UserId(1), "coding:1", "seen"),
        Deed("dismiss", AccountId(9), UserId(1), "coding:1", "seen"),
        None,
        Deed("snooze", AccountId(9), UserId(1), "2026-05-12T17:40:00+02:00"),
        Deed("snooze", AccountId(9), UserId(1), "2026-05-13T09:00:00+02:00"),
    ]
    assert made.stop == Deed("stop", AccountId(9), UserId(1))
    assert made.key == "end-of-day/1/2026-05-12"


def test_what_nobody_saw_is_said_too() -> None:
    assert "Nothing was seen that could fill it: no meeting and no commit." in text_of("en")


def test_the_last_daily_message_says_that_it_is() -> None:
    said = text_of("en", CODING, around=replace(AROUND, pauses=True))
    assert (
        "The last messages got no answer, so from now on only those about whole weeks come.\n[Keep them coming]"
        in said
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_names_its_days_its_cut_off_and_once_who_will_hear_of_it(language: Language) -> None:
    days = (sheet(6, day=TUESDAY), sheet(0, day=TUESDAY + timedelta(days=2)))
    week = Week(TUESDAY - timedelta(days=1), datetime(2026, 5, 18, 10, tzinfo=BERLIN))
    due = Due("after cut-off", week.first, days, week)
    listed = replace(AROUND, listed_at=week.cut_off + timedelta(days=1))
    plain, second = (message(due, (), around, words(language)) for around in (AROUND, listed))
    text = "\n".join(one.text for one in second.paragraphs)
    if language == "en":
        assert plain.subject == "Week of Mon 11 May: 9 h not yet in Harvest"
        assert "Open: Tue 1.5 h, Thu 7.5 h.\nThe week was counted on Mon 10:00;" in text
        assert "If it is still open on Tue 19 May, 10:00, your name and the hours are in the list" in text
    else:
        assert plain.subject == "Woche ab Mo 11. Mai: 9 h noch nicht in Harvest"
        assert "Offen: Di 1,5 h, Do 7,5 h.\nGezählt wurde die Woche am Mo 10:00;" in text
        assert "Ist sie am Di 19. Mai, 10:00 noch offen, stehen Ihr Name und die Stunden" in text
    assert len(second.paragraphs) == len(plain.paragraphs) + 1


def test_a_complete_week_only_has_to_be_submitted() -> None:
    week = Week(TUESDAY - timedelta(days=1), datetime(2026, 5, 18, 10, tzinfo=BERLIN))
    made = message(Due("before cut-off", week.first, (), week, True), (), AROUND, words("en"))
    assert made.subject == "Week of Mon 11 May: complete, and not submitted yet"
    assert "submit" in made.why
    both = message(Due("before cut-off", week.first, (sheet(1),), week, True), (), AROUND, words("en"))
    assert "Once it is complete, submit the week in Harvest." in [one.text for one in both.paragraphs]


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_a_title_holds_it_stays_in_its_place(title: str, where: str) -> None:
    """Braces, markup, line breaks: channels escape it, and no sentence breaks on it."""
    offers = (replace(CODING, title=title, where=where or "x"), replace(VAGUE, title=title))
    for language in LANGUAGES:
        assert title in text_of(language, *offers)


def test_no_text_nags_shouts_or_compares() -> None:
    for language in LANGUAGES:
        said = text_of(language, CODING, VAGUE) + closed(TUESDAY, words(language))
        assert not re.search(r"!|again|schon wieder|colleague|Kolleg|please|bitte", said, re.IGNORECASE)


def _used() -> set[str]:
    """Every English text that code asks a catalog for."""
    found: set[str] = set()
    source = Path(gleaner.__file__).parent
    joined = r'((?:\s*"(?:[^"\\]|\\.)*")+)'
    for path in source.rglob("*.py"):
        if path.name == "language.py":
            continue
        for match in re.finditer(
            rf"\b(?:words|said)\.(?:text|count)\({joined}", path.read_text(encoding="utf-8")
        ):
            found.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])))
    return found


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    used = _used()
    assert len(used) > 20
    for language in LANGUAGES:
        if language != "en":
            source = (files("gleaner") / "locale" / f"{language}.po").read_text(encoding="utf-8")
            texts = {key: forms for key, forms in entries(source) if key}
            assert set(texts) <= used
            # What pages say has catalogs of its own; see tests/unit/faces/web/test_words.py.
            assert used <= set(words(language).texts)
            for key, forms in texts.items():
                for form in forms:
                    assert set(re.findall(r"{(\w+)}", form)) <= set(re.findall(r"{(\w+)}", key)) | {"n"}


def test_numbers_and_days_are_written_as_the_language_has_them() -> None:
    german, english = words("de"), words("en")
    assert (english.hours(1.25 * HOUR), german.hours(1.25 * HOUR)) == ("1.25", "1,25")
    assert (english.spoken(HOUR), english.spoken(HOUR / 4), german.spoken(2.5 * HOUR)) == (
        "1 h",
        "15 min",
        "2 h 30",
    )
    assert german.count("one thing", "{n} things", 2) == "2 things", "what is not translated stays English"
    assert german.day(date(2026, 3, 8)) == "So 8. März"
