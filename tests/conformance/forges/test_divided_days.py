"""A repository whose day is for several projects is divided in the same way, whoever shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.forges.test_touches import HOST
from tests.conformance.forges.town import WINDOW, Town, when
from tests.unit.capture.build import ANA, BOB

from gleaner.capture.addresses import private_address
from gleaner.capture.filters import Filters
from gleaner.capture.job import capture
from gleaner.capture.source import MemoryCache, Source
from gleaner.capture.strands import UNCERTAIN, Strand, Strands
from gleaner.core.activities import Coding
from gleaner.core.catalog import Catalog, UserId

PRIVATE = frozenset(private_address("Ana", host) for host in HOST.values())
PEOPLE = Catalog(people={ANA.id: replace(ANA, aliases=ANA.aliases | PRIVATE), BOB.id: BOB})


def strand(_user: UserId, _repository: str, branch: str, title: str, subject: str) -> Strand:
    if branch.startswith("fix/"):
        return Strand("70", is_ruled=True)
    return Strand("80") if "APL-" in f"{branch} {title} {subject}" else UNCERTAIN


def divided(*sources: Source) -> list[tuple[str, str | None, tuple[str, ...], int, float]]:
    found = capture(sources, WINDOW, PEOPLE, Filters(), MemoryCache(), strands=Strands(strand)).activities
    return [
        (one.external_id, one.detail.strand, one.detail.branches, one.detail.commits, one.detail.worked.seconds / 60)
        for one in found
        if isinstance(one.detail, Coding) and one.external_id.startswith("2026-07-14")
    ]  # fmt: skip


@pytest.fixture
def divided_place(place: Town) -> Town:
    """A Tuesday on main, on a fix that is merged in the evening, and on an issue of Apollo that is still open."""
    repo = place.repository
    repo.commit("09:00", "Tidy up", lines=5)
    repo.branch("fix/crash")
    repo.commit("10:00", "Find the crash", lines=20)
    repo.commit("10:40", "Fix the crash", lines=9)
    repo.switch("main")
    repo.branch("feat/APL-12-login")
    repo.commit("13:00", "Login form", lines=40)
    repo.switch("main")
    repo.merge("fix/crash", "2026-07-15T18:00:00+02:00")
    return place


EXPECTED = [
    ("2026-07-14/apollo", "", ("main",), 1),
    ("2026-07-14/apollo//70", "70", ("fix/crash",), 2),
    ("2026-07-14/apollo//80", "80", ("feat/APL-12-login",), 1),
]


@pytest.mark.parametrize("shown", ["git", "github", "gitlab"])
def test_the_day_is_divided_by_branch(divided_place: Town, shown: str) -> None:
    found = divided(divided_place.source(shown))
    assert [each[:4] for each in found] == EXPECTED
    assert found == divided(divided_place.source("git"))


@pytest.mark.parametrize("shown", ["github", "gitlab"])
def test_a_clone_and_a_forge_together_divide_it_once(divided_place: Town, shown: str) -> None:
    both = divided(divided_place.source("git"), divided_place.source(shown))
    assert both == divided(divided_place.source("git"))


@pytest.mark.parametrize("shown", ["git", "github", "gitlab"])
def test_deleting_the_branch_after_its_merge_changes_nothing(divided_place: Town, shown: str) -> None:
    before = divided(divided_place.source(shown))
    divided_place.repository.git("branch", "-D", "fix/crash")
    assert divided(divided_place.source(shown)) == before


@pytest.mark.parametrize("shown", ["github", "gitlab"])
def test_a_comment_goes_where_the_pull_request_says(place: Town, shown: str) -> None:
    """Bob's request names Apollo's issue; Ana looks at it and works on main."""
    repo = place.repository
    repo.branch("login")
    repo.commit("2026-07-13T17:00:00+02:00", "Login form", by="bob@lark.example")
    repo.switch("main")
    repo.commit("09:00", "Tidy up", lines=5)
    pull = place.open("login", "APL-12 Login", "bob-m", "2026-07-13T18:00:00+02:00")
    place.books.note(pull, "Ana", when("14:00"), "comment")
    found = divided(place.source(shown))
    assert [each[:2] for each in found] == [("2026-07-14/apollo", ""), ("2026-07-14/apollo//80", "80")]
