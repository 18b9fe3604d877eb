"""What a forge tells of a repository, before it is told apart whose work it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Made:
    """A commit as a forge tells it."""

    sha: str
    parents: tuple[str, ...]
    email: str
    """The author's, as :func:`gleaner.capture.addresses.plain` writes it."""
    authored_at: datetime
    subject: str
    co_authors: tuple[str, ...] = ()
    login: str = ""
    """The author's account, where the forge knows whose address it is."""
    is_bot: bool = False


@dataclass(frozen=True)
class Pull:
    """A pull request (GitLab: merge request)."""

    number: int
    title: str
    branch: str
    """The one it would merge."""
    url: str
    opened_by: str
    """Login; empty for a bot, or somebody whose account is gone."""
    opened_at: datetime
    updated_at: str
    """As the forge writes it: it changes with everything that happens to the pull request."""
    head: str
    """The last commit of the branch."""
    merged_at: datetime | None = None
    merged_by: str = ""
    merged_as: str = ""
    """The commit that the merge made on the branch it went to."""


def pull_of(raw: Mapping[str, Any]) -> Pull:
    """A pull request from its fields as JSON has them, moments as text."""
    moments = {key: datetime.fromisoformat(raw[key]) for key in ("opened_at", "merged_at") if raw[key]}
    return Pull(**{**raw, **moments})


@dataclass(frozen=True)
class Said:
    """A review or a comment."""

    number: int
    login: str
    at: datetime
    kind: Literal["reviewed", "commented"]


@dataclass(frozen=True)
class Told:
    """All that was read of one repository."""

    name: str
    host: str
    """Of the forge, as its private addresses have it."""
    default: str
    """The branch that others start from."""
    tips: Mapping[str, str]
    """The last commit of each branch, by its name."""
    commits: Mapping[str, Made]
    pulls: Mapping[int, Pull]
    inside: Mapping[int, tuple[str, ...]]
    """The commits of each pull request, those of a squashed one too."""
    said: tuple[Said, ...]
    addresses: Mapping[str, str]
    """Under which address a login commits, where that is known."""
