"""Copies of one change in real repositories: however Git made them, the work was done once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.capture.build import PEOPLE
from tests.unit.capture.gitlog.repository import Repository, moment
from tests.unit.capture.sources.test_git import seen

from gleaner.capture.coding import coding
from gleaner.core.activities import Coding


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Ana starts on main at 09:00 and changes 20 lines on feat/x at 10:00; Bob goes on on main."""
    made = Repository(tmp_path / "apollo")
    made.commit("09:00", "Start")
    made.branch("feat/x")
    made.commit("10:00", "On x", lines=20)
    made.switch("main")
    made.commit("10:30", "Meanwhile", by="bob@lark.example")
    return made


def anas(*repositories: Repository, copies: int) -> tuple[Coding, ...]:
    """Ana's work, where so many copies of "On x" are seen."""
    observed = seen(*repositories)
    assert [commit.subject for commit in observed.commits].count("On x") == copies
    found = [each.detail for each in coding(observed.commits, PEOPLE).activities if each.user_id == 1]
    return tuple(each for each in found if isinstance(each, Coding))


def test_a_cherry_pick(repo: Repository) -> None:
    before = anas(repo, copies=1)
    repo.git("cherry-pick", "feat/x", at=moment("11:00"))
    assert anas(repo, copies=2) == before


def test_a_rebase_beside_the_branch_as_it_was(repo: Repository) -> None:
    """Another clone, or a second branch, still has the commits of before."""
    before = anas(repo, copies=1)
    repo.git("branch", "feat/x-old", "feat/x")
    repo.git("rebase", "-q", "main", "feat/x", at=moment("15:00"))
    assert anas(repo, copies=2) == before


def test_a_forks_copy_under_another_address_of_the_same_person(repo: Repository, tmp_path: Path) -> None:
    """The fork is a repository of its own; Ana rebased there, in the name of her other address."""
    before = anas(repo, copies=1)
    fork = Repository(tmp_path / "fork")
    fork.git("pull", "-q", str(repo.path), "feat/x")
    fork.git(
        "commit", "-q", "--amend", "--no-edit", "--author=ana <ana.dev@post.example>",
        f"--date={moment('10:00')}", at=moment("16:00"), by="ana.dev@post.example",
    )  # fmt: skip
    assert anas(repo, fork, copies=2) == before
