"""Where a commit was made. Graphs are drawn one commit a line: id, parents, subject; children first."""

from __future__ import annotations

import pytest

from gleaner.capture.gitlog.branches import Ref, Tracker, default_branch, merged_name


def made_on(graph: str, *refs: str, default: str = "main") -> dict[str, tuple[str, ...]]:
    """``c  a,b  Subject`` for each commit, ``feat/x=c`` for each branch."""
    tips = [Ref(name, sha) for name, _, sha in (ref.partition("=") for ref in refs)]
    tracker = Tracker(tips, default)
    found = {}
    for line in graph.strip().splitlines():
        sha, parents, subject = line.split(maxsplit=2)
        found[sha] = tracker.branches_of(sha, tuple(parents.split(",")) if parents != "-" else (), subject)
    return found


def test_work_not_merged_yet_is_on_its_branch() -> None:
    found = made_on("c b Work\nb a Work\na - Start", "main=a", "feat/x=c")
    assert found == {"c": ("feat/x",), "b": ("feat/x",), "a": ("main",)}


def test_merged_work_is_on_the_branch_its_merge_names() -> None:
    graph = "m a,c Merge pull request #12 from org/feat/x\nc b Work\nb a Work\na - Start"
    found = made_on(graph, "main=m")
    assert found == {"m": ("main",), "c": ("feat/x", "main"), "b": ("feat/x", "main"), "a": ("main",)}


def test_a_squash_merge_stays_on_the_default_branch() -> None:
    assert made_on("b a Feature (#12)\na - Start", "main=b") == {"b": ("main",), "a": ("main",)}


def test_main_merged_into_a_branch_stays_main() -> None:
    graph = "w m More work\nm x,b Merge branch 'main' into feat/x\nb a Fix\nx a Work\na - Start"
    found = made_on(graph, "feat/x=w", "main=b")
    assert found["b"] == found["a"] == ("main",)
    assert found["w"] == found["m"] == found["x"] == ("feat/x",)


def test_a_branch_on_a_branch() -> None:
    """feat/y was begun on feat/x: what is below feat/x's tip was made on feat/x."""
    found = made_on("y x On top\nx w Work\nw a Work\na - Start", "main=a", "feat/x=x", "feat/y=y")
    assert found == {"y": ("feat/y",), "x": ("feat/x",), "w": ("feat/x",), "a": ("main",)}


def test_work_on_a_long_lived_branch_is_not_its_youngest_childs() -> None:
    """feat/z was begun long ago on develop, which went on; the commits below are develop's."""
    graph = "z b Work\ne d More\nd c More\nc b More\nb a Base\na - Start"
    found = made_on(graph, "main=a", "develop=e", "feat/z=z")
    assert found["b"] == ("develop",)
    assert found["z"] == ("feat/z",)


def test_a_new_branch_owns_nothing_yet() -> None:
    assert made_on("a - Start", "main=a", "feat/new=a") == {"a": ("main",)}


def test_a_commit_nobody_points_to_has_no_branch() -> None:
    assert made_on("d a Detached\na - Start", "main=a")["d"] == ()


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Merge branch 'feat/x'", "feat/x"),
        ("Merge branch 'feat/x' into 'main'", "feat/x"),
        ("Merge branch 'main' of github.com:org/repo", "main"),
        ("Merge remote-tracking branch 'origin/feat/x' into main", "feat/x"),
        ("Merged in feat/x (pull request #3)", "feat/x"),
        ("Merge pull request #7 from someone/fix", "fix"),
        ("Merge tag 'v1.2'", ""),
        ("Merged PR 12: title", ""),
        ("Work", ""),
    ],
)
def test_what_a_merge_calls_its_branch(subject: str, name: str) -> None:
    assert merged_name(subject) == name


def test_the_remote_knows_its_default_branch_best() -> None:
    refs = [Ref("main", "a"), Ref("stable", "b"), Ref("feat/x", "c")]
    assert default_branch(refs, "stable", "feat/x") == "stable"
    assert default_branch(refs, "", "feat/x") == "main"
    assert default_branch(refs[1:], "", "feat/x") == "feat/x"
    assert default_branch([], "", "") == ""
