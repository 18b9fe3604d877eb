"""What is kept of one repository between looks, so that a look asks only for what is new.

Commits never change; a pull request that was read once is read again when its ``updated_at`` did; a branch whose last
commit is known has nothing new. What the last look did not need is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from gleaner.capture.forges.nouns import Made, Pull, Said, pull_of
from gleaner.capture.forges.session import Answers
from gleaner.capture.gitlog.history import Churn
from gleaner.capture.source import Cache

_VERSION = 1


@dataclass(frozen=True)
class Walk:
    """The commits a branch's last one stands on, as far back as *since*."""

    since: datetime
    shas: tuple[str, ...]


@dataclass(frozen=True)
class Inside:
    """What was read of one pull request."""

    pull: Pull
    shas: tuple[str, ...]
    said: tuple[Said, ...]
    is_settled: bool
    """False: it changed right before it was read, so it may have changed again with the same ``updated_at``."""


@dataclass
class Kept:
    """Made by :meth:`load`; what is put into it is there at the next look, once it was saved."""

    answers: Answers
    commits: dict[str, Made] = field(default_factory=dict)
    walks: dict[str, Walk] = field(default_factory=dict)
    pulls: dict[int, Inside] = field(default_factory=dict)
    churn: dict[str, Churn] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    _before: bytes = b""

    @classmethod
    def load(cls, cache: Cache, key: str) -> Kept:
        """What the last look kept; nothing when there is none, or it is no text of this version."""
        text = cache.get(key) or b"{}"
        try:
            raw = json.loads(text)
        except ValueError:
            raw = {}
        if raw.get("version") != _VERSION:
            return cls(Answers({}))
        return cls(
            answers=Answers(raw["answers"]),
            commits={sha: _made(sha, one) for sha, one in raw["commits"].items()},
            walks={
                sha: Walk(datetime.fromisoformat(since), tuple(shas))
                for sha, (since, shas) in raw["walks"].items()
            },
            pulls={int(number): _inside(one) for number, one in raw["pulls"].items()},
            churn={sha: Churn(lines, part) for sha, (lines, part) in raw["churn"].items()},
            addresses=raw["addresses"],
            _before=text,
        )

    def save(self, cache: Cache, key: str) -> None:
        """Keep what is here now, where it differs from what was loaded."""
        used = {sha for walk in self.walks.values() for sha in walk.shas}
        used |= {sha for one in self.pulls.values() for sha in one.shas}
        text = json.dumps(
            {
                "version": _VERSION,
                "answers": self.answers.now,
                "commits": {sha: _raw_made(one) for sha, one in self.commits.items() if sha in used},
                "walks": {sha: (walk.since.isoformat(), walk.shas) for sha, walk in self.walks.items()},
                "pulls": {number: asdict(one) for number, one in self.pulls.items()},
                "churn": {sha: (one.lines, one.part) for sha, one in self.churn.items() if sha in used},
                "addresses": self.addresses,
            },
            default=datetime.isoformat,
        ).encode()
        if text != self._before:
            cache.put(key, text)


def _raw_made(made: Made) -> list[Any]:
    return [
        made.parents, made.email, made.authored_at.isoformat(), made.subject, made.co_authors, made.login,
        made.is_bot,
    ]  # fmt: skip


def _made(sha: str, raw: list[Any]) -> Made:
    parents, email, authored_at, subject, others, login, is_bot = raw
    return Made(
        sha, tuple(parents), email, datetime.fromisoformat(authored_at), subject, tuple(others), login, is_bot
    )


def _inside(raw: Mapping[str, Any]) -> Inside:
    said = tuple(
        Said(one["number"], one["login"], datetime.fromisoformat(one["at"]), one["kind"])
        for one in raw["said"]
    )
    return Inside(pull_of(raw["pull"]), tuple(raw["shas"]), said, raw["is_settled"])
