"""Every address of the site, asked for by everybody, about their own, other people's and nobody's things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.routing import Route
from tests.journeys import world as worlds
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.permissions import OPEN, ROWS, Came, Row, Things
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.adapters.store.schema import metadata
from gleaner.adapters.store.sessions import digest
from gleaner.app.answering import seen_of
from gleaner.faces.web.registry import Who, all_pages
from gleaner.faces.web.visit import SAID, _read
from gleaner_sandbox.server import Running

ROLES: dict[str, set[Who]] = {
    ANA: {"member", "lead", "administrator"}, BO: {"member", "lead"}, CY: {"member"},
}  # fmt: skip
"""Ana administers, Bo manages people (Cy among them), Cy does not."""
MONDAY = "2026-03-09"
MARKS = {ANA: "Zebra", BO: "Yak", CY: "Xerus"}
"""A word that only that person's titles and notes have."""
_CHANGES = {"session", "sign_in", "cache", "mirror", "mirror_state", "run"}
"""Tables that a look may change."""


@dataclass
class House:
    """The site, and everybody's things."""

    world: World
    site: Pages
    things: dict[str, Things]
    browsers: dict[str, Browser]
    garbage: list[Things] = field(default_factory=list)

    def state(self) -> object:
        """What people have here and in Harvest: what nobody else may change."""
        tables = [table for table in metadata.sorted_tables if table.name not in _CHANGES]
        with self.site.account.engine.connect() as connection:
            kept = {
                table.name: [tuple(row) for row in connection.execute(sa.select(table))] for table in tables
            }
        sessions = {who: [one.digest for one in self._sessions(who)] for who in self.things}
        return kept, sessions, self.world.timesheet()

    def _sessions(self, who: str) -> list[Any]:
        account = self.site.account
        return self.site.sessions.of(account.id, account.person(who).id, self.site.clock.now())


@pytest.fixture(scope="module")
def house(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all tests that may not change anything, and look whether they did."""
    with pytest.MonkeyPatch.context() as patch:
        server.control.set_faults("")
        world = worlds.build(server, tmp_path_factory.mktemp("house"), patch)
        with furnished(world) as found:
            yield found
        world.close()


@pytest.fixture
def own(world: World) -> Iterator[House]:
    """One that may be changed."""
    with furnished(world) as found:
        yield found


@contextmanager
def furnished(world: World) -> Iterator[House]:
    """Everybody has a proposal that waits, an entry by hand, and two browsers."""
    world.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in world.lines]
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.api().patch(f"/users/{world.user(BO)}/teammates", teammate_ids=[world.user(CY)])
    entries = {}
    for who, mark in MARKS.items():
        world.calendar(
            who,
            meeting("09:00-09:30", f"APL {mark} review"),
            meeting("11:00-11:30", f"APL detail review {mark}"),
        )
        entries[who] = world.by_hand(1.0, "apollo", "programming", f"{mark} notes", who=who, day=MONDAY)
    world.fine("run", "--on", TUESDAY)
    with pages(world) as site:
        yield _house(world, site, entries)


def _house(world: World, site: Pages, entries: dict[str, int]) -> House:
    account, things, browsers = site.account, {}, {}
    for who in MARKS:
        person = account.person(who)
        mine = [one for one in account.inbox.items() if one.proposal.user_id == person.id]
        item, sure = sorted(mine, key=lambda one: one.proposal.title, reverse=True)
        assert sure.proposal.level == "sure"
        spare, browsers[who] = site.browser(who), site.browser(who)
        browsers[who].client.follow_redirects = False
        things[who] = Things(
            str(person.id),
            item.short,
            seen_of(item),
            f"{sure.short} {seen_of(sure)}",
            str(entries[who]),
            digest(spare.cookie),
        )
    browsers[""] = site.browser(None)
    browsers[""].client.follow_redirects = False
    garbage = [
        Things(text, text, "x", f"{text} x", text, text, day=day)
        for text, day in (
            ("0", "2026-02-30"), ("99999999999999999999", "9999-12-31"), ("-1", "0"), ("x'--", "x"),
            ("%00", "%00"), ("a" * 1500, "a" * 1500),
        )
    ]  # fmt: skip
    return House(world, site, things, browsers, garbage)


def came(answer: httpx2.Response) -> Came:
    """What became of it."""
    if answer.status_code == 404:
        return "missing"
    if answer.status_code in (401, 403):
        return "refused"
    if answer.status_code in (400, 409, 422):
        return "wrong"
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?"):
        return "sign-in"
    if answer.status_code == 303:
        said = _read(answer.cookies.get(SAID) or "")
        return "in" if said is None or said.is_good else "refused"
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:500]}"
    return "in"


def read(answer: httpx2.Response) -> tuple[int, str]:
    """What a person can tell of it; its forms repeat the address that was asked for."""
    return answer.status_code, Seen(answer.status_code, answer.text, {}, "").words


def ask(
    browser: Browser, where: tuple[str, str], row: Row, things: Things, site: str = "same-origin"
) -> httpx2.Response:
    """One request about those things; looked at only, where it is a page to look at."""
    path, method = where
    at = row.path(things) if row.path is not None else path
    if method == "GET":
        return browser.client.get(at)
    return browser.client.post(at, data=row.form(things), headers={"sec-fetch-site": site})


# --- every address has a row -------------------------------------------------------------------------------------


def test_every_address_says_who_it_is_for(house: House) -> None:
    served = {
        (route.path, method)
        for route in house.site.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == {*ROWS, *OPEN}, "write a row in tests/journeys/permissions.py"
    assert {(page.path, page.method): page.who for page in all_pages().all} == {
        where: row.who for where, row in ROWS.items()
    }


def test_there_is_something_to_find(house: House) -> None:
    """Or none of the tests below could fail."""
    for who, mark in MARKS.items():
        answer = house.browsers[who].client.get(f"/day/{TUESDAY}")
        assert mark in answer.text
        assert house.things[who].short in answer.text


# --- nobody ------------------------------------------------------------------------------------------------------


def test_whoever_is_not_signed_in_gets_nothing_anywhere(house: House) -> None:
    before = house.state()
    for cookie in ("", "x" * 43, house.things[ANA].session, "a" * 5000):
        browser = house.browsers[""]
        browser.client.cookies.clear()
        if cookie:
            browser.client.cookies.set("gleaner", cookie)
        for where, row in ROWS.items():
            answer = ask(browser, where, row, house.things[ANA])
            assert answer.status_code == 303, where
            assert answer.headers["location"].startswith("/sign-in"), where
            _says_nothing_of(answer, MARKS.values(), where)
    assert house.state() == before


def test_what_is_open_to_everybody_says_nothing_of_anybody(house: House) -> None:
    for browser in house.browsers.values():
        for path, method in sorted(OPEN):
            at = re.sub(r"\{\w+\}", "x", path)
            answer = browser.client.request(method, at, headers={"sec-fetch-site": "same-origin"})
            assert answer.status_code < 600, path
            _says_nothing_of(answer, [*MARKS.values(), "@studio.example", "Person"], (path, method))


# --- other people's ----------------------------------------------------------------------------------------------


def test_nobody_reaches_what_is_somebody_elses(house: House) -> None:
    before = house.state()
    for who in (CY, BO):
        for where, row in ROWS.items():
            for other in house.things.keys() - {who} if row.others is not None else ():
                answer = ask(house.browsers[who], where, row, house.things[other])
                wanted = row.others if row.who in ROLES[who] else "missing"
                assert came(answer) == wanted, f"{who} asks for {other}'s: {where}"
                _says_nothing_of(answer, [mark for one, mark in MARKS.items() if one != who], where)
                assert house.state() == before, f"{who} changed {other}'s: {where}"


def test_garbage_is_nothing_and_somebody_elses_looks_the_same(house: House) -> None:
    before = house.state()
    for who in ROLES:
        for where, row in ROWS.items():
            if row.garbage is None:
                continue
            for things in house.garbage:
                answer = ask(house.browsers[who], where, row, things)
                wanted = row.garbage if row.who in ROLES[who] else "missing"
                assert came(answer) == wanted, f"{who} asks for {things.person[:30]}: {where}"
            if row.others == "missing" and who != ANA:
                there = ask(house.browsers[who], where, row, house.things[ANA])
                nowhere = ask(house.browsers[who], where, row, Things("9", "9", "9", "9", "9", "9"))
                assert read(there) == read(nowhere), where
    assert house.state() == before


def test_who_may_not_enter_is_told_that_there_is_nothing(house: House) -> None:
    before = house.state()
    for who, roles in ROLES.items():
        for where, row in ROWS.items():
            if row.who not in roles:
                answer = ask(house.browsers[who], where, row, house.things[who])
                assert came(answer) == "missing", f"{who}: {where}"
    assert house.state() == before


def test_another_sites_buttons_do_nothing_for_those_who_are_signed_in(house: House) -> None:
    before = house.state()
    for where, row in ROWS.items():
        if where[1] == "POST":
            for site in ("cross-site", "same-site"):
                answer = ask(house.browsers[ANA], where, row, house.things[ANA], site)
                assert answer.status_code == 403, where
    assert house.state() == before


# --- one's own, and an administrator's ---------------------------------------------------------------------------


def _last(where: tuple[str, str]) -> int:
    """Looking first, then doing, and what ends a session or an entry at the end."""
    order: list[Callable[[str], bool]] = [
        lambda path: path.startswith("/sign-out"),
        lambda path: path.endswith(("/delete", "/end", "/remove")),
    ]
    ends = next((len(order) - n for n, is_one in enumerate(order) if is_one(where[0])), 0)
    return 10 * (where[1] == "POST") + ends


def test_everybody_gets_to_their_own(own: House) -> None:
    for who, roles in ROLES.items():
        for where in sorted(ROWS, key=_last):
            row = ROWS[where]
            if row.who in roles:
                browser = own.site.browser(who)
                browser.client.follow_redirects = False
                answer = ask(browser, where, row, own.things[who])
                got = came(answer)
                assert got == "in" if row.is_own_fine else got in ("refused", "wrong"), (
                    f"{who}: {where}: {got}"
                )
                others = [mark for one, mark in MARKS.items() if one != who]
                _says_nothing_of(answer, others if who != ANA else [], where)


def test_an_administrator_gets_where_it_says(own: House) -> None:
    for where in sorted(ROWS, key=_last):
        row = ROWS[where]
        if row.administrator is not None:
            answer = ask(own.browsers[ANA], where, row, own.things[CY])
            assert came(answer) == row.administrator, where


def _says_nothing_of(answer: httpx2.Response, marks: Any, where: tuple[str, str]) -> None:
    said = answer.text + str(answer.headers) + str(_read(answer.cookies.get(SAID) or ""))
    for mark in marks:
        assert mark not in said, f"{where} says {mark}"
