"""Reading real repositories."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.capture.build import PEOPLE, TUESDAY, at
from tests.unit.capture.gitlog.repository import Repository, moment

from gleaner.capture.coding import coding
from gleaner.capture.observed import Commit, Observed
from gleaner.capture.source import MemoryCache, sources
from gleaner.capture.sources.git import Git
from gleaner.core.activities import Coding
from gleaner.core.errors import ConfigError
from gleaner.core.time import Span

WINDOW = Span(at("2026-07-14 00:00"), at("2026-07-15 00:00"))


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "apollo")


def seen(
    *repositories: Repository | Path, cache: MemoryCache | None = None, window: Span = WINDOW
) -> Observed:
    paths = [str(each.path if isinstance(each, Repository) else each) for each in repositories]
    return Git(paths).observe(window, cache or MemoryCache())


def told(observed: Observed) -> list[tuple[str, tuple[str, ...]]]:
    assert observed.problems == ()
    return [(commit.subject, commit.branches) for commit in observed.commits]


def test_a_commit_as_it_was_made(repo: Repository) -> None:
    sha = repo.commit(
        "10:00", "Fix login\n\nCo-authored-by: Bob Moor <Bob@lark.example>\nCo-authored-by: x", lines=14
    )
    assert seen(repo).commits == (
        Commit(
            repository="apollo",
            sha=sha,
            author_email="ana@lark.example",
            authored_at=at("10:00"),
            subject="Fix login",
            branches=("main",),
            co_authors=("bob@lark.example",),
            changed_lines=14,
        ),
    )
    assert seen(repo).commits[0].authored_at.utcoffset() == timedelta(hours=2)


def test_every_branch_is_read_and_known(repo: Repository) -> None:
    """feat/x was merged, feat/y was not, feat/z was squashed and deleted."""
    repo.commit("09:00", "Start")
    repo.branch("feat/x")
    repo.commit("10:00", "On x")
    repo.switch("main")
    repo.merge("feat/x", "11:00")
    repo.git("branch", "-D", "feat/x")
    repo.branch("feat/y")
    repo.commit("12:00", "On y")
    repo.switch("main")
    repo.branch("feat/z")
    repo.commit("12:30", "On z")
    repo.switch("main")
    repo.git("merge", "-q", "--squash", "feat/z")
    repo.git("commit", "-q", "-m", "Feature z (#3)", at=moment("13:00"))
    repo.git("branch", "-D", "feat/z")
    assert told(seen(repo)) == [
        ("Start", ("main",)),
        ("On x", ("feat/x", "main")),
        ("Merge branch 'feat/x'", ("main",)),
        ("On y", ("feat/y",)),
        ("Feature z (#3)", ("main",)),
    ]
    assert [commit.is_merge for commit in seen(repo).commits] == [False, False, True, False, False]


def squashed(repo: Repository) -> None:
    """Ana works on feat/z at 10:00; at 15:00 it is squashed into main."""
    repo.commit("09:00", "Start")
    repo.branch("feat/z")
    repo.commit("10:00", "On z")
    repo.switch("main")
    repo.git("merge", "-q", "--squash", "feat/z")
    repo.git("commit", "-q", "-m", "Feature z (#3)", at=moment("15:00"))


def test_a_squash_merge_whose_branch_is_seen_is_no_work(repo: Repository) -> None:
    squashed(repo)
    assert [(each.subject, each.is_squash) for each in seen(repo).commits] == [
        ("Start", False),
        ("On z", False),
        ("Feature z (#3)", True),
    ]
    (activity,) = coding(seen(repo).commits, PEOPLE).activities
    assert activity.span.end == at("10:00")


def test_a_squash_merge_is_known_whatever_window_is_asked_for(repo: Repository) -> None:
    squashed(repo)
    (commit,) = seen(repo, window=Span(at("14:00"), at("16:00"))).commits
    assert commit.is_squash


def test_a_squash_merge_whose_branch_is_gone_is_all_there_is(repo: Repository) -> None:
    squashed(repo)
    repo.git("branch", "-D", "feat/z")
    assert [each.is_squash for each in seen(repo).commits] == [False, False]


def test_a_remotes_branches_count_as_their_own(repo: Repository, tmp_path: Path) -> None:
    repo.commit("09:00", "Start")
    repo.branch("feat/x")
    repo.commit("10:00", "On x")
    repo.switch("main")
    clone = Repository(tmp_path / "clone")
    clone.git("remote", "add", "origin", str(repo.path))
    clone.git("fetch", "-q", "origin")
    clone.git("remote", "set-head", "origin", "main")
    assert told(seen(clone)) == [("Start", ("main",)), ("On x", ("feat/x",))]


def test_stashes_and_notes_are_not_work(repo: Repository) -> None:
    repo.commit("09:00", "Start")
    (repo.path / "Start-0900.txt").write_text("unfinished")
    repo.git("stash", at=moment("10:00"))
    repo.git("notes", "add", "-m", "a note", at=moment("11:00"))
    assert told(seen(repo)) == [("Start", ("main",))]


def test_work_on_a_detached_head_is_work(repo: Repository) -> None:
    repo.commit("09:00", "Start")
    repo.git("switch", "-q", "--detach")
    repo.commit("10:00", "Loose")
    assert told(seen(repo)) == [("Start", ("main",)), ("Loose", ())]


def test_the_author_date_decides_not_the_day_it_was_rebased(repo: Repository) -> None:
    """Written on Tuesday, rebased on Wednesday: Tuesday's work."""
    repo.commit("2026-07-10T09:00:00+02:00", "Start")
    repo.branch("feat/x")
    repo.commit("10:00", "On x")
    repo.switch("main")
    repo.commit("2026-07-14T08:00:00+02:00", "Meanwhile")
    repo.switch("feat/x")
    repo.git("rebase", "-q", "main", at="2026-07-15T10:00:00+02:00")
    assert told(seen(repo)) == [("Meanwhile", ("main",)), ("On x", ("feat/x",))]
    wednesday = Span(WINDOW.end, WINDOW.end + timedelta(days=1))
    assert seen(repo, window=wednesday).commits == ()


def test_a_cherry_picked_and_a_rebased_copy_count_once(repo: Repository) -> None:
    """The backup keeps the commit as it was; a pick and a rebase made two more of it."""
    repo.commit("09:00", "Start")
    repo.branch("feat/x")
    original = repo.commit("10:00", "On x", lines=20)
    repo.git("branch", "backup")
    repo.switch("main")
    repo.commit("10:30", "Meanwhile", by="bob@lark.example")
    repo.git("cherry-pick", original, at=moment("11:00"))
    observed = seen(repo)
    assert [commit.subject for commit in observed.commits].count("On x") == 2
    (ana,) = (each for each in coding(observed.commits, PEOPLE).activities if each.user_id == 1)
    assert isinstance(ana.detail, Coding)
    assert ana.detail.commits == 2


def test_binary_and_renamed_files_have_no_lines_of_their_own(repo: Repository) -> None:
    repo.commit("09:00", "Start", lines=50)
    (repo.path / "logo.png").write_bytes(bytes(range(256)) * 10)
    repo.git("mv", "Start-0900.txt", "Renamed\tfile.txt")
    repo.commit("10:00", "Logo", lines=3)
    assert [commit.changed_lines for commit in seen(repo).commits] == [50, 3]


def test_lines_are_counted_once_and_kept(repo: Repository) -> None:
    repo.commit("09:00", "Start", lines=5)
    cache = MemoryCache()
    first = seen(repo, cache=cache)
    (key,) = cache.kept
    cache.kept[key] = cache.kept[key].replace(b": 5", b": 77")
    assert [commit.changed_lines for commit in first.commits] == [5]
    assert [commit.changed_lines for commit in seen(repo, cache=cache).commits] == [77]


def test_lines_need_not_be_counted(repo: Repository) -> None:
    repo.commit("09:00", "Start", lines=5)
    (commit,) = Git([str(repo.path)], include_churn=False).observe(WINDOW, MemoryCache()).commits
    assert commit.changed_lines is None


def test_what_cannot_be_read_is_one_problem_each_and_the_rest_is_read(
    repo: Repository, tmp_path: Path
) -> None:
    repo.commit("10:00", "Good")
    Repository(tmp_path / "empty")
    (tmp_path / "folder").mkdir()
    corrupt = Repository(tmp_path / "corrupt")
    sha = corrupt.commit("10:00", "Bad")
    broken = corrupt.path / ".git" / "objects" / sha[:2] / sha[2:]
    broken.chmod(0o644)
    broken.write_bytes(b"garbage")
    observed = seen(tmp_path / "gone", tmp_path / "folder", tmp_path / "empty", corrupt, repo)
    assert [commit.subject for commit in observed.commits] == ["Good"]
    said = {problem.where: problem.text for problem in observed.problems}
    assert "there is no folder" in said["git: gone"]
    assert "is not a Git repository" in said["git: folder"]
    assert "has no commits yet" in said["git: empty"]
    assert "is damaged" in said["git: corrupt"]
    assert len(observed.problems) == 4
    assert not observed.is_complete


def test_a_folder_in_a_repository_is_not_that_repository(repo: Repository) -> None:
    """A home directory under version control must not turn every folder in it into work."""
    repo.commit("10:00", "Home")
    (repo.path / "inner").mkdir()
    observed = seen(repo.path / "inner")
    assert observed.commits == ()
    assert "is not a Git repository" in observed.problems[0].text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_repository_is_refused_with_the_way_out(
    repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("10:00", "Theirs")
    for folder, _, files in os.walk(repo.path):
        os.chown(folder, 12345, 12345)
        for name in files:
            os.chown(Path(folder) / name, 12345, 12345)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (problem,) = seen(repo).problems
    assert f"git config --global --add safe.directory {repo.path}" in problem.text


def test_a_repositorys_own_programs_are_not_run(repo: Repository, tmp_path: Path) -> None:
    """Pagers, diff drivers, signature checkers: whoever wrote the configuration does not get to run code."""
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for setting in (
        "core.pager",
        "diff.external",
        "gpg.program",
        "core.fsmonitor",
        "diff.txt.textconv",
        "diff.txt.command",
    ):
        repo.git("config", setting, str(trap))
    repo.git("config", "log.showSignature", "true")
    (repo.path / ".gitattributes").write_text("*.txt diff=txt\n")
    repo.commit("10:00", "Start")
    (tmp_path / "sprung").unlink()  # our own "git add" and "git commit" did run them
    assert len(seen(repo).commits) == 1
    assert not (tmp_path / "sprung").exists()


def test_another_repositorys_environment_does_not_leak_in(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gleaner started from a Git hook sees GIT_DIR; it must read the repositories it was told to."""
    repo.commit("10:00", "Right")
    other = Repository(tmp_path / "other")
    other.commit("10:00", "Wrong")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    assert told(seen(repo)) == [("Right", ("main",))]


def test_dates_that_cannot_be_right_are_ignored_and_said(repo: Repository) -> None:
    """A clock at its epoch, and one a month ahead; both commits were made on this Tuesday."""
    for authored in ("1970-01-02T00:00:00+0000", "2026-08-14T10:00:00+0200"):
        (repo.path / authored).write_text("x")
        repo.git("add", ".")
        repo.git("commit", "-q", "-m", "Odd", "--date", authored, at=moment("10:00"))
    repo.commit("11:00", "Good")
    observed = seen(repo)
    assert [commit.subject for commit in observed.commits] == ["Good"]
    (problem,) = observed.problems
    assert "2 commits have dates that cannot be right" in problem.text


def test_a_date_after_the_end_of_32_bit_time_is_ignored_and_said(repo: Repository) -> None:
    (repo.path / "x").write_text("x")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "Far", "--date", "2038-02-01T00:00:00+0000", at=moment("10:00"))
    observed = seen(repo)
    assert observed.commits == ()
    assert "1 commit has a date that cannot be right" in observed.problems[0].text


def test_the_repositorys_mailmap_says_which_addresses_are_one_persons(repo: Repository) -> None:
    (repo.path / ".mailmap").write_text("Ana Lind <ana@lark.example> <ana@old-laptop.example>\n")
    repo.commit("10:00", "Work", by="ana@old-laptop.example")
    assert [commit.author_email for commit in seen(repo).commits] == ["ana@lark.example"]


def test_a_private_address_is_known_without_its_number(repo: Repository) -> None:
    """GitHub's web editor writes it with the account's number, and one alias has to find both."""
    repo.commit("10:00", "Web", by="1234+Ana-L@users.noreply.github.com")
    assert [commit.author_email for commit in seen(repo).commits] == ["ana-l@users.noreply.github.com"]


def changed(repo: Repository, time: str, **files: int) -> None:
    for name, lines in files.items():
        path = repo.path / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("line\n" * lines)
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", time, at=moment(time))


def test_in_a_repository_with_parts_each_commit_is_in_the_part_most_of_it_changed(repo: Repository) -> None:
    changed(repo, "10:00", services__api__a=30, web__b=5)
    changed(repo, "11:00", web__c=9, README=2)
    changed(repo, "12:00", README=50, web__d=3)
    repo.git("mv", "services/api/a", "services/api/renamed")
    changed(repo, "13:00")
    cache = MemoryCache()
    source = Git([{"path": str(repo.path), "name": "mono", "parts": ["services/*", "web"]}])
    for _ in ("cold", "warm"):
        found = source.observe(WINDOW, cache).commits
        assert [(each.repository, each.changed_lines) for each in found] == [
            ("mono/services/api", 35), ("mono/web", 11), ("mono", 51), ("mono/services/api", 0),
        ]  # fmt: skip


def test_a_force_push_that_took_commits_away_leaves_what_is_there(repo: Repository, tmp_path: Path) -> None:
    """The clone fetched before and after; what was rewritten is gone for good."""
    repo.commit("09:00", "Start")
    repo.branch("feat/x")
    repo.commit("10:00", "First try")
    clone = Repository(tmp_path / "clone")
    clone.git("remote", "add", "origin", str(repo.path))
    clone.git("fetch", "-q", "origin")
    cache = MemoryCache()
    assert [each.subject for each in seen(clone, cache=cache).commits] == ["Start", "First try"]
    repo.git("reset", "-q", "--hard", "main")
    repo.commit("11:00", "Second try")
    clone.git("fetch", "-q", "--force", "origin")
    clone.git("gc", "-q", "--prune=now")
    again = seen(clone, cache=cache)
    assert [each.subject for each in again.commits] == ["Start", "Second try"]
    assert again.problems == ()


def test_a_clock_that_was_behind_does_not_hide_where_a_commit_was_made(repo: Repository) -> None:
    """Git writes by committer date, so this merge, dated before what it merges, comes after it."""
    repo.commit("09:00", "Start")
    repo.branch("feat/x")
    repo.commit("12:00", "On x")
    repo.switch("main")
    repo.merge("feat/x", "10:00")
    repo.commit("10:30", "Later")
    repo.branch("feat/y", "feat/x")
    repo.commit("13:00", "On y")
    repo.switch("main")
    repo.git("branch", "-D", "feat/x")
    assert dict(told(seen(repo)))["On x"] == ("feat/x", "main")


def test_odd_subjects_and_names_survive(repo: Repository) -> None:
    repo.commit("10:00", "Grüße\x1f\x1e, «日本» 🎉")
    (commit,) = seen(repo).commits
    assert commit.subject == "Grüße\x1f\x1e, «日本» 🎉"


def test_a_bare_mirror_is_a_repository(repo: Repository, tmp_path: Path) -> None:
    repo.commit("10:00", "Start")
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "mirror.git"))
    (commit,) = seen(tmp_path / "mirror.git").commits
    assert commit.repository == "mirror"


def test_two_repositories_of_one_name_need_names(repo: Repository, tmp_path: Path) -> None:
    other = tmp_path / "else" / "apollo"
    with pytest.raises(ConfigError, match='two repositories are called "apollo"'):
        Git([str(repo.path), str(other)])
    named: list[str | Mapping[str, str | Sequence[str]]] = [
        str(repo.path),
        {"path": str(other), "name": "apollo-2"},
    ]
    assert Git(named).name == "git"


def test_parts_are_a_list() -> None:
    with pytest.raises(ConfigError, match="parts is a list of folders"):
        Git([{"path": "apollo", "parts": "web"}])


@pytest.mark.parametrize("wrong", ["apollo", [], [{"folder": "apollo"}], [{"path": "a", "nmae": "b"}]])
def test_a_wrong_configuration_says_what_is_right(wrong: object) -> None:
    with pytest.raises(ConfigError, match=r"repositories is a list of folders|a repository is a folder or"):
        sources.get("git")(wrong)


def test_the_whole_way_from_repositories_to_days(repo: Repository, tmp_path: Path) -> None:
    """Ana: Apollo 10:00 and 11:00, Borealis 11:30. Bob and a bot committed too."""
    other = Repository(tmp_path / "borealis")
    repo.commit("10:00", "a", lines=14)
    repo.commit("10:45", "bump", by="renovate[bot]@users.noreply.example")
    repo.commit("11:00", "b", by="ana.dev@post.example")
    other.commit("11:30", "c")
    other.commit("15:00", "d", by="bob@lark.example")
    found = coding(seen(repo, other).commits, PEOPLE)
    assert found.problems == ()
    assert [(each.user_id, each.external_id) for each in found.activities] == [
        (1, f"{TUESDAY}/apollo"), (1, f"{TUESDAY}/borealis"), (2, f"{TUESDAY}/borealis"),
    ]  # fmt: skip
    assert found.activities[1].observed == timedelta(minutes=30)


def test_a_repository_moved_away_while_we_run_is_a_problem(repo: Repository) -> None:
    repo.commit("10:00", "Start")
    source = Git([str(repo.path)])
    shutil.rmtree(repo.path)
    assert "there is no folder" in source.observe(WINDOW, MemoryCache()).problems[0].text
