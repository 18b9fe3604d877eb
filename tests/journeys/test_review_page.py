"""A day reviewed on its page: what is shown, and what each button does to Harvest."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from tests.journeys.busy_day import MARKUP, SURE, UNSURE, busy
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner.app.programs.proposing import propose_time
from gleaner.app.programs.seat import Seat
from gleaner.faces.web.sign_in.cookies import COOKIE
from gleaner.faces.web.visit import SAID, Said, _read, _written

HERE = f"/day/{TUESDAY}"
APOLLO = "Acme Industries › Apollo › Meetings"


@dataclass
class Review:
    """Ana before her day."""

    world: World
    site: Pages
    ana: Browser

    def day(self) -> Seen:
        return self.ana.get(HERE)

    def short(self, title: str) -> str:
        return str(self.world.waiting()[title]["id"])

    def form(self, title: str, **more: str) -> tuple[str, dict[str, str]]:
        """Where the buttons of that proposal lead, and what its forms send."""
        short, text = self.short(title), self.day().text
        row = text[text.index(f'data-row="{short}"') :].partition("</li>")[0]
        seen = re.search(r'name="seen" value="([^"]+)"', row)
        assert seen
        return f"/proposals/{short}", {"back": HERE, "seen": unescape(seen[1]), **more}

    def press(self, title: str, verb: str, **more: str) -> Seen:
        at, form = self.form(title, **more)
        return self.ana.post(f"{at}/{verb}", form)


@pytest.fixture
def review(world: World) -> Iterator[Review]:
    busy(world)
    with pages(world) as site:
        yield Review(world, site, site.browser(ANA))


def test_the_sum_the_evidence_and_the_doubt_are_on_the_page(review: Review) -> None:
    words = review.day().words
    assert "8.00 expected" in words
    assert "1.50 in Harvest" in words
    assert words.index("Unsure") < words.index("Sure")
    assert "Acme Industries › Apollo › Meetings" in words
    assert "5 commits" in words
    assert "Only you and administrators of Gleaner can see this page." in words


def test_titles_stay_text(review: Review) -> None:
    seen = review.day()
    assert MARKUP in seen.words
    assert "<b onclick" not in seen.text


def test_accepting_logs_it_and_undo_takes_it_back(review: Review) -> None:
    said = review.press(SURE, "accept")
    assert "0.50 h logged to Apollo / Meetings on Tue 10 Mar" in said.words
    assert f"Ana {TUESDAY} 0.5 Apollo / Meetings: {SURE}" in review.world.timesheet()
    undo = re.search(r'action="(/proposals/[0-9a-f]+/undo)"', said.text)
    assert undo
    review.ana.post(undo[1], {"back": HERE})
    assert not [line for line in review.world.timesheet() if SURE in line]
    assert review.world.states()[SURE] == "undone"


def test_all_that_is_sure_goes_with_one_button_and_nothing_else(review: Review) -> None:
    text = review.day().text
    shown = [unescape(one) for one in re.findall(r'name="shown" value="([^"]+)"', text)]
    assert shown
    review.ana.post(f"{HERE}/accept-sure", {"back": HERE, "shown": shown})
    states = review.world.states()
    assert states[SURE] == "applied"
    assert states[UNSURE] == "proposed"
    assert states[MARKUP] == "proposed"


def test_what_is_not_sure_is_never_accepted_with_others_whatever_a_form_says(review: Review) -> None:
    _, form = review.form(UNSURE)
    review.ana.post(
        f"{HERE}/accept-sure", {"back": HERE, "shown": [f"{review.short(UNSURE)} {form['seen']}"]}
    )
    assert review.world.states()[UNSURE] == "proposed"


def test_a_form_cannot_ask_whether_somebody_elses_proposal_is_there(review: Review) -> None:
    bo = review.site.browser(BO)
    said = {
        bo.post(f"{HERE}/accept-sure", {"back": HERE, "shown": [f"{short} x"]}).words
        for short in (review.short(SURE), "00000000")
    }
    assert len(said) == 1
    assert "Nothing was left to do." in said.pop()


def test_an_edit_is_what_gets_logged(review: Review) -> None:
    review.press(UNSURE, "edit", slot=APOLLO, hours="0,75", notes="Planning with Bo")
    assert f"Ana {TUESDAY} 0.75 Apollo / Meetings: Planning with Bo" in review.world.timesheet()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"slot": APOLLO, "hours": "a lot"}, '"a lot" is no number of hours'),
        ({"slot": APOLLO, "hours": "25"}, "25 h is no length for an entry"),
        ({"slot": APOLLO, "hours": "-1"}, "is no length for an entry"),
        ({"slot": APOLLO, "hours": "NaN"}, "is no length for an entry"),
        ({"slot": "Nowhere"}, '"Nowhere" is no project and task'),
        ({"slot": "Apollo"}, '"Apollo" could be:'),
        ({"slot": APOLLO, "hours": "9" * 50}, "is too long"),
        ({}, "has no project yet"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_logged(
    review: Review, said: dict[str, str], answer: str
) -> None:
    before = review.world.timesheet()
    assert answer in review.press(UNSURE, "edit", **said).words
    assert review.world.timesheet() == before
    assert review.world.states()[UNSURE] == "proposed"


def test_dismissing_with_a_reason_is_kept_in_the_journal(review: Review) -> None:
    review.press(UNSURE, "dismiss", why="not work")
    assert review.world.states()[UNSURE] == "dismissed"
    assert "(not work)" in review.world.fine("journal").out


def test_never_makes_a_rule_that_can_be_seen_and_switched_off(review: Review) -> None:
    said = review.press(UNSURE, "never")
    rule = re.search(r"rule (\w+)", said.words)
    assert rule
    assert rule[1] in review.world.fine("rules", "list").out
    assert UNSURE not in review.world.waiting()
    review.world.fine("rules", "off", rule[1])
    review.world.fine("run", "--on", TUESDAY)
    assert UNSURE in review.world.waiting()


def test_always_makes_the_series_go_there(review: Review) -> None:
    said = review.press(UNSURE, "edit", slot=APOLLO, hours="0.5", notes="x", always="1")
    assert "From now on always there" in said.words
    assert f'"{UNSURE}" of Ana Person goes to Apollo' in review.world.fine("rules", "list").out


def test_a_split_is_two_entries(review: Review) -> None:
    review.press(
        UNSURE,
        "split",
        hours="0.25",
        slot=APOLLO,
        rest="0.25",
        to="Acme Industries › Apollo › Design",
        rest_notes="Part two",
    )
    assert [line for line in review.world.timesheet() if " 0.25 " in line] == [
        f"Ana {TUESDAY} 0.25 Apollo / Design: Part two",
        f"Ana {TUESDAY} 0.25 Apollo / Meetings: {UNSURE}",
    ]


def test_merged_ones_are_one_entry_and_nothing_is_held_against_the_others(review: Review) -> None:
    selected = []
    for title in (SURE, "APL stand-up"):
        at, form = review.form(title)
        selected.append(f"{at.rpartition('/')[2]} {form['seen']}")
    who = str(review.site.account.person(ANA).id)
    review.ana.post(f"{HERE}/merge", {"back": HERE, "who": who, "selected": selected, "notes": "Morning"})
    assert f"Ana {TUESDAY} 1.0 Apollo / Meetings: Morning" in review.world.timesheet()
    states = review.world.states()
    assert (states[SURE], states["APL stand-up"]) == ("applied", "dismissed")
    assert "it was dismissed" not in review.world.fine("rules", "ladder").out


def test_one_alone_is_not_merged(review: Review) -> None:
    at, form = review.form(SURE)
    said = review.ana.post(
        f"{HERE}/merge", {"back": HERE, "selected": f"{at.rpartition('/')[2]} {form['seen']}"}
    )
    assert "select two proposals or more" in said.words


def test_a_stale_page_does_nothing_and_says_what_changed(review: Review) -> None:
    at, form = review.form(SURE)
    review.world.calendar(ANA, meeting("09:00-10:30", SURE, uid=SURE))
    review.world.fine("run", "--on", TUESDAY)
    said = review.ana.post(f"{at}/accept", form)
    assert "since this was shown" in said.words
    assert "1.50 h" in said.words
    assert not [line for line in review.world.timesheet() if SURE in line]


def test_two_browsers_decide_the_same_and_one_entry_comes_of_it(review: Review) -> None:
    other = review.site.browser(ANA)
    at, form = review.form(SURE)
    review.ana.post(f"{at}/accept", form)
    said = other.post(f"{at}/accept", form)
    assert "already" in said.words or "logged" in said.words
    assert len([line for line in review.world.timesheet() if SURE in line]) == 1
    assert "dismiss" not in review.world.states()[SURE]


def test_somebody_elses_proposal_cannot_be_decided(review: Review) -> None:
    at, form = review.form(SURE)
    bo = review.site.browser(BO)
    for verb in ("accept", "dismiss", "never", "edit", "split", "undo", "pick"):
        said = bo.post(f"{at}/{verb}", {**form, "slot": APOLLO, "hours": "1", "rest": "1", "to": APOLLO})
        assert SURE not in said.words
    assert review.world.states()[SURE] == "proposed"
    assert not [line for line in review.world.timesheet() if SURE in line]


def test_an_administrator_decides_for_others_in_their_own_name(review: Review, world: World) -> None:
    world.calendar(BO, meeting("10:00-11:00", "APL planning"))
    world.fine("run", "--on", TUESDAY)
    bo = review.site.account.person(BO).id
    seen = review.ana.get(f"{HERE}?who={bo}")
    assert "You see this as an administrator." in seen.words
    at, form = f"/proposals/{review.short('APL planning')}", {"back": HERE, "seen": seen.value("seen")}
    review.ana.post(f"{at}/accept", form)
    assert f"Bo {TUESDAY} 1.0 Apollo / Meetings: APL planning" in world.timesheet()
    assert f"{ANA} by web" in world.fine("journal").out


def test_what_is_in_harvest_is_changed_and_deleted_and_put_back(review: Review) -> None:
    entry = next(one for one in review.world.entries() if one["notes"] == "Landing page")
    at = f"/entries/{entry['id']}"
    review.ana.post(f"{at}/change", {"back": HERE, "hours": "2:15", "notes": "Landing page II", "slot": ""})
    assert f"Ana {TUESDAY} 2.25 Website / Programming: Landing page II" in review.world.timesheet()
    said = review.ana.post(f"{at}/delete", {"back": HERE})
    assert not [line for line in review.world.timesheet() if "Landing page" in line]
    undo = re.search(r'action="(/proposals/[0-9a-f]+/undo)"', said.text)
    assert undo
    review.ana.post(undo[1], {"back": HERE})
    assert f"Ana {TUESDAY} 2.25 Website / Programming: Landing page II" in review.world.timesheet()


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999", "1%2F2"])
def test_entries_that_are_nobodys_are_not_there(review: Review, number: str) -> None:
    assert review.ana.post(f"/entries/{number}/delete", {}).status == 404


def test_somebody_elses_entry_is_not_there_either(review: Review) -> None:
    entry = review.world.entries()[0]["id"]
    assert review.site.browser(BO).post(f"/entries/{entry}/delete", {}).status == 404
    assert len(review.world.entries()) == 1


def test_while_harvest_is_away_it_says_so_and_keeps_the_decision(review: Review) -> None:
    at, form = review.form(SURE)
    review.world.running.control.set_faults("status=503")
    try:
        said = review.ana.post(f"{at}/accept", form)
    finally:
        review.world.running.control.set_faults("")
    assert "Harvest" in said.words
    assert not [line for line in review.world.timesheet() if SURE in line]


def test_nobody_is_sent_to_another_site_after_a_button(review: Review) -> None:
    at, form = review.form(UNSURE)
    review.ana.client.follow_redirects = False
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "/day\nSet-Cookie: a=b"):
        answer = review.ana.post(f"{at}/edit", {**form, "back": evil, "hours": "x"})
        assert answer.headers["location"].startswith("/")
        assert "evil" not in answer.headers["location"]


def test_time_is_logged_by_hand_from_the_day_and_for_nobody_else(review: Review) -> None:
    said = {
        "back": HERE,
        "on": TUESDAY,
        "slot": "Acme Industries › Apollo › Design",
        "hours": "1:15",
        "notes": "Icons",
    }
    ana, bo = review.site.account.person(ANA).id, review.site.account.person(BO).id
    assert "Logged 1.25 h to Apollo / Design" in review.ana.post("/log", {**said, "who": str(ana)}).words
    before = review.world.timesheet()
    assert "Ana 2026-03-10 1.25 Apollo / Design: Icons" in before
    assert review.site.browser(BO).post("/log", {**said, "who": str(ana)}).status == 404
    assert review.world.timesheet() == before
    review.ana.post("/log", {**said, "who": str(bo)})
    assert "Bo 2026-03-10 1.25 Apollo / Design: Icons" in review.world.timesheet()


def test_a_day_names_the_other_days_that_wait(review: Review) -> None:
    seen = review.ana.get("/day/2026-03-11")
    assert "Nothing to review." in seen.words
    assert "Other days wait, too: Tue 10 Mar (5)" in seen.words
    assert "Other days" not in review.site.browser(BO).get("/day/2026-03-11").words


@pytest.mark.parametrize("rest", ["0", "-1", "30", "NaN", "1e30"])
def test_half_of_a_split_is_none(review: Review, rest: str) -> None:
    """What is to go elsewhere is no length: nothing is logged, so that nothing is lost."""
    before = review.world.timesheet()
    said = review.press(
        UNSURE, "split", hours="0.25", slot=APOLLO, rest=rest, to="Acme Industries › Apollo › Design"
    )
    assert "is no length for an entry" in said.words
    assert (review.world.timesheet(), review.world.states()[UNSURE]) == (before, "proposed")


@pytest.mark.parametrize("hours", ["1e30", "1e400000", "1:99", "-1:30"])
def test_hours_that_are_none_are_told_so(review: Review, hours: str) -> None:
    said = review.ana.post("/log", {"on": TUESDAY, "hours": hours, "slot": APOLLO, "back": HERE})
    assert (said.status, "is no" in said.words) == (200, True)


def test_a_form_that_is_sent_twice_is_meant_once(review: Review) -> None:
    """By a double click without scripts; from the page after it, the same is another one."""
    asked = {"on": TUESDAY, "hours": "0.5", "slot": APOLLO, "notes": "Call", "back": HERE}
    for _ in range(2):
        form = asked | {"once": review.day().value("once")}
        for _ in range(2):
            said = review.ana.post("/log", form)
            assert (said.status, "t is logged" in said.words or "Logged 0.50 h" in said.words) == (200, True)
    assert [one["hours"] for one in review.world.entries() if one["notes"] == "Call"] == [0.5, 0.5]
    review.ana.post("/log", form | {"hours": "0.75"})
    assert [one["hours"] for one in review.world.entries() if one["notes"] == "Call"][-1] == 0.75


def test_what_was_taken_back_can_be_logged_again_from_the_same_page(review: Review) -> None:
    asked = {
        "on": TUESDAY,
        "hours": "0.5",
        "slot": APOLLO,
        "notes": "Call",
        "once": review.day().value("once"),
    }
    undo = re.search(r'action="(/proposals/[0-9a-f]+/undo)"', review.ana.post("/log", asked).text)
    assert undo
    review.ana.post(undo[1], {"back": HERE})
    assert not [one for one in review.world.entries() if one["notes"] == "Call"]
    review.ana.post("/log", asked)
    assert [one["hours"] for one in review.world.entries() if one["notes"] == "Call"] == [0.5]


def test_that_no_rule_can_be_made_does_not_hide_what_was_logged(review: Review) -> None:
    """A program proposed it, so nothing was seen that a rule could be about."""
    person = review.site.account.person(ANA)
    seat = Seat(review.site.account.seen_by(person), person, frozenset({"propose"}), "api")
    propose_time(seat, date.fromisoformat(TUESDAY), Decimal("0.5"), "APL", "Meetings", "Phone call")
    said = review.press("Phone call", "accept", always="1")
    assert "0.50 h logged to Apollo / Meetings on Tue 10 Mar. No rule was made: what this" in said.words


def test_a_message_that_is_no_message_is_not_shown(review: Review) -> None:
    """Another page of the domain can set a cookie."""
    for said in (b"[" * 6000, b'["\\ud800", true, ""]', b'["a", true, "//evil.example"]', b"[]", b"1"):
        cookie = f"{COOKIE}={review.ana.cookie}; {SAID}={urlsafe_b64encode(said).decode()}"
        answer = review.ana.client.get("/keys", headers={"cookie": cookie})
        assert (answer.status_code, 'id="said"' in answer.text) == (200, False), said[:20]


def test_a_long_message_fits_into_a_cookie() -> None:
    for letter in ("a", "ü", "漢", "🙂", "\ud800"):
        kept = _written(Said(letter * 5000, undo="/journal/undo/abcdef"))
        assert len(kept) < 3800
        found = _read(kept)
        assert found is not None
        assert (found.text[-1], found.undo) == ("…", "/journal/undo/abcdef")


MANY = "Landing page\n\t- hero\n- “team” 👩\u200d💻 & <b>\n\n" + "x" * 2500


def entry_form(seen: Seen, number: int) -> dict[str, str]:
    """What the form of that entry sends when nobody touches it."""
    form = seen.text[seen.text.index(f'action="/entries/{number}/change"') :].partition("</form>")[0]
    said = {
        name: unescape(text)
        for name, text in re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form)
    }
    said |= {
        name: unescape(text)
        for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    }
    return {name: text.replace("\n", "\r\n") for name, text in said.items()}


@pytest.mark.parametrize("notes", [MANY, "👩\u200d💻 pairing", " two  spaces "])
def test_other_hours_leave_notes_as_they_are(review: Review, notes: str) -> None:
    """With their lines and letters: what a field cannot show is not written back otherwise."""
    number = review.world.by_hand(1, "apollo", "design", notes)
    review.ana.post(f"{HERE}/read", {"back": HERE})
    form = entry_form(review.day(), number)
    said = review.ana.post(f"/entries/{number}/change", form | {"hours": "2"})
    entry = next(one for one in review.world.entries() if one["id"] == number)
    assert (entry["hours"], entry["notes"]) == (2.0, notes), said.words[:300]
    form = entry_form(review.day(), number)
    review.ana.post(f"/entries/{number}/change", form | {"notes": form["notes"] + "\r\nand more"})
    entry = next(one for one in review.world.entries() if one["id"] == number)
    assert entry["notes"] == f"{notes}\nand more".strip()


@pytest.mark.parametrize("verb", ["change", "delete"])
def test_an_entry_that_changed_in_harvest_is_shown_before_it_is_written(review: Review, verb: str) -> None:
    number = review.world.by_hand(1, "apollo", "design", "Icons")
    review.ana.post(f"{HERE}/read", {"back": HERE})
    form = entry_form(review.day(), number)
    review.world.api().patch(f"/time_entries/{number}", hours=3)
    said = review.ana.post(f"/entries/{number}/{verb}", form | {"notes": "Icons II"})
    assert "changed in Harvest since it was shown" in said.words
    assert f"Ana {TUESDAY} 3.0 Apollo / Design: Icons" in review.world.timesheet()
    review.ana.post(f"/entries/{number}/{verb}", entry_form(said, number) | {"notes": "Icons II"})
    left = [line for line in review.world.timesheet() if "Icons" in line]
    assert left == ([f"Ana {TUESDAY} 3.0 Apollo / Design: Icons II"] if verb == "change" else [])


def test_what_no_database_keeps_is_nowhere(review: Review) -> None:
    for path in ("/journal?run=%00", "/journal?kind=%00", "/expenses/receipts/%00", "/rules/%00"):
        assert review.ana.get(path).status == 404, path
    assert "there is no proposal" in review.ana.post("/proposals/abcd%00/accept", {"back": HERE}).words
    review.ana.post("/log", {"on": TUESDAY, "hours": "0.5", "slot": APOLLO, "notes": "Ca\x00ll"})
    assert f"Ana {TUESDAY} 0.5 Apollo / Meetings: Call" in review.world.timesheet()


def test_of_somebody_elses_proposal_no_button_tells_more_than_another(review: Review) -> None:
    """Neither what they may log to, nor that there is such a line."""
    at, bo = f"/proposals/{review.short(SURE)}", review.site.browser(BO)
    for slot in (APOLLO, "Acme Industries › No Such › Thing"):
        for verb in ("edit", "pick", "split", "accept", "never"):
            form = {"slot": slot, "to": slot, "hours": "1", "rest": "1", "back": HERE}
            assert "somebody else's" in bo.post(f"{at}/{verb}", form).words, (verb, slot)
