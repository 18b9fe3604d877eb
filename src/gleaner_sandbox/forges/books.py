"""What a forge knows besides the commits: who has an account, which repositories, what happened to pull requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.forges import history

SEED = """
``users``: ``login``, ``emails``, ``type`` (``User`` or ``Bot``). ``repositories``: ``full_name``, ``git`` (a folder),
``default_branch``, ``fork``, ``archived``, ``pulls``: ``title``, ``head`` (a branch), ``user``, ``created_at``,
``merged_at``, ``merged_by``, ``merge_commit_sha``, ``notes``: ``user``, ``at``, ``kind``
(``review``, ``review_comment`` or ``comment``). ``tokens``.
"""


@dataclass
class User:
    """An account."""

    login: str
    emails: tuple[str, ...] = ()
    type: Literal["User", "Bot"] = "User"


@dataclass(frozen=True)
class Note:
    """A review or a comment."""

    id: int
    user: str
    at: datetime
    kind: Literal["review", "review_comment", "comment"]


@dataclass
class Pull:
    """A pull request. Its commits stay known when its branch is gone."""

    number: int
    title: str
    branch: str
    user: str
    created_at: datetime
    updated_at: datetime
    base_sha: str
    head_sha: str
    fork: str = ""
    """Full name of the repository its branch is in, where that is another."""
    merged_at: datetime | None = None
    merged_by: str = ""
    merge_sha: str = ""
    notes: list[Note] = field(default_factory=list)


@dataclass
class Milestone:
    """A milestone; open until it is closed."""

    number: int
    title: str
    closed_at: datetime | None = None


@dataclass
class Hosted:
    """A repository with its pull requests and milestones."""

    id: int
    full_name: str
    path: Path
    default_branch: str = "main"
    is_fork: bool = False
    is_archived: bool = False
    pulls: dict[int, Pull] = field(default_factory=dict)
    milestones: list[Milestone] = field(default_factory=list)

    def milestone(self, title: str, closed_at: datetime | None = None) -> Milestone:
        """Add one."""
        self.milestones.append(Milestone(len(self.milestones) + 1, title, closed_at))
        return self.milestones[-1]

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    def pull(self, number: str) -> Pull | None:
        """The pull request of that number."""
        return self.pulls.get(int(number)) if number.isdecimal() else None

    def commits(self, pull: Pull) -> list[history.Commit]:
        """What the pull request brings, oldest first."""
        self.refresh(pull)
        return history.between(self.path, pull.base_sha, pull.head_sha)

    def refresh(self, pull: Pull) -> None:
        """Follow the branch, as long as it is there and not merged."""
        tip = history.tips(self.path).get(pull.branch)
        if pull.merged_at is None and not pull.fork and tip and tip != pull.head_sha:
            pull.head_sha = tip
            pull.base_sha = history.merge_base(self.path, self.default_branch, tip)
            # An older commit may have been pushed now.
            pull.updated_at = max(pull.updated_at, history.one(self.path, tip).committed_at)


@dataclass
class App:
    """A GitHub App: who signs with the key that belongs to *public_key* may have tokens where it is installed."""

    id: str
    public_key: bytes
    """PEM."""
    installations: dict[int, str] = field(default_factory=dict)
    """The account it is installed for, by the number of the installation."""


class Books:
    """All of one forge. Tests change it through these methods; who asks over HTTP only reads."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Hosted] = {}
        self.tokens: dict[str, frozenset[str] | None] = {}
        """What each token may read: those repositories, or with None all."""
        self.apps: dict[str, App] = {}
        self._last_id = 1000

    def load(self, seed: Mapping[str, Any], beside: Path = Path()) -> None:
        """Add what *seed* holds (see ``SEED``); folders count from *beside*."""
        for one in seed.get("users", ()):
            self.add_user(one["login"], *one.get("emails", ()), type=one.get("type", "User"))
        for token in seed.get("tokens", ()):
            self.tokens[token] = None
        for one in seed.get("repositories", ()):
            hosted = self.host(
                one["full_name"], beside / one["git"], default_branch=one.get("default_branch", "main"),
                is_fork=one.get("fork", False), is_archived=one.get("archived", False),
            )  # fmt: skip
            for raw in one.get("pulls", ()):
                self._load_pull(hosted, raw)

    def _load_pull(self, hosted: Hosted, raw: Mapping[str, Any]) -> None:
        pull = self.open(
            hosted, raw["head"], raw["title"], raw["user"], datetime.fromisoformat(raw["created_at"])
        )
        for note in raw.get("notes", ()):
            self.note(pull, note["user"], datetime.fromisoformat(note["at"]), note["kind"])
        if raw.get("merged_at"):
            at = datetime.fromisoformat(raw["merged_at"])
            self.merge(pull, raw.get("merged_by") or raw["user"], at, raw["merge_commit_sha"])

    def add_user(self, login: str, *emails: str, type: Literal["User", "Bot"] = "User") -> User:  # noqa: A002
        self.users[login.lower()] = user = User(login, emails, type)
        return user

    def host(
        self,
        full_name: str,
        path: Path,
        *,
        default_branch: str = "main",
        is_fork: bool = False,
        is_archived: bool = False,
    ) -> Hosted:
        """Show the repository at *path* as *full_name*."""
        history.git(path, "rev-parse", "--git-dir")
        hosted = Hosted(self.next_id(), full_name, path, default_branch, is_fork, is_archived)
        self.repositories[full_name.lower()] = hosted
        return hosted

    def shown(self, full_name: str, token: str) -> Hosted | None:
        """The repository, if *token* may read it: otherwise it is as if there were none."""
        allowed = self.tokens[token]
        name = full_name.lower()
        return self.repositories.get(name) if allowed is None or name in allowed else None

    def open(
        self,
        hosted: Hosted,
        branch: str,
        title: str,
        user: str,
        at: datetime,
        *,
        fork: str = "",
        head: str = "",
    ) -> Pull:
        """Open a pull request for *branch*; of a *fork*, whose branches are not here, name its last commit: *head*."""
        head = history.resolve(hosted.path, head or branch)
        base = history.merge_base(hosted.path, hosted.default_branch, head)
        pull = Pull(len(hosted.pulls) + 1, title, branch, user, at, at, base, head, fork)
        hosted.pulls[pull.number] = pull
        return pull

    def note(
        self, pull: Pull, user: str, at: datetime, kind: Literal["review", "review_comment", "comment"]
    ) -> None:
        """Somebody reviewed or commented."""
        pull.notes.append(Note(self.next_id(), user, at, kind))
        pull.updated_at = max(pull.updated_at, at)

    def merge(self, pull: Pull, by: str, at: datetime, sha: str) -> None:
        """It was merged; *sha* is what that made on the default branch."""
        pull.merged_at, pull.merged_by, pull.merge_sha = at, by, sha
        pull.updated_at = max(pull.updated_at, at)

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def account(self, email: str) -> User | None:
        """Whose address it is."""
        private = email.lower().partition("@users.noreply.")
        login = private[0].rpartition("+")[2] if private[1] else ""
        for user in self.users.values():
            if email.lower() in user.emails or (login and user.login.lower() == login):
                return user
        return None


def read_seed(path: Path) -> dict[str, Any]:
    """A seed from a JSON file."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no seed: a JSON object with repositories")
    return found
