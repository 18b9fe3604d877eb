"""Who counts as one client, and what browsers are called."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from gleaner.core.language import words
from gleaner.faces.web.network import client_of
from gleaner.faces.web.pages.sessions import browser_of
from gleaner.faces.web.sign_in.routes import safe_path, wanted_in


def client(host: str | None) -> str:
    scope: dict[str, object] = {
        "type": "http",
        "client": (host, 1) if host is not None else None,
        "headers": [],
    }
    return client_of(Request(scope))


def test_a_household_of_version_6_is_one_client_and_a_mapped_address_is_its_own() -> None:
    assert client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff::9")
    assert client("2001:db8:1:2::1") != client("2001:db8:1:3::1")
    assert client("::ffff:192.0.2.7") == client("192.0.2.7") != client("192.0.2.8")
    assert (client(None), client("unix")) == ("", "unix")
    assert len(client("x" * 1000)) == 60


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "a browser that does not say"),
    ],
)  # fmt: skip
def test_a_browser_has_the_name_people_know(agent: str, name: str) -> None:
    assert browser_of(agent, words("en")) == name


def test_a_way_back_is_ours_or_the_first_page() -> None:
    assert wanted_in("/day/today") == "/day/today"
    assert [wanted_in(text) for text in (None, 5, "day", "//x", "/" + "x" * 501)] == [""] * 5
    assert (safe_path("//evil.example"), safe_path("/a\nb"), safe_path("/ä")) == ("/", "/", "/%C3%A4")
