"""A clone, GitHub and GitLab show the same history; it has to come to the same work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.forges.town import WINDOW, Kind, Town, lived
from tests.unit.capture.build import ANA, BOB, at

from gleaner.capture.filters import Filters
from gleaner.capture.job import Captured, capture
from gleaner.capture.observed import Commit, Observed
from gleaner.capture.source import Cache, MemoryCache, Source
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import Catalog
from gleaner.core.time import Span

PRIVATE = "ana@users.noreply.github.com"
PEOPLE = Catalog(
    people={ANA.id: replace(ANA, aliases=ANA.aliases | {PRIVATE}), BOB.id: BOB},
)


class Commits:
    """A source without what only a forge knows of pull requests: their reviews and comments count a little too."""

    def __init__(self, source: Source) -> None:
        self.name, self._source = source.name, source

    def observe(self, window: Span, cache: Cache) -> Observed:
        return replace(self._source.observe(window, cache), touches=())


def work(*sources: Source) -> Captured:
    return capture([Commits(source) for source in sources], WINDOW, PEOPLE, Filters(), MemoryCache())


def told(activity: Activity) -> tuple[object, ...]:
    assert isinstance(activity.detail, Coding)
    detail = activity.detail
    return (
        activity.user_id, activity.external_id, activity.description, detail.commits, detail.branches,
        detail.worked, detail.sessions,
    )  # fmt: skip


def test_the_forge_shows_the_work_that_a_clone_shows(place: Town, kind: Kind) -> None:
    lived(place)
    cloned, forged = work(place.source("git")), work(place.source(kind))
    assert forged.problems == cloned.problems == ()
    assert len(cloned.activities) == 6
    assert [told(each) for each in forged.activities] == [told(each) for each in cloned.activities]


def test_what_a_clone_and_a_forge_both_see_counts_once(place: Town, kind: Kind) -> None:
    lived(place)
    alone = work(place.source("git"))
    both = work(place.source("git"), place.source(kind), place.source(kind, name="again"))
    assert [told(each) for each in both.activities] == [told(each) for each in alone.activities]


def test_the_forge_knows_the_branch_that_no_clone_has_any_more(place: Town, kind: Kind) -> None:
    """After a squash merge with its branch deleted, a clone has the click for all the work."""
    lived(place)
    before = work(place.source("git"))
    for branch in ("feat/z", "feat/r", "feat/m"):
        place.repository.git("branch", "-D", branch)
    after = work(place.source(kind))
    both = work(place.source("git"), place.source(kind))
    assert [told(each) for each in after.activities] == [told(each) for each in before.activities]
    assert [told(each) for each in both.activities] == [told(each) for each in before.activities]


@pytest.mark.parametrize("shown", ["git", "github", "gitlab"])
def test_each_commit_as_it_was_made(place: Town, shown: str) -> None:
    lived(place)
    by_subject = {(each.subject, each.branches): each for each in place.seen(shown).commits}

    def commit(subject: str, *branches: str) -> Commit:
        return by_subject[subject, branches]

    assert commit("First of z", "feat/z").changed_lines == 30
    assert commit("Second of z", "feat/z").co_authors == ("bob@lark.example",)
    assert commit("Feature z (#1)", "main").is_squash
    assert not commit("17:00 of r", "main").is_squash
    assert commit("Of m", "feat/m", "main").author_email == "ana@lark.example"
    assert commit("Merge pull request #3 from lark/feat/m", "main").is_merge
    assert commit("From a fork", "patch", "main").author_email == "bob@lark.example"
    assert commit("Second try", "feat/f").authored_at == at("2026-07-15 15:00")
    assert not [each for each in by_subject if each[0] == "First try"]
    assert commit("Fix", "release").changed_lines == 3
    assert commit("In the browser", "main").author_email == PRIVATE
