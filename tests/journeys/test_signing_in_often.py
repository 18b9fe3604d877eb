"""How often and how much one may try to sign in, over HTTP; and what the log says of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from tests.journeys.entrance import Entrance, entrance
from tests.journeys.test_signing_in import OURS, flags
from tests.journeys.world import ANA, BO, World
from tests.unit.app.log import kept

from gleaner.app.signing_in import MAILS, MAILS_IN_ALL, MAILS_WITHIN, TRIES, TRIES_WITHIN


@pytest.fixture
def door(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    with entrance(world, tmp_path, monkeypatch) as found:
        yield found


def test_an_address_gets_so_many_links_and_no_more_however_fast_they_are_asked_for(door: Entrance) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: door.ask(door.browser()), range(MAILS + 7)))
    assert sorted(answer.status for answer in answers) == [200] * MAILS + [429] * 7
    late = next(answer for answer in answers if answer.status == 429)
    assert 0 < int(late.headers["retry-after"]) <= 900
    door.mailed(MAILS)
    time.sleep(0.2)
    assert len(door.post.got) == MAILS
    # Somebody whom nobody knows is told the same.
    unknown = [door.ask(door.browser(), "who@else.example") for _ in range(MAILS + 1)]
    assert [one.status for one in unknown] == [200] * MAILS + [429]
    assert unknown[-1].words == late.words


def ask_from(door: Entrance, network: str, address: str = ANA) -> tuple[int, str]:
    """Ask for a link from there; what is answered."""
    headers = {**OURS, "x-forwarded-for": network}
    answer = httpx2.post(f"{door.site.base}/sign-in/link", data={"address": address}, headers=headers)
    return answer.status_code, answer.text


def test_a_stranger_who_types_somebodys_address_uses_up_only_their_own_links(door: Entrance) -> None:
    stranger = [
        ask_from(door, "192.0.2.1", address)[0] for address in [ANA, ANA.upper(), f" {ANA}", *3 * [ANA]]
    ]
    assert stranger == [200] * MAILS + [429]
    door.mailed(MAILS)
    assert ask_from(door, "192.0.2.2")[0] == 200
    mine = door.mailed(MAILS + 1)[-1]
    assert door.browser().post(mine).status == 200
    # Who is nobody here is told the same from each network.
    unknown = "who@else.example"
    assert [ask_from(door, "192.0.2.1", unknown)[0] for _ in range(MAILS + 1)] == [200] * MAILS + [429]
    assert ask_from(door, "192.0.2.2", unknown) == ask_from(door, "192.0.2.2")


def test_a_person_is_mailed_so_many_links_from_all_networks_together_and_no_answer_tells(
    door: Entrance,
) -> None:
    networks = [f"2001:db8:0:{n:x}::1" for n in range(MAILS_IN_ALL + 3)]
    with kept() as log:
        known = [ask_from(door, network) for network in networks]
        unknown = [ask_from(door, network, "who@else.example") for network in networks]
        door.mailed(MAILS_IN_ALL)
        ask_from(door, "192.0.2.9", BO)  # behind the others
        door.mailed(MAILS_IN_ALL + 1)
    assert set(known) == set(unknown) == {known[0]}
    assert known[0][0] == 200
    assert [str(mail["To"]) for mail in door.post.got].count(f"Ana Person <{ANA}>") == MAILS_IN_ALL
    assert log.getvalue().count("too many links for one person") == 3
    door.site.clock.advance(MAILS_WITHIN)
    ask_from(door, networks[0])
    door.mailed(MAILS_IN_ALL + 2)


def test_one_client_has_so_many_tries_at_once(door: Entrance) -> None:
    def attempt(number: int) -> int:
        return httpx2.post(f"{door.site.base}/sign-in/link/x{number}", headers=OURS).status_code

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(attempt, range(TRIES + 10)))
    assert sorted(found) == [410] * TRIES + [429] * 10
    door.site.clock.advance(TRIES_WITHIN)
    assert attempt(0) == 410


def test_a_form_that_is_too_large_is_not_read(door: Entrance) -> None:
    body = "address=" + "x" * 1_100_000
    kind = {**OURS, "content-type": "application/x-www-form-urlencoded"}
    assert httpx2.post(f"{door.site.base}/sign-in/link", content=body, headers=kind).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(100))
    assert httpx2.post(f"{door.site.base}/sign-in/link", content=many, headers=kind).status_code == 400
    files = {"address": ("a.txt", b"x" * 100)}
    assert httpx2.post(f"{door.site.base}/sign-in/link", files=files, headers=OURS).status_code == 400


def test_nothing_that_opens_anything_is_logged(door: Entrance) -> None:
    with kept(level="debug") as log:
        link, browser = door.link(), door.browser()
        browser.get(link)
        browser.post(link)
        browser.post(link)
        browser.post("/sign-in/link/no-such-link")
        said = browser.client.cookies["gleaner"]
        ours = "\n".join(line for line in log.lines if "[gleaner" in line)
    assert "signed in" in ours
    for secret in (link.rpartition("/")[2], said, "no-such-link", ANA):
        assert secret not in ours


def test_a_proxy_on_this_machine_says_how_and_from_where_people_came(door: Entrance) -> None:
    link, path = door.link(), f"{door.site.base}/sign-in/link/x"
    answer = httpx2.post(door.site.base + link, headers={**OURS, "x-forwarded-proto": "https"})
    assert flags(answer, "__Host-gleaner") >= {"secure", "httponly"}
    for client in ("192.0.2.1", "192.0.2.2"):
        tries = [httpx2.post(path, headers={**OURS, "x-forwarded-for": client}) for _ in range(TRIES + 1)]
        assert [one.status_code for one in tries] == [410] * TRIES + [429]
