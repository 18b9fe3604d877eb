"""The journal in the browser: who reads which lines, and what can be taken back from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.journeys.pages import NOW, Pages, pages
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.core.proposals import State
from gleaner.review.journal import Line


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """Ana's and Cy's meetings were logged by the policy, in one run."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"), meeting("13:00-13:30", "CPO standup"))
    world.calendar(CY, meeting("14:00-15:00", "APL with Cy alone"))
    world.fine("run", "--on", TUESDAY)
    with pages(world) as found:
        yield found


def short_of(site: Pages, who: str) -> str:
    person = site.account.person(who)
    (item, *_rest) = site.account.inbox.items(states=[State.APPLIED], user_id=person.id)
    return item.short


def run_of(site: Pages) -> str:
    return site.account.runs.newest()[0].id


def test_an_administrator_reads_everybodys_lines_newest_first(site: Pages) -> None:
    seen = site.browser(ANA).get("/journal")
    assert seen.status == 200
    assert "APL with Cy alone" in seen.words or "Apollo / Meetings" in seen.words
    for name in ("Ana Person", "Cy Person", "Gleaner, by the policy", "written to Harvest"):
        assert name in seen.words
    numbers = [int(one) for one in re.findall(r'data-row="(\d+)"', seen.text)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 3


def test_a_member_reads_lines_about_themselves_only_and_nothing_of_invoices(site: Pages) -> None:
    ana, cy = site.account.person(ANA), site.account.person(CY)
    journal = site.account.journal
    journal.write(Line(NOW, ANA, "approved", "Invoice 7 over 900.00 EUR", proposal_key="invoice:7"))
    journal.write(
        Line(NOW, ANA, "approved", "Invoice 8 over 12.00 EUR", proposal_key="invoice:8", user_id=cy.id)
    )
    journal.write(Line(NOW, CY, "dismissed", "Dismissed: Ana's secret lunch", user_id=ana.id))
    cys, anas = site.browser(CY).get("/journal").words, site.browser(ANA).get("/journal").words
    assert "Invoice 7 over 900.00 EUR" in anas
    assert "written to Harvest" in cys
    for hidden in ("900.00", "12.00 EUR", "secret lunch", "Ana Person's", "APL detail review"):
        assert hidden not in cys
    assert "Whose" not in cys


def test_a_manager_reads_no_more_than_a_member(site: Pages, world: World) -> None:
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.api().patch(f"/users/{world.user(BO)}/teammates", teammate_ids=[world.user(CY)])
    world.fine("sync")
    site.account.mirror._compared_at = 0
    seen = site.browser(BO).get("/journal")
    assert "The journal is empty" in seen.words
    assert site.browser(BO).get(f"/journal?who={world.user(CY)}").status == 404
    assert site.browser(BO).get(f"/journal/undo/{short_of(site, CY)}").status == 404


def test_what_cannot_be_asked_is_not_there(site: Pages) -> None:
    ana = site.browser(ANA)
    for asked in (
        "who=999999", "who=x", "kind=all", "day=2026-02-30", "before=-1", "before=x", f"before={'9' * 40}",
        "who=%00", "before=²",
    ):  # fmt: skip
        assert ana.get(f"/journal?{asked}").status == 404, asked


def test_it_is_filtered_by_person_kind_day_and_run(site: Pages, world: World) -> None:
    ana = site.browser(ANA)

    def rows(asked: str) -> int:
        return len(re.findall("data-row=", ana.get(f"/journal?{asked}").text))

    everything = rows("")
    assert 0 < rows(f"who={world.user(CY)}") < everything
    assert rows("kind=applied") == 3
    assert rows("kind=dismissed") == 0
    written = site.account.journal.lines()[0].at.astimezone(site.account.person(ANA).zone).date()
    assert rows(f"day={written}") == everything
    assert rows("day=2026-03-09") == 0
    assert rows(f"run={run_of(site)}") == everything
    assert rows("run=' OR 1=1") == 0
    assert rows(f"run={run_of(site)}&kind=applied&who={world.user(CY)}") == 1
    assert site.browser(CY).get(f"/journal?who={world.user(ANA)}").status == 404


def test_pages_neither_skip_nor_repeat_while_lines_are_added(site: Pages) -> None:
    journal = site.account.journal
    for number in range(120):
        journal.write(Line(NOW, ANA, "ruled", f"line {number:03}"))
    ana, path, seen = site.browser(ANA), "/journal?kind=ruled", list[str]()
    while path:
        page = ana.get(path)
        seen += re.findall(r"line (\d{3})", page.words)
        journal.write(Line(NOW, ANA, "ruled", "a newer one"))
        older = re.search(r'href="(/journal[^"]*)" rel="next"', page.text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"{number:03}" for number in reversed(range(120))]


def test_looking_at_what_would_be_taken_back_changes_nothing_and_the_button_does_it(
    site: Pages, world: World
) -> None:
    cy, short = site.browser(CY), short_of(site, CY)
    before = world.timesheet()
    seen = cy.get(f"/journal/undo/{short}")
    assert "the entry is removed" in seen.words
    assert "APL with Cy alone" in seen.words
    assert world.timesheet() == before
    done = cy.post(f"/journal/undo/{short}")
    assert "It is taken back." in done.words
    assert [line for line in world.timesheet() if line.startswith("Cy")] == []
    assert "It was taken back already." in cy.get("/journal").words
    assert "There is nothing here that can be taken back." in cy.get(f"/journal/undo/{short}").words


def test_a_whole_run_is_taken_back_by_each_for_themselves(site: Pages, world: World) -> None:
    run = run_of(site)
    assert f"/journal/run/{run}" in site.browser(ANA).get(f"/journal?run={run}").text
    cy = site.browser(CY)
    seen = cy.get(f"/journal/run/{run}")
    assert "APL with Cy alone" in seen.words
    assert "APL detail review" not in seen.words
    cy.post(f"/journal/run/{run}")
    assert {line.split()[0] for line in world.timesheet()} == {"Ana"}
    done = site.browser(ANA).post(f"/journal/run/{run}")
    assert "2 things are taken back." in done.words
    assert world.timesheet() == []


def test_nothing_of_somebody_else_is_taken_back_and_it_looks_as_if_it_were_not_there(
    site: Pages, world: World
) -> None:
    cy, before = site.browser(CY), world.timesheet()
    for part in (short_of(site, ANA), "abc", "ffffffffffff", "%25", "x" * 900):
        assert cy.get(f"/journal/undo/{part}").status == 404
        assert cy.post(f"/journal/undo/{part}", {"force": "yes"}).status == 404
    for part in ("last", "nothing", "20260310-170000-ffffff"):
        assert cy.get(f"/journal/run/{part}").status == 404
        assert cy.post(f"/journal/run/{part}").status == 404
    assert world.timesheet() == before


def test_what_somebody_changed_since_stays_until_they_say_it_may_go(site: Pages, world: World) -> None:
    short = short_of(site, CY)
    (entry,) = [one for one in world.entries() if one["user"]["name"].startswith("Cy")]
    world.api(CY).patch(f"/time_entries/{entry['id']}", hours=2.5)
    cy = site.browser(CY)
    said = cy.post(f"/journal/undo/{short}").words
    assert "0 of 1 taken back." in said
    assert "was changed since Gleaner wrote it" in said
    assert "--force" not in said
    assert "It is taken back." in cy.post(f"/journal/undo/{short}", {"force": "yes"}).words
    assert not [one for one in world.entries() if one["id"] == entry["id"]]


def test_why_something_cannot_be_taken_back_is_said_before_anybody_tries(site: Pages) -> None:
    user_id = site.account.person(CY).id
    (item,) = site.account.inbox.items(states=[State.APPLIED], user_id=user_id)
    (raw,) = site.account.mirror.of_person(user_id)["time_entries"]
    site.account.mirror.note({**raw, "is_locked": True, "is_billed": True, "locked_reason": "Item Invoiced"})
    cy = site.browser(CY)
    assert "Its entry is on an invoice." in cy.get("/journal").words
    page = cy.get(f"/journal/undo/{item.short}").words
    assert "It stays. Its entry is on an invoice." in page
    assert "There is nothing here that can be taken back." in page


def test_titles_with_markup_stay_text(site: Pages) -> None:
    text = "Dismissed: <script>alert(1)</script> {0} {name}"
    site.account.journal.write(Line(NOW, ANA, "dismissed", text))
    seen = site.browser(ANA).get("/journal")
    assert "<script>alert" not in seen.text
    assert text in seen.words


def test_the_command_line_keeps_to_the_same(site: Pages, world: World) -> None:
    assert "APL detail review" in world.fine("journal").out
    world.act_as(CY)
    said = world.fine("journal").out
    assert "Cy Person" in said
    assert "Ana Person" not in said
    refused = world.gleaner("journal", "--person", ANA)
    assert (refused.code, "somebody else's" in refused.err) == (1, True)


def test_what_was_logged_is_said_in_german_and_a_line_in_other_words_stays_as_it_is(site: Pages) -> None:
    journal, cy = site.account.journal, site.account.person(CY)
    journal.write(Line(NOW, CY, "dismissed", "Logged {hours} h to a trap on {day}", user_id=cy.id))
    german = site.browser(CY).get("/journal", **{"accept-language": "de"})
    english = site.browser(CY).get("/journal")

    assert "1,00 h auf Apollo / Meetings am Di 10. März erfasst" in german.words
    assert "Logged 1.00 h to Apollo / Meetings on Tue 10 Mar" in english.words
    assert "Logged {hours} h to a trap on {day}" in german.words
    assert 'lang="en">Logged {hours}' in german.text
