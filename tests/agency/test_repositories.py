"""The repositories are real, and tell about as much as real ones do."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gleaner_sandbox.agency import write_repositories
from gleaner_sandbox.agency.branches import BOT
from gleaner_sandbox.agency.stage import Stage
from gleaner_sandbox.agency.truth import GitSource
from gleaner_sandbox.agency.world import World

from .conftest import SEEDS, world_of


def git(path: Path, *arguments: str) -> str:
    command = ["git", "-C", str(path), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


@dataclass(frozen=True)
class Logged:
    repo: str
    sha: str
    parents: int
    author: str
    email: str
    authored: int
    committer: str
    committed: int
    offset: str
    subject: str
    body: str


def logged(path: Path) -> list[Logged]:
    text = git(
        path, "log", "--all", "-z", "--format=%H%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%cn%x1f%ct%x1f%ai%x1f%s%x1f%b"
    )
    rows = [row.split("\x1f") for row in text.split("\0") if row]
    return [
        Logged(
            path.name, r[0], len(r[1].split()), r[2], r[3], int(r[4]), r[5], int(r[6]), r[7][-5:], r[8], r[9]
        )
        for r in rows
    ]


@pytest.fixture(scope="module", params=SEEDS[:2], ids=lambda seed: f"seed {seed}")
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, list[Path]]:
    world = world_of(request.param)
    return world, write_repositories(world, tmp_path_factory.mktemp("repos"))


@pytest.fixture(scope="module")
def commits(written: tuple[World, list[Path]]) -> list[Logged]:
    return [commit for path in written[1] for commit in logged(path)]


def test_there_are_eight_sound_repositories_with_a_clean_worktree(written: tuple[World, list[Path]]) -> None:
    assert len(written[1]) == 8
    for path in written[1]:
        git(path, "fsck", "--strict", "--no-dangling")
        assert git(path, "status", "--porcelain") == ""


def test_hashes_are_the_same_every_time(written: tuple[World, list[Path]], tmp_path: Path) -> None:
    world, paths = written
    again = write_repositories(world, tmp_path)
    refs = [
        [git(path, "for-each-ref", "--format=%(objectname) %(refname)") for path in some]
        for some in (paths, again)
    ]
    assert refs[0] == refs[1]


def test_the_logs_show_all_that_makes_real_logs_hard(
    commits: list[Logged], written: tuple[World, list[Path]]
) -> None:
    work = {person.email for person in written[0].staff}
    holds: dict[str, Callable[[Logged], bool]] = {
        "merge": lambda c: c.parents == 2,
        "merge by the forge": lambda c: c.committer == "Forge",
        "squash": lambda c: c.parents == 1 and c.subject.endswith(")") and "(#" in c.subject,
        "bot": lambda c: c.email == BOT[1],
        "credits a colleague": lambda c: "Co-authored-by: " in c.body,
        "alias": lambda c: c.email not in work and c.email != BOT[1],
        "noreply alias": lambda c: c.email.endswith("@users.noreply.forge.example") and c.email != BOT[1],
        "rebased": lambda c: c.committed > c.authored + 600,
        "New York": lambda c: c.offset in {"-0500", "-0400"},
        "Berlin": lambda c: c.offset in {"+0100", "+0200"},
        "worthless message": lambda c: c.subject in {"wip", "oops", "lint", "cleanup"},
        "late in the evening": lambda c: datetime.fromtimestamp(c.authored, UTC).hour in {20, 21, 22},
    }
    assert {name for name, rule in holds.items() if any(map(rule, commits))} == set(holds)


def test_some_commits_have_a_cherry_picked_copy(written: tuple[World, list[Path]]) -> None:
    copies = 0
    for path in written[1]:
        patches = git(path, "log", "--all", "--no-merges", "-p", "--format=commit %H")
        done = subprocess.run(["git", "patch-id"], input=patches, capture_output=True, check=True, text=True)
        ids = [line.split()[0] for line in done.stdout.splitlines()]
        copies += len(ids) - len(set(ids))
    assert copies >= 3


def test_default_branches_and_feature_branches_have_usual_names(written: tuple[World, list[Path]]) -> None:
    defaults = {git(path, "symbolic-ref", "--short", "HEAD").strip() for path in written[1]}
    assert defaults == {"main", "master"}
    heads = [
        head for path in written[1] for head in git(path, "for-each-ref", "--format=%(refname:short)").split()
    ]
    assert any(head.startswith("feat/") for head in heads)
    assert any(head.startswith("fix/") for head in heads)
    assert "release/1.x" in heads


def test_commits_of_people_lie_in_their_coding_blocks(
    written: tuple[World, list[Path]], commits: list[Logged]
) -> None:
    world = written[0]
    spans = [
        (block.start.timestamp(), block.end.timestamp(), block.person)
        for block in world.truth
        if block.kind == "coding"
    ]
    owners = {email: person.email for person in world.staff for _, email in person.git_identities}
    plain = [c for c in commits if c.parents == 1 and c.email in owners and "(#" not in c.subject]
    assert len(plain) > 1000
    for commit in plain:
        who = owners[commit.email]
        assert any(s <= commit.authored < e for s, e, person in spans if person == who), commit


def test_a_block_that_names_a_branch_has_a_commit_there_and_many_blocks_have_none(
    written: tuple[World, list[Path]],
) -> None:
    world = written[0]
    coding = [b for b in world.truth if b.kind == "coding"]
    with_commits = [b for b in coding if isinstance(b.source, GitSource)]
    assert 0.4 < len(with_commits) / len(coding) < 0.85
    branches = {(repo.name, branch.name): branch for repo in world.repositories for branch in repo.branches}
    names = {person.email: {e for _, e in person.git_identities} for person in world.staff}
    for block in with_commits:
        assert isinstance(block.source, GitSource)
        branch = branches[block.source.repo, block.source.branch]
        inside = [c for c in branch.commits if block.start.timestamp() <= c.at < block.end.timestamp()]
        assert any(c.author[1] in names[block.person] or block.person in c.message for c in inside)


def test_one_repository_serves_two_projects(first_world: World) -> None:
    served: dict[str, set[int | None]] = {}
    for block in first_world.truth:
        if isinstance(block.source, GitSource):
            served.setdefault(block.source.repo, set()).add(block.project_id)
    assert len(served) == 8
    assert sorted(map(len, served.values())) == [1] * 7 + [2]


def test_repositories_can_be_shown_as_of_any_moment_in_the_same_folder(
    first_world: World, tmp_path: Path
) -> None:
    """Forward and back again: what was there has the same hash, and branches that are gone are gone."""
    noon = datetime(2026, 3, 11, 12, tzinfo=UTC)
    snapshots = []
    for moment in (noon, noon + timedelta(days=9), noon):
        paths = write_repositories(first_world, tmp_path, moment)
        assert max(c.committed for path in paths for c in logged(path)) <= moment.timestamp()
        for path in paths:
            git(path, "fsck", "--no-dangling")
        snapshots.append([git(path, "for-each-ref", "--format=%(objectname) %(refname)") for path in paths])
    assert snapshots[0] == snapshots[2] != snapshots[1]


def test_a_stage_that_moved_shows_what_a_fresh_one_would(tmp_path: Path) -> None:
    """It leaves repositories alone in which nothing happened; that must not be seen."""
    moments = [
        datetime(2026, 3, day, hour, tzinfo=UTC)
        for day, hour in ((9, 6), (10, 8), (10, 17), (20, 17), (9, 12))
    ]
    stage = Stage(1, tmp_path / "moved", moments[0])
    for number, moment in enumerate(moments):
        stage.set_now(moment)
        fresh = Stage(1, tmp_path / str(number), moment)
        fresh.set_now(moment)
        assert heads(tmp_path / "moved" / "repos") == heads(tmp_path / str(number) / "repos")


def heads(folder: Path) -> dict[str, str]:
    return {path.name: git(path, "for-each-ref") for path in sorted(folder.iterdir())}
