"""Every address of the site, asked for by everybody, about their own, other people's and nobody's things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.routing import Route
from tests.journeys import world as worlds
from tests.journeys.billing import rule
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.permissions import OPEN, ROWS, Came, Row, Things
from tests.journeys.test_expenses import printed
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.adapters.store.schema import metadata
from gleaner.adapters.store.sessions import digest
from gleaner.app.account import Account
from gleaner.app.answering import seen_of
from gleaner.app.billing.drafting import draft_due
from gleaner.app.billing.ruling import rules_of
from gleaner.app.bringing import Brought, bring
from gleaner.app.deciding import accept
from gleaner.app.reviewing import keep_rule
from gleaner.core.actions import CreateExpense
from gleaner.core.silent import SILENT
from gleaner.faces.web.registry import Who, all_pages
from gleaner.faces.web.visit import SAID, _read
from gleaner_sandbox.server import Running

NAMES = {"/privacy"}
"""Says to everybody who could read their titles; no other page names others to a member."""
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
    """Everybody has one of everything, and two browsers."""
    world.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in world.lines]
    _in_harvest(world)
    entries = {}
    for who, mark in MARKS.items():
        titles = {"09:00-09:30": "review", "11:00-11:30": "detail review"}
        titles |= {"13:00-13:30": "stand-up", "15:00-15:30": "chat"}
        world.calendar(who, *(meeting(when, f"APL {mark} {what}") for when, what in titles.items()))
        entries[who] = world.by_hand(1.0, "apollo", "programming", f"{mark} notes", who=who, day=MONDAY)
    rule(world, 'trigger = {kind = "month-end", grace_days = 0, at = 00:00:00}')
    world.fine("run", "--on", TUESDAY)
    with pages(world) as site:
        account, browsers = site.account, {}
        (drafted,) = draft_due(account, rules_of(account), SILENT, by="test")
        assert drafted.bill is not None, drafted.text
        things = {}
        for who in MARKS:
            spare, browsers[who] = site.browser(who), site.browser(who)
            made = _things(world, account.seen_by(account.person(who)), MARKS[who])
            things[who] = replace(
                made, entry=str(entries[who]), session=digest(spare.cookie), bill=drafted.bill.short
            )
        browsers[""] = site.browser(None)
        for browser in browsers.values():
            browser.client.follow_redirects = False
        yield House(world, site, things, browsers, [garbage_of(*one) for one in GARBAGE])


def _in_harvest(world: World) -> None:
    """Bo manages people, Cy among them, and the portal; Apollo is billed; both have budgets."""
    api, ids = world.api(), world.ids
    api.patch(f"/users/{ids['bo']}", access_roles=["manager"])
    api.patch(f"/users/{ids['bo']}/teammates", teammate_ids=[ids["cy"]])
    for row in api.get(f"/projects/{ids['portal']}/user_assignments")["user_assignments"]:
        if row["user"]["id"] == ids["bo"]:
            api.patch(f"/projects/{ids['portal']}/user_assignments/{row['id']}", is_project_manager=True)
    for project in ("apollo", "portal"):
        api.patch(f"/projects/{ids[project]}", budget_by="project", budget=100)
    api.patch(f"/projects/{ids['apollo']}", is_billable=True, bill_by="Project", hourly_rate=80)
    for row in api.get(f"/projects/{ids['apollo']}/task_assignments")["task_assignments"]:
        api.patch(f"/projects/{ids['apollo']}/task_assignments/{row['id']}", billable=True)
    api.post("/contacts", client_id=ids["acme"], first_name="Ina", email="ap@acme.example")
    world.by_hand(2.0, "apollo", "programming", "Billed", day="2026-02-10")


def _things(world: World, seat: Account, mark: str) -> Things:
    """What that person has; some of it is made here."""
    me = seat.me
    assert me is not None
    mine = {one.proposal.title: one for one in seat.inbox.items(user_id=me.id)}
    item, sure, done, never = (
        mine[f"APL {mark} {what}"] for what in ("review", "detail review", "stand-up", "chat")
    )
    assert {item.proposal.level, sure.proposal.level, done.proposal.level} == {"sure"}
    made = keep_rule(seat, never.short, "never")
    (outcome,) = accept(seat, [done], SILENT, by=me.email)
    assert outcome.result == "applied", outcome
    run = next(line.run_id for line in seat.journal.lines(user_id=me.id) if line.event == "applied")
    files = [_receipt(mark, amount) for amount in (20, 30)]
    brought = [one.taken for one in bring(seat, me, files, date(2026, 3, 10), "test")]
    digests = [one.kept.digest for one in brought if one is not None]
    expenses = [
        one for one in seat.inbox.items(user_id=me.id) if isinstance(one.proposal.action, CreateExpense)
    ]
    assert len(expenses) == len(digests) == 2
    return Things(
        person=str(me.id), short=item.short, seen=seen_of(item), sure=f"{sure.short} {seen_of(sure)}",
        done=done.short, run=run, rule=made, entry="", session="", receipt=digests[0], expense=expenses[0].short,
        other_expense=expenses[1].short, project=str(world.ids["portal" if mark == MARKS[BO] else "apollo"]), bill="",
    )  # fmt: skip


def _receipt(mark: str, amount: int) -> Brought:
    content = printed(mark, "Datum: 10.03.2026", f"Gesamtbetrag {amount},00 EUR")
    return Brought(f"{mark}-{amount}.pdf", len(content), lambda: content)


GARBAGE = (
    ("0", "2026-02-30"), ("99999999999999999999", "9999-12-31"), ("-1", "0"), ("x'--", "x"), ("%00", "%00"),
    ("a" * 1500, "a" * 1500),
)  # fmt: skip


def garbage_of(text: str, day: str) -> Things:
    """Every part of an address is that."""
    return Things(**{one.name: text for one in fields(Things)} | {"sure": f"{text} x", "day": day})


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
                wanted = (row.managed if (who, other) == (BO, CY) else None) or row.others
                assert came(answer) == (wanted if row.who in ROLES[who] else "missing"), (
                    f"{who}, {other}'s: {where}"
                )
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
                nowhere = ask(house.browsers[who], where, row, garbage_of("9", "2026-03-10"))
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
                wanted = (row.own,) if isinstance(row.own, str) else row.own
                assert got in wanted, f"{who}: {where}: {got}"
                others = [mark for one, mark in MARKS.items() if one != who]
                _says_nothing_of(answer, others if who != ANA else [], where)
                if who == CY and where[0] not in NAMES:
                    _says_nothing_of(answer, ["Ana Person", "Bo Person", ANA, BO, "ana.ics", "bo.ics"], where)


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
