"""One real Git history and what people did about it, shown by a GitHub and a GitLab over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from tests.unit.capture.build import at
from tests.unit.capture.gitlog.repository import Repository, moment

from gleaner.capture.observed import Observed
from gleaner.capture.source import MemoryCache, Source, sources
from gleaner.core.time import Span
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.forges.books import Books, Hosted, Pull
from gleaner_sandbox.forges.doors import Door
from gleaner_sandbox.forges.server import Running, serve_in_thread

TOKEN = "forge-token"
VARIABLE = "GLEANER_TEST_FORGE"
"""Where the tests keep the token."""
WINDOW = Span(at("2026-07-13 00:00"), at("2026-07-17 00:00"))
Kind = Literal["github", "gitlab"]
KINDS: tuple[Kind, ...] = ("github", "gitlab")


def when(time: str) -> datetime:
    """``10:00`` on Tuesday 14 July 2026 in Berlin, or a whole moment."""
    return datetime.fromisoformat(moment(time))


@dataclass
class Town:
    """A repository that a clone, a GitHub and a GitLab show, and the two forges' doors."""

    repository: Repository
    books: Books
    hosted: Hosted
    running: dict[Kind, Running]

    def door(self, kind: Kind) -> Door:
        return self.running[kind].door

    def source(self, kind: str, *repositories: str, **more: object) -> Source:
        """The source of that kind that reads the repository, or those named."""
        if kind == "git":
            return sources.get("git")([str(self.repository.path)], **more)
        given = {
            "repositories": list(repositories) or ["lark/apollo"],
            "base_url": self.running[kind].base_url,  # type: ignore[index]
            "token_variable": VARIABLE,
        }
        return sources.get(kind)(**{**given, **more})

    def seen(
        self, kind: str, cache: MemoryCache | None = None, window: Span = WINDOW, **more: object
    ) -> Observed:
        return self.source(kind, **more).observe(window, cache if cache is not None else MemoryCache())

    def asked(self, kind: Kind) -> list[str]:
        """The paths that were asked for since the last time, without their parameters."""
        log = self.door(kind).log
        paths = [seen.path.partition("?")[0] for seen in log]
        log.clear()
        return paths

    def open(self, branch: str, title: str, user: str, time: str, **more: str) -> Pull:
        return self.books.open(self.hosted, branch, title, user, when(time), **more)


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """An almost empty repository, ``lark/apollo``, with Ana, Bob and a bot around it."""
    repository = Repository(folder / "apollo")
    repository.commit("2026-07-13T09:00:00+02:00", "Start")
    books = Books(Clock(datetime.fromisoformat("2026-07-20T08:00:00Z")))
    books.load(
        {
            "tokens": [TOKEN],
            "users": [
                {"login": "Ana", "emails": ["ana@lark.example", "ana.dev@post.example"]},
                {"login": "bob-m", "emails": ["bob@lark.example"]},
                {"login": "kim", "emails": ["kim@acme.example"]},
                {"login": "renovate[bot]", "type": "Bot"},
            ],
            "repositories": [{"full_name": "lark/apollo", "git": "apollo"}],
        },
        folder,
    )
    with (
        serve_in_thread("github", books, Door()) as github,
        serve_in_thread("gitlab", books, Door()) as gitlab,
    ):
        yield Town(repository, books, books.repositories["lark/apollo"], {"github": github, "gitlab": gitlab})


def lived(place: Town) -> None:
    """Four days in which everything happened that makes Git hard to read."""
    squash_merge(place)
    rebase_merge(place)
    merge_commit(place)
    fork(place)
    force_push(place)
    cherry_pick(place)
    repo = place.repository
    repo.commit("2026-07-16T09:00:00+02:00", "Bump", by="29139614+renovate[bot]@users.noreply.github.com")
    repo.commit("2026-07-16T10:00:00+02:00", "From the laptop", by="ana.dev@post.example")
    repo.commit("2026-07-16T11:00:00+02:00", "In the browser", by="77+Ana@users.noreply.github.com")


def squash_merge(place: Town) -> Pull:
    """Ana and Bob work on feat/z on Tuesday morning; at 15:00 Bob squashes it."""
    repo = place.repository
    repo.branch("feat/z", "main")
    repo.commit("10:00", "First of z", lines=30)
    repo.commit("11:00", "Second of z\n\nCo-authored-by: Bob Moor <Bob@lark.example>", lines=5)
    pull = place.open("feat/z", "Feature z", "Ana", "11:05")
    place.books.note(pull, "bob-m", when("14:00"), "review")
    place.books.note(pull, "Ana", when("14:10"), "review_comment")
    place.books.note(pull, "renovate[bot]", when("14:11"), "comment")
    repo.switch("main")
    repo.git("merge", "-q", "--squash", "feat/z")
    repo.git("commit", "-q", "-m", f"Feature z (#{pull.number})", at=moment("15:00"))
    place.books.merge(pull, "bob-m", when("15:00"), repo.git("rev-parse", "main"))
    return pull


def rebase_merge(place: Town) -> Pull:
    """Bob's two commits of Tuesday are put on top of main on Wednesday."""
    repo = place.repository
    repo.branch("feat/r", "main~1")
    shas = [repo.commit(time, f"{time} of r", by="bob@lark.example") for time in ("16:00", "17:00")]
    pull = place.open("feat/r", "Feature r", "bob-m", "17:05")
    repo.switch("main")
    repo.git("cherry-pick", *shas, at="2026-07-15T09:00:00+02:00")
    place.books.merge(pull, "Ana", when("2026-07-15T09:00:00+02:00"), repo.git("rev-parse", "main"))
    return pull


def merge_commit(place: Town) -> Pull:
    repo = place.repository
    repo.branch("feat/m", "main")
    repo.commit("2026-07-15T10:00:00+02:00", "Of m", lines=12)
    pull = place.open("feat/m", "Feature m", "Ana", "2026-07-15T10:05:00+02:00")
    repo.switch("main")
    subject = f"Merge pull request #{pull.number} from lark/feat/m"
    repo.merge("feat/m", "2026-07-15T11:00:00+02:00", "-m", subject)
    place.books.merge(pull, "Ana", when("2026-07-15T11:00:00+02:00"), repo.git("rev-parse", "main"))
    return pull


def fork(place: Town) -> Pull:
    """Bob works in a copy of the repository; no clone of ours has his branch."""
    repo = place.repository
    repo.branch("work", "main")
    sha = repo.commit("2026-07-15T12:00:00+02:00", "From a fork", by="bob@lark.example")
    repo.switch("main")
    repo.git("update-ref", "refs/pull/9/head", sha)
    repo.git("branch", "-D", "work")
    time = "2026-07-15T12:05:00+02:00"
    pull = place.open("patch", "Patch", "bob-m", time, fork="bob-m/apollo", head=sha)
    subject = f"Merge pull request #{pull.number} from bob-m/patch"
    repo.merge(sha, "2026-07-15T13:00:00+02:00", "-m", subject)
    place.books.merge(pull, "Ana", when("2026-07-15T13:00:00+02:00"), repo.git("rev-parse", "main"))
    return pull


def force_push(place: Town) -> Pull:
    """Ana throws a first try away."""
    repo = place.repository
    repo.branch("feat/f", "main")
    repo.commit("2026-07-15T14:00:00+02:00", "First try")
    pull = place.open("feat/f", "Feature f", "Ana", "2026-07-15T14:05:00+02:00")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit("2026-07-15T15:00:00+02:00", "Second try")
    repo.switch("main")
    return pull


def cherry_pick(place: Town) -> None:
    """Ana's fix is picked to a branch that has no pull request."""
    repo = place.repository
    sha = repo.commit("2026-07-15T16:00:00+02:00", "Fix", lines=3)
    repo.branch("release", "main~2")
    repo.git("cherry-pick", sha, at="2026-07-15T16:30:00+02:00")
    repo.switch("main")
