"""Signing in, over real HTTP: by a mailed link and by an address of this machine; and every way it must not work."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import httpx2
import pytest
from tests.journeys.entrance import Entrance, entrance
from tests.journeys.pages import Browser, pages
from tests.journeys.world import ANA, BO, CY, World

from gleaner.adapters.store.sessions import LONGEST
from gleaner.app.signing_in import HERE_LIFE, LINK_LIFE, MAILS_WITHIN
from gleaner.core.catalog import AccountId, UserId

PUBLIC = "https://gleaner.example"


@pytest.fixture
def door(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    with entrance(world, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def public(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    """The same, reached from outside over https by way of a proxy."""
    world.say("[daemon]", f'public_url = "{PUBLIC}"')
    with entrance(world, tmp_path, monkeypatch) as found:
        yield found


def here(door: Entrance, world: World, *words: str) -> str:
    """The path that ``gleaner open`` prints, by the clock of this machine, which the site goes by from now on."""
    url: str = world.fine("open", "--json", *words).json["url"]
    door.site.clock.at = datetime.now(UTC)
    assert url.startswith("http://127.0.0.1:8321/sign-in/here/")
    return url.removeprefix("http://127.0.0.1:8321")


# --- by mail -----------------------------------------------------------------------------------------------------


def test_a_mailed_link_signs_in_once_and_leads_where_one_wanted_to_go(door: Entrance) -> None:
    browser = door.browser()
    assert browser.get("/day/2026-03-09").path == "/sign-in?next=%2Fday%2F2026-03-09"
    page = browser.get("/sign-in?next=%2Fday%2F2026-03-09")
    door.ask(browser, " Ana@Studio.example ", page.value("next"))
    (link,) = door.mailed()
    (mail,) = door.post.got
    studio = f"Studio {door.world.account_id}"
    assert mail["To"] == "Ana Person <ana@studio.example>"
    assert mail["Subject"] == f"Your link to Gleaner of {studio}"
    asked = browser.get(link)
    assert f"To Gleaner of {studio}, as Ana Person." in asked.words
    assert not door.is_in(browser)
    assert browser.post(link).path == "/day/2026-03-09"
    assert door.is_in(browser)
    again = door.browser().post(link)
    assert (again.status, "was used before" in again.words) == (410, True)


def test_programs_that_follow_links_in_mails_use_nothing_up(door: Entrance) -> None:
    link, scanner = door.link(), door.browser()
    assert [scanner.get(link).status for _ in range(3)] == [200, 200, 200]
    assert scanner.client.head(link).status_code == 200
    assert not door.is_in(scanner)
    browser = door.browser()
    assert browser.post(link).status == 200
    assert door.is_in(browser)


def test_nobody_learns_who_has_an_address_here(door: Entrance, world: World) -> None:
    world.api().patch(f"/users/{world.user(BO)}", is_active=False)
    world.fine("sync")
    door.site.account.mirror._compared_at = 0
    asked = [ANA, BO, "nobody@studio.example", "no address", "", "x" * 400, f"{CY}\r\nBcc: evil@else.example"]
    answers = [door.ask(door.browser(), address) for address in asked]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    shapes = {tuple(sorted((k, v) for k, v in one.headers.items() if k != "date")) for one in answers}
    assert len(shapes) == 1
    door.mailed()
    assert [mail["To"] for mail in door.post.got] == ["Ana Person <ana@studio.example>"]


def test_an_answer_does_not_wait_for_the_mail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.say(
            "[[channels]]", 'kind = "email"', 'server = "127.0.0.1"', f"port = {silent.getsockname()[1]}",
            'security = "none"', 'sender = "gleaner@studio.example"', "timeout = 3.0",
        )  # fmt: skip
        world.fine("sync")
        with pages(world) as site:
            browser = site.browser(None)
            began = time.monotonic()
            for _ in range(2):  # on one connection, so that the second would wait for the first to be done
                assert browser.post("/sign-in/link", {"address": ANA}).status == 200
            assert time.monotonic() - began < 2.5


def test_a_mail_goes_to_the_address_in_harvest_whichever_of_theirs_was_typed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say("[[people]]", f'email = "{ANA}"', 'aliases = ["ana@home.example"]', 'language = "de"')
    with entrance(world, tmp_path, monkeypatch) as door:
        door.ask(door.browser(), "ana@home.example")
        (link,) = door.mailed()
        assert door.post.got[0]["To"] == "Ana Person <ana@studio.example>"
        assert door.post.got[0]["Subject"] == f"Ihr Link zu Gleaner von Studio {world.account_id}"
        assert "Bei Gleaner von" in door.browser().get(link).words


def test_a_mail_says_nothing_that_a_name_could_make_it_say(door: Entrance, world: World) -> None:
    world.api().patch(
        f"/users/{world.user(CY)}", first_name="Cy\r\nBcc: evil@else.example\r\n\r\n<b>", last_name="x"
    )
    world.fine("sync")
    door.site.account.mirror._compared_at = 0
    door.link(CY)
    (mail,) = door.post.got
    assert mail["Bcc"] is None
    assert "<b>" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert mail.policy is default


def test_a_link_is_good_for_a_quarter_of_an_hour(door: Entrance) -> None:
    link = door.link()
    door.site.clock.advance(LINK_LIFE)
    assert (door.browser().get(link).status, door.browser().post(link).status) == (410, 410)


def test_what_is_no_link_of_ours_looks_like_one_that_was_used(door: Entrance) -> None:
    used, browser = door.link(), door.browser()
    browser.post(used)
    gone = door.browser().post(used)
    browser = door.browser()
    for way in ("link", "here"):
        for said in ("x", "a" * 43, "%00", "a" * 5000, "limit", "..%5c..%5ckeys"):
            for answer in (browser.get(f"/sign-in/{way}/{said}"), browser.post(f"/sign-in/{way}/{said}")):
                assert (answer.status, answer.words) == (410, gone.words)
        assert browser.get(f"/sign-in/{way}/..%2f..%2fkeys").status == 404


def test_of_two_who_use_a_link_at_once_one_gets_in(door: Entrance) -> None:
    link = door.link()
    browsers = [door.browser() for _ in range(8)]
    for browser in browsers:
        browser.client.follow_redirects = False
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda browser: browser.post(link), browsers))
    assert sorted(answer.status for answer in answers) == [303] + [410] * 7
    ana = door.site.account.person(ANA)
    assert len(door.site.sessions.of(door.site.account.id, ana.id, door.site.clock.now())) == 1


ELSEWHERE = [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "/\t/evil.example", "/\r\nSet-Cookie: gleaner=evil", "http:evil.example", " //evil.example", "/" + "a" * 600,
]  # fmt: skip


def test_signing_in_leads_to_no_other_site(door: Entrance) -> None:
    for wanted in ELSEWHERE:
        asked = httpx2.get(f"{door.site.base}/sign-in", params={"next": wanted})
        assert 'name="next" value=""' in asked.text
        door.site.clock.advance(MAILS_WITHIN)
        link, browser = door.link(wanted=wanted), door.browser()
        browser.client.follow_redirects = False
        answer = browser.post(link)
        assert (answer.status, answer.headers["location"]) == (303, "/"), wanted


def test_a_place_with_odd_letters_is_found_again(door: Entrance) -> None:
    link, browser = door.link(wanted="/day/2026-03-09?who=1&x=ä%20b"), door.browser()
    browser.client.follow_redirects = False
    assert browser.post(link).headers["location"] == "/day/2026-03-09?who=1&x=%C3%A4%20b"


# --- cookies -----------------------------------------------------------------------------------------------------


def flags(answer: httpx2.Response, name: str) -> set[str]:
    """What the answer says of that cookie besides its text."""
    (line,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return {part.strip().lower() for part in line.split(";")[1:]}


OURS = {"sec-fetch-site": "same-origin"}
MOST = f"max-age={int(LONGEST.total_seconds())}"


def test_on_this_machine_the_cookie_is_out_of_reach_of_scripts_and_other_sites(door: Entrance) -> None:
    answer = httpx2.post(door.site.base + door.link(), headers=OURS)
    assert flags(answer, "gleaner") == {"httponly", "samesite=lax", "path=/", MOST}


def test_over_https_no_other_name_of_the_domain_can_set_it(public: Entrance) -> None:
    link = public.link()
    outside = {**OURS, "host": "gleaner.example"}
    answer = httpx2.post(public.site.base + link, headers=outside)
    assert flags(answer, "__Host-gleaner") == {"httponly", "samesite=lax", "path=/", "secure", MOST}
    said = answer.cookies["__Host-gleaner"]
    page = f"{public.site.base}/keys"
    plain = httpx2.get(page, headers={"host": "gleaner.example", "cookie": f"gleaner={said}"})
    safe = httpx2.get(page, headers={"host": "gleaner.example", "cookie": f"__Host-gleaner={said}"})
    assert (plain.status_code, safe.status_code) == (303, 200)


def test_links_lead_to_the_public_address_whatever_host_was_asked_for(public: Entrance) -> None:
    public.link()
    text = public.post.got[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"{PUBLIC}/sign-in/link/" in text


def test_a_site_that_listens_to_all_the_world_mails_no_address_that_somebody_made_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say("[daemon]", 'host = "0.0.0.0"')
    with entrance(world, tmp_path, monkeypatch) as door:
        for host in ("evil.example", "127.0.0.1:1"):
            said = httpx2.post(
                f"{door.site.base}/sign-in/link", headers={**OURS, "host": host}, data={"address": ANA}
            )
            assert said.status_code == 404
        assert door.post.got == []


def test_a_cookie_that_was_planted_opens_nothing_afterwards(door: Entrance) -> None:
    planted = "planted-by-somebody-else"
    browser = Browser(door.site.base, planted)
    door.site.browsers.append(browser)
    assert not door.is_in(browser)
    browser.post(door.link())
    assert door.is_in(browser)
    thief = Browser(door.site.base, planted)
    door.site.browsers.append(thief)
    assert not door.is_in(thief)


def test_signing_in_anew_ends_what_the_browser_had(door: Entrance) -> None:
    browser = door.site.browser(BO)
    old = Browser(door.site.base, browser.cookie)
    door.site.browsers.append(old)
    assert door.is_in(old)
    browser.client.cookies.clear()
    browser.client.cookies.set("gleaner", old.cookie)
    browser.post(door.link(ANA))
    assert "Ana Person" in browser.get("/keys").text
    assert not door.is_in(old)


def test_nothing_that_opens_anything_is_in_the_database(door: Entrance, world: World) -> None:
    link = door.link()
    answer = httpx2.post(door.site.base + link, headers=OURS)
    kept = (world.folder / "gleaner.db").read_bytes()
    for file in world.folder.glob("gleaner.db-*"):
        kept += file.read_bytes()
    assert answer.cookies["gleaner"].encode() not in kept
    assert link.rpartition("/")[2].encode() not in kept


# --- who must not get in -----------------------------------------------------------------------------------------


def test_whoever_was_archived_meanwhile_does_not_get_in(door: Entrance, world: World) -> None:
    link = door.link(BO)
    world.api().patch(f"/users/{world.user(BO)}", is_active=False)
    world.fine("sync")
    door.site.account.mirror._compared_at = 0
    said = door.browser().post(link)
    assert (said.status, "nobody who is active" in said.words) == (403, True)


def test_whoever_was_forgotten_is_out_and_does_not_get_in_again(door: Entrance, world: World) -> None:
    link, browser = door.link(CY), door.site.browser(CY)
    assert door.is_in(browser)
    world.api().patch(f"/users/{world.user(CY)}", is_active=False)
    world.fine("sync")
    world.fine("people", "forget", CY, "--yes")
    door.site.account.mirror._compared_at = 0
    assert not door.is_in(browser)
    assert door.browser().post(link).status in (403, 410)
    account, cy = door.site.account, UserId(door.world.ids["cy"])
    assert account.catalog.people[cy].is_active is False
    assert door.site.sessions.begin(account.id, cy, "link", agent="", now=door.site.clock.now()) == ""


def test_another_sites_button_signs_nobody_in(door: Entrance) -> None:
    link, browser = door.link(), door.browser()
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "null"}):
        said = httpx2.post(door.site.base + link, headers=headers)
        assert said.status_code == 403
    assert browser.post(link).status == 200


def test_other_methods_do_nothing(door: Entrance) -> None:
    link = door.link()
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
        for path in (link, "/sign-in", "/sign-in/link", "/keys", "/sign-out"):
            assert httpx2.request(method, door.site.base + path, headers=OURS).status_code == 405
    assert door.browser().get(link).status == 200


def test_a_name_that_leads_here_by_accident_gets_no_page(door: Entrance) -> None:
    for path in ("/sign-in", "/keys", door.link()):
        assert httpx2.get(door.site.base + path, headers={"host": "rebound.example"}).status_code == 421


# --- on this machine ---------------------------------------------------------------------------------------------


def test_gleaner_open_prints_an_address_that_signs_its_owner_in_once(door: Entrance, world: World) -> None:
    path, browser = here(door, world), door.browser()
    assert "as Ana Person" in browser.get(path).words
    assert browser.post(path).path == "/start", "where an administrator begins"
    assert door.is_in(browser)
    assert door.browser().post(path).status == 410


def test_it_is_good_for_five_minutes(door: Entrance, world: World) -> None:
    path = here(door, world)
    door.site.clock.advance(HERE_LIFE)
    assert door.browser().post(path).status == 410


def test_it_works_on_this_machine_only(public: Entrance, world: World) -> None:
    path = here(public, world)
    outside = {**OURS, "host": "gleaner.example"}
    assert httpx2.get(public.site.base + path, headers=outside).status_code == 410
    assert httpx2.post(public.site.base + path, headers=outside).status_code == 410
    browser = public.browser()
    browser.post(path)
    assert public.is_in(browser)


def test_an_administrator_may_open_the_pages_as_somebody_and_nobody_else_may(
    door: Entrance, world: World
) -> None:
    browser = door.browser()
    browser.post(here(door, world, "--person", BO))
    assert "Bo Person" in browser.get("/keys").text
    world.act_as(BO)
    assert "somebody else's" in world.gleaner("open", "--person", ANA).err
    assert here(door, world, "--person", BO)


def test_an_address_of_another_account_opens_nothing_here(door: Entrance) -> None:
    site, ana = door.site, door.site.account.person(ANA)
    other = AccountId(site.account.id + 1)
    said = site.sessions.attempt(other, ana.id, "here", now=site.clock.now(), life=HERE_LIFE)
    assert door.browser().post(f"/sign-in/here/{said}").status == 410


def test_a_link_of_one_way_is_none_of_another(door: Entrance) -> None:
    link = door.link()
    assert door.browser().post(link.replace("/link/", "/here/")).status == 410
    assert door.browser().post(link).status == 200


# --- what is switched off ----------------------------------------------------------------------------------------


def test_ways_that_are_off_are_neither_offered_nor_open(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say("[web]", 'ways = ["harvest"]')
    with entrance(world, tmp_path, monkeypatch) as door:
        page = door.browser().get("/sign-in").text
        assert "/sign-in/harvest?" in page
        assert "/sign-in/link" not in page
        assert door.ask(door.browser()).status == 200
        assert "switched off" in world.gleaner("open").err
        time.sleep(0.2)
        assert door.post.got == []
        ana, now = door.site.account.person(ANA), door.site.clock.now()
        said = door.site.sessions.attempt(door.site.account.id, ana.id, "link", now=now, life=LINK_LIFE)
        assert door.browser().post(f"/sign-in/link/{said}").status == 410
        assert door.browser().get(f"/sign-in/oidc?account={world.account_id}").status == 404
