"""Several sources that see the same work."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.capture.build import commits

from gleaner.capture.folding import folded

(SEEN,) = commits("10:00 apollo ? Fix login")


def test_a_commit_that_two_sources_see_is_one() -> None:
    cloned = replace(SEEN, branches=("main",), changed_lines=14)
    at_github = replace(
        SEEN, repository="apollo-web", branches=("feat/x", "main"), co_authors=("bob@lark.example",)
    )
    (once,) = folded([cloned, at_github])
    assert (once.repository, once.changed_lines) == ("apollo", 14)
    assert once.branches == ("feat/x", "main")
    assert once.co_authors == ("bob@lark.example",)


def test_a_squash_merge_that_one_of_them_knows_for_one_is_no_work() -> None:
    (once,) = folded([SEEN, replace(SEEN, is_squash=True)])
    assert once.is_squash


def test_different_commits_stay_apart() -> None:
    assert len(folded(commits("10:00 apollo 1 a\n10:00 apollo 1 b"))) == 2
