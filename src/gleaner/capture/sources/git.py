"""Local Git repositories: who worked when, on which branch."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from gleaner.capture.gitlog.command import GitFailed
from gleaner.capture.gitlog.history import Churn, History, churn, history, misdated, with_churn
from gleaner.capture.observed import Commit, Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.activities import Problem
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.time import Span

_MOST_KEPT = 20_000
"""Commits whose changed lines are kept between runs, for each repository."""


@dataclass(frozen=True)
class _Repository:
    path: Path
    name: str
    parts: tuple[str, ...] = ()


class Git:
    """The repositories in *repositories*: each a folder, or ``{path = "...", name = "...", parts = ["services/*"]}``.

    A repository with *parts* holds several projects: a commit belongs to the folder most of its changed lines are in,
    and its repository is then called ``name/folder``.

    All branches are read, those of remotes as last fetched; nothing is fetched. *default_branch* is needed
    only where neither the remote nor a usual name tells. *include_churn* counts changed lines, which makes
    the estimate of a day's first commit better and costs most of the reading time.
    """

    paths: ClassVar = ("repositories",)
    """The parameters that name files or folders."""

    def __init__(
        self,
        repositories: Sequence[str | Mapping[str, str | Sequence[str]]],
        name: str = "git",
        default_branch: str | None = None,
        include_churn: bool = True,
    ) -> None:
        if isinstance(repositories, str) or not repositories:
            raise ConfigError(
                phrase('source "git": repositories is a list of folders, such as ["~/src/apollo"]')
            )
        self.name = name
        self._repositories = [_repository(entry) for entry in repositories]
        self._default_branch = default_branch
        self._include_churn = include_churn
        twice = [
            each for each, count in Counter(known.name for known in self._repositories).items() if count > 1
        ]
        if twice:
            raise ConfigError(
                f'source "git": two repositories are called "{twice[0]}"; give one another name: '
                f'{{path = "…", name = "…"}}'
            )

    def observe(self, window: Span, cache: Cache) -> Observed:
        """Commits authored in *window*. A repository that cannot be read is a problem, not an exception."""
        commits: list[Commit] = []
        problems: list[Problem] = []
        is_complete = True
        for repository in self._repositories:
            where = f"{self.name}: {repository.name}"
            try:
                found = self._history(repository, window)
            except (GitFailed, ConfigError) as error:
                problems.append(Problem(where, _explained(error, repository.path)))
                is_complete = False
                continue
            problems.extend(_remarks(found, where))
            if self._include_churn or repository.parts:
                commits.extend(self._with_churn(repository, found.commits, cache, problems))
            else:
                commits.extend(found.commits)
        return Observed(commits=tuple(commits), problems=tuple(problems), is_complete=is_complete)

    def _history(self, repository: _Repository, window: Span) -> History:
        if not repository.path.is_dir():
            raise ConfigError(
                phrase(
                    "there is no folder {path}; clone the repository there or correct its path",
                    path=str(repository.path),
                )
            )
        return history(repository.path, repository.name, window, self._default_branch)

    def _with_churn(
        self, repository: _Repository, commits: Sequence[Commit], cache: Cache, problems: list[Problem]
    ) -> Sequence[Commit]:
        """*commits* with their changed lines, counted once for each commit and then kept."""
        key = f"git/{self.name}/{repository.name}/churn{_digest(repository.parts)}"
        kept: dict[str, Any] = json.loads(cache.get(key) or b"{}")
        missing = [commit.sha for commit in commits if not commit.is_merge and commit.sha not in kept]
        if missing:
            try:
                found = churn(repository.path, missing, repository.parts)
            except GitFailed as error:
                text = phrase(
                    "changed lines cannot be counted ({error}), so estimates are rougher."
                    " Try: git -C {path} fsck",
                    error=_first_line(str(error)), path=str(repository.path),
                )  # fmt: skip
                problems.append(Problem(f"{self.name}: {repository.name}", text))
            else:
                kept |= {sha: [one.lines, one.part] if one.part else one.lines for sha, one in found.items()}
                newest = dict(list(kept.items())[-_MOST_KEPT:])
                cache.put(key, json.dumps(newest).encode())
        return with_churn(
            commits,
            {sha: Churn(*one) if isinstance(one, list) else Churn(one) for sha, one in kept.items()},
        )


def _digest(parts: Sequence[str]) -> str:
    """What tells the counts of other *parts* apart; empty without any."""
    return "/" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12] if parts else ""


def _repository(entry: str | Mapping[str, str | Sequence[str]]) -> _Repository:
    given: dict[str, Any] = {"path": entry} if isinstance(entry, str) else dict(entry)
    unknown = set(given) - {"path", "name", "parts"}
    if "path" not in given or unknown:
        raise ConfigError(
            'source "git": a repository is a folder or {path, name, parts}, '
            f"not {{{', '.join(sorted(given))}}}"
        )
    parts = given.get("parts", ())
    if isinstance(parts, str):
        raise ConfigError(phrase('source "git": parts is a list of folders, such as ["services/*", "web"]'))
    path = Path(given["path"]).expanduser().absolute()
    name = given.get("name") or (path.parent if path.name == ".git" else path).name.removesuffix(".git")
    return _Repository(path, name, tuple(parts))


def _remarks(found: History, where: str) -> Iterable[Problem]:
    if found.is_empty:
        yield Problem(where, phrase("has no commits yet; nothing was read"))
    if found.ignored:
        yield Problem(where, misdated(found.ignored))


def _explained(refusal: GitFailed | ConfigError, path: Path) -> str:
    """Git's refusal as a sentence that says what to do."""
    error = refusal.text if isinstance(refusal, ConfigError) else str(refusal)
    low = error.lower()
    if "dubious ownership" in low or "safe.directory" in low:
        allow = f"git config --global --add safe.directory {path}"
        return phrase(
            "{path} belongs to another user, so git refuses to read it. Allow it: {allow}",
            path=str(path), allow=allow,
        )  # fmt: skip
    if "not a git repository" in low:
        return phrase(
            "{path} is not a Git repository; correct its path, or take it out of repositories", path=str(path)
        )
    if any(
        word in low
        for word in ("corrupt", "bad object", "missing", "unable to read", "broken", "loose object")
    ):
        return phrase(
            "{path} is damaged ({error}); nothing was read from it. Try: git -C {path} fsck",
            path=str(path), error=_first_line(error),
        )  # fmt: skip
    if path.name in error:
        return error
    return phrase("{path} cannot be read ({error})", path=str(path), error=_first_line(error))


def _first_line(error: str) -> str:
    return (error.splitlines() or [""])[0][:160]


sources.add("git", Git)
