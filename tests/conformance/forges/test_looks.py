"""A look at a forge: what it costs, what it keeps, and what it says when it cannot be finished."""

from __future__ import annotations

import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conformance.forges.town import (
    TOKEN,
    VARIABLE,
    WINDOW,
    Kind,
    Town,
    force_push,
    lived,
    squash_merge,
    when,
)
from tests.unit.capture.gitlog.repository import Repository

from gleaner.capture.observed import Observed
from gleaner.capture.source import MemoryCache, sources
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.time import Span
from gleaner_sandbox.forges.doors import Refusal

DAY = timedelta(days=1)


def subjects(observed: Observed) -> list[str]:
    return [commit.subject for commit in observed.commits]


# --- what a look costs ---------------------------------------------------------------------------------------------


def test_a_warm_look_asks_for_a_few_lists_and_none_of_them_counts(place: Town, kind: Kind) -> None:
    lived(place)
    cache = MemoryCache()
    cold = place.seen(kind, cache)
    many = len(place.asked(kind))
    used = place.door(kind).limit.used
    warm = place.seen(kind, cache)
    few = place.asked(kind)
    assert (warm.commits, warm.touches) == (cold.commits, cold.touches)
    assert len(few) == (5 if kind == "github" else 3)
    assert many > 4 * len(few)
    assert place.door(kind).limit.used == used, "what did not change is answered with 304, which is free"


def test_one_new_comment_is_one_pull_request_read_anew(place: Town, kind: Kind) -> None:
    lived(place)
    cache = MemoryCache()
    place.seen(kind, cache)
    place.asked(kind)
    place.books.note(place.hosted.pulls[2], "kim", when("2026-07-16T12:00:00+02:00"), "review")
    again = place.seen(kind, cache)
    assert again.touches[-1].who.startswith("kim@")
    asked = [path.rpartition("/lark/apollo/")[2] for path in place.asked(kind)]
    what = "pulls" if kind == "github" else "merge_requests"
    assert [path for path in asked if path.startswith(f"{what}/2")]
    assert not [path for path in asked if path.startswith((f"{what}/1", f"{what}/3"))]


def test_a_branch_that_was_force_pushed_between_two_looks_is_as_it_is_now(place: Town, kind: Kind) -> None:
    repo, cache = place.repository, MemoryCache()
    repo.branch("feat/f", "main")
    repo.commit("10:00", "First try")
    assert subjects(place.seen(kind, cache)) == ["Start", "First try"]
    repo.git("reset", "-q", "--hard", "main")
    repo.commit("11:00", "Second try")
    repo.switch("main")
    assert subjects(place.seen(kind, cache)) == ["Start", "Second try"]


def test_a_pull_request_that_was_force_pushed_between_two_looks_is_as_it_is_now(
    place: Town, kind: Kind
) -> None:
    cache = MemoryCache()
    force_push(place)
    place.seen(kind, cache)
    repo = place.repository
    repo.switch("feat/f")
    repo.git("reset", "-q", "--hard", "main")
    repo.commit("2026-07-15T16:00:00+02:00", "Third try")
    repo.switch("main")
    assert subjects(place.seen(kind, cache)) == ["Start", "Third try"]


def test_an_earlier_window_is_read_though_a_later_one_is_known(place: Town, kind: Kind) -> None:
    lived(place)
    cache = MemoryCache()
    thursday = Span(WINDOW.end - DAY, WINDOW.end)
    assert subjects(place.seen(kind, cache, thursday))[-2:] == ["From the laptop", "In the browser"]
    assert place.seen(kind, cache).commits == place.seen(kind).commits
    assert place.seen(kind, cache, thursday).commits == place.seen(kind, MemoryCache(), thursday).commits


def test_a_list_of_many_pages_is_read_to_its_end(place: Town, kind: Kind) -> None:
    repo = place.repository
    for number in range(130):
        repo.git("branch", f"old/{number:03}")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <ana@lark.example> {1784016000 + number} +0200\ndata 4\nWork\n"
        + ("from refs/heads/main^0\n" if number == 0 else "")
        for number in range(230)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input=stream.encode(), check=True)
    assert len(place.seen(kind, include_churn=False).commits) == 231


def test_lines_need_not_be_counted(place: Town) -> None:
    squash_merge(place)
    assert {each.changed_lines for each in place.seen("github", include_churn=False).commits} == {None}


def test_the_parts_of_a_monorepo_are_told_apart(place: Town, kind: Kind) -> None:
    repo = place.repository
    for name, time_ in (("services/api/a.py", "10:00"), ("web/b.ts", "11:00")):
        path = repo.path / name
        path.parent.mkdir(parents=True)
        path.write_text("line\n" * 7)
        repo.commit(time_, name)
    entry = {"path": "lark/apollo", "name": "mono", "parts": ["services/*", "web"]}
    found = place.seen(kind, repositories=[entry]).commits
    assert [(each.repository, each.changed_lines) for each in found] == [
        ("mono", 1), ("mono/services/api", 8), ("mono/web", 8),
    ]  # fmt: skip


# --- what cannot be read -------------------------------------------------------------------------------------------


def test_a_repository_that_is_not_there_is_a_problem_and_the_rest_is_read(place: Town, kind: Kind) -> None:
    observed = place.seen(kind, repositories=["lark/gone", "lark/apollo"])
    assert subjects(observed) == ["Start"]
    assert not observed.is_complete
    (problem,) = observed.problems
    assert problem.where == f"{kind}: gone"
    assert f"there is no repository lark/gone, or the token in {VARIABLE} may not read it" in problem.text


def test_a_repository_without_commits_is_nothing_to_read(place: Town, kind: Kind, tmp_path: Path) -> None:
    place.books.host("lark/empty", Repository(tmp_path / "empty").path)
    observed = place.seen(kind, repositories=["lark/empty"])
    assert (observed.commits, observed.problems, observed.is_complete) == ((), (), True)


def test_without_a_token_it_says_where_to_put_one(
    place: Town, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ConfigError, match=f"put one that may read into {VARIABLE}"):
        place.seen(kind)


def test_a_token_that_was_revoked_is_said_and_not_shown(place: Town, kind: Kind) -> None:
    del place.books.tokens[TOKEN]
    with pytest.raises(ConfigError, match=rf"does not accept the token in {VARIABLE} \(401\)") as error:
        place.seen(kind)
    assert TOKEN not in str(error.value)


def test_a_token_that_may_do_too_little_is_told_what_it_needs(place: Town, kind: Kind) -> None:
    place.door(kind).refusals.append(Refusal(403, "Resource not accessible by integration"))
    (problem,) = place.seen(kind).problems
    assert "it needs read access to contents" in problem.text or "the scope read_api" in problem.text


def test_a_server_that_stumbles_is_asked_again(place: Town, kind: Kind) -> None:
    place.door(kind).refusals.extend([Refusal(502, "Bad gateway"), Refusal(500, "Oops")])
    assert place.seen(kind).problems == ()


def test_a_server_that_is_down_is_a_problem_and_a_later_run_tries_again(place: Town, kind: Kind) -> None:
    place.door(kind).refusals.extend([Refusal(503, "Down")] * 3)
    observed = place.seen(kind)
    assert not observed.is_complete
    assert "answered 503; the next run tries again" in observed.problems[0].text


@pytest.mark.parametrize("odd", [[1], {"nonsense": 1}, None, "text", [{"number": {}}]])
def test_an_answer_nobody_expects_is_a_problem_and_the_rest_is_read(
    place: Town, kind: Kind, odd: object
) -> None:
    place.door(kind).instead.append(odd)
    entries = [{"path": "lark/apollo", "name": "first"}, {"path": "lark/apollo", "name": "second"}]
    observed = place.seen(kind, repositories=entries)
    assert {each.repository for each in observed.commits} == {"second"}
    assert "answered in a way we do not understand" in observed.problems[0].text
    assert not observed.is_complete


def test_dates_that_cannot_be_right_are_ignored_and_said(place: Town, kind: Kind) -> None:
    repo = place.repository
    for authored in ("1970-01-02T00:00:00+0000", "2038-02-01T00:00:00+0000"):
        (repo.path / authored).write_text("x")
        repo.git("add", ".")
        repo.git("commit", "-q", "-m", "Odd", "--date", authored, at="2026-07-14T10:00:00+02:00")
    observed = place.seen(kind)
    assert subjects(observed) == ["Start"]
    assert "2 commits have dates that cannot be right" in observed.problems[0].text


def test_a_repository_that_was_renamed_is_followed_on_its_host(place: Town, kind: Kind) -> None:
    there = f"{place.running[kind].base_url}/{'repos/lark/apollo' if kind == 'github' else 'projects/lark%2Fapollo'}"
    place.door(kind).refusals.append(Refusal(301, "Moved", {"location": there}))
    assert subjects(place.seen(kind)) == ["Start"]


def test_no_other_host_gets_the_token(place: Town, kind: Kind) -> None:
    """Not even when the forge says that everything moved there."""
    other = place.running["gitlab" if kind == "github" else "github"]
    place.door(kind).refusals.append(
        Refusal(301, "Moved", {"location": f"{other.base_url}/repos/lark/apollo"})
    )
    observed = place.seen(kind)
    assert "another host" in observed.problems[0].text
    assert other.door.log == []


def test_what_was_kept_and_cannot_be_read_is_read_anew(place: Town, kind: Kind) -> None:
    cache = MemoryCache()
    place.seen(kind, cache)
    for key in cache.kept:
        cache.kept[key] = b"\xff{"
    assert subjects(place.seen(kind, cache)) == ["Start"]


def test_words_of_old_commits_are_not_kept_for_ever(place: Town, kind: Kind) -> None:
    """A branch on which nothing happened for months; the looks of all those days know it."""
    cache = MemoryCache()
    assert subjects(place.seen(kind, cache)) == ["Start"]
    later = Span(WINDOW.start + 90 * DAY, WINDOW.end + 90 * DAY)
    assert place.seen(kind, cache, later).commits == ()
    assert not [value for value in cache.kept.values() if b"Start" in value]


def test_nobody_listens(place: Town, kind: Kind) -> None:
    source = place.source(kind, base_url="http://127.0.0.1:9")
    (problem,) = source.observe(WINDOW, MemoryCache()).problems
    assert "127.0.0.1 cannot be reached" in problem.text


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 429])
def test_a_wait_that_is_asked_for_is_waited(place: Town, kind: Kind, status: int) -> None:
    place.door(kind).refusals.append(Refusal(status, "secondary rate limit", {"retry-after": "1"}))
    start = time.monotonic()
    assert place.seen(kind).problems == ()
    assert time.monotonic() - start >= 1


def test_a_wait_that_is_too_long_is_said_and_nothing_more_is_asked(place: Town, kind: Kind) -> None:
    place.door(kind).refusals.append(Refusal(429, "Slow down", {"retry-after": "1800"}))
    observed = place.seen(kind, repositories=["lark/apollo", "lark/other"])
    assert "answers no more requests until" in observed.problems[0].text
    assert len(observed.problems) == len(place.asked(kind)) == 1


def test_what_the_limit_cut_off_is_gone_on_with_by_the_next_look(place: Town, kind: Kind) -> None:
    """Twelve requests an hour: each look keeps what it read."""
    lived(place)
    limit, cache = place.door(kind).limit, MemoryCache()
    limit.most = 12
    observed, looks = place.seen(kind, cache), 1
    while not observed.is_complete:
        assert looks < 12
        limit.used = 0
        observed, looks = place.seen(kind, cache), looks + 1
    assert looks > 1
    limit.most = 5000
    assert observed.commits == place.seen(kind).commits


# --- what is refused before anything is asked ------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [["apollo"], ["lark/"], ["../../x"], [{"folder": "x"}], "lark/apollo"])
def test_what_names_no_repository_says_what_does(kind: Kind, wrong: object) -> None:
    with pytest.raises(ConfigError, match=r"lark/apollo"):
        sources.get(kind)(repositories=wrong)


def test_nothing_to_read_is_said(kind: Kind) -> None:
    with pytest.raises(ConfigError, match="name repositories"):
        sources.get(kind)()


def test_a_token_is_not_sent_in_clear(kind: Kind) -> None:
    with pytest.raises(ConfigError, match="write https://"):
        sources.get(kind)(["lark/apollo"], base_url="http://git.lark.example/api/v4")


def test_a_next_page_on_another_host_gets_no_token(place: Town, kind: Kind) -> None:
    from gleaner.capture.forges.session import Session, Words

    with (
        Session(place.running[kind].base_url, Words("Forge", "X", "all"), {"Authorization": "t"}) as session,
        pytest.raises(Unavailable, match="another host"),
    ):
        session.get("https://evil.example/repos?page=2")


# --- all of an organisation ----------------------------------------------------------------------------------------


@pytest.fixture
def studio(place: Town, tmp_path: Path) -> Town:
    for name, more in (("borealis", {}), ("copied", {"is_fork": True}), ("old", {"is_archived": True})):
        repository = Repository(tmp_path / name)
        repository.commit("10:00", f"In {name}")
        place.books.host(f"lark/{name}", repository.path, **more)  # type: ignore[arg-type]
    return place


def test_all_of_an_organisation_but_forks_and_archives(studio: Town, kind: Kind) -> None:
    whole = {"organization" if kind == "github" else "group": "lark"}
    source = sources.get(kind)(base_url=studio.running[kind].base_url, token_variable=VARIABLE, **whole)
    observed = source.observe(WINDOW, MemoryCache())
    assert {each.repository for each in observed.commits} == {"apollo", "borealis"}


def test_an_organisation_nobody_knows_is_said(place: Town, kind: Kind) -> None:
    whole = {"organization" if kind == "github" else "group": "nobody"}
    source = place.source(kind, **whole)
    with pytest.raises(ConfigError, match=r"there is no (organization|group) nobody"):
        source.observe(WINDOW, MemoryCache())
