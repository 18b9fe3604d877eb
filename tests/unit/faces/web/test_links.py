"""The pages behind links: what stands on them is text, and each works without a script."""

from __future__ import annotations

from typing import get_args

import pytest
from tests.unit.faces.web.served import served

from gleaner.app.clicking import Page, State
from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.core.messages import Language
from gleaner.faces.web.links import html, link_route
from gleaner.faces.web.operations import operations

HOSTILE = '</p><script>alert(1)</script>" onload="x" \x1b[2J\u202e'


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("language", get_args(Language))
def test_whatever_is_said_stays_text(state: State, language: Language) -> None:
    made = html(
        Page(state, HOSTILE, language, who=HOSTILE, button=HOSTILE, undo="https://x.example/?a=1&b=2")
    )
    assert f'<html lang="{language}">' in made
    assert "<script" not in made
    assert '" onload="' not in made
    assert not {"\x1b", "\u202e"} & set(made)
    assert made.count("<h1>") == 1


def test_an_address_to_take_it_back_is_a_link() -> None:
    assert 'href="https://x.example/?a=1&amp;b=2">Zurücknehmen</a>' in html(
        Page("done", "Erledigt.", "de", undo="https://x.example/?a=1&b=2")
    )


class Broken:
    """Something nobody thought of."""

    def look(self, text: str) -> Page:
        raise ZeroDivisionError(text)

    do = look


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_nobody_thought_of_is_a_page_too(method: str) -> None:
    app = operations(lambda: Health(()), Meters(), also=[link_route(Broken())])
    with served(app) as site:
        said = site.ask("/links/secret-of-somebody", method)
    assert said.status == 503
    assert "secret-of-somebody" not in said.text
    assert ("its log says why" in said.text) is (method != "HEAD")


def test_other_methods_do_nothing() -> None:
    app = operations(lambda: Health(()), Meters(), also=[link_route(Broken())])
    with served(app) as site:
        assert site.ask("/links/x", "DELETE").status == 405
        assert site.ask("/links/", "GET").status == 404
