"""Rules made in a review: "never for this series", "always this project for this repository". Pure.

A made rule is about one person's work. There is one for each series, title or repository: the newest word counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.matching.rules import Rule, literally

What = Literal["series", "title", "repository"]
Effect = Literal["always", "never"]


@dataclass(frozen=True)
class MadeRule:
    """One rule, and who made it of which decision."""

    id: str
    """What a person types to name it."""
    user_id: UserId
    """Whose work it is about."""
    effect: Effect
    what: What
    value: str
    """The series' UID, the title as it was, or the repository's name."""
    title: str
    """What people call it: a series by the title it had. Untrusted text."""
    by: str
    """Address of whoever made it."""
    made_at: datetime
    project_id: ProjectId | None = None
    """None: never propose it."""
    task_id: TaskId | None = None

    def fits(self, activity: Activity) -> bool:
        """Whether *activity* is that person's, and of that series, title or repository."""
        if activity.user_id != self.user_id:
            return False
        match activity.detail:
            case Meeting(series=series):
                return (self.what == "series" and series == self.value) or (
                    self.what == "title" and activity.title.casefold() == self.value.casefold()
                )
            case Coding(repository=repository):
                return self.what == "repository" and repository == self.value

    @property
    def condition(self) -> str:
        """``every meeting of the series "Weekly"``."""
        match self.what:
            case "series":
                return f'every meeting of the series "{self.title}"'
            case "title":
                return f'every meeting called "{self.title}"'
            case "repository":
                return f"all work in the repository {self.title}"

    def as_rule(self) -> Rule | None:
        """The same for matching; None for a rule that leaves out."""
        if self.project_id is None:
            return None
        pattern = literally(self.value)
        return Rule(
            self.project_id,
            self.task_id,
            self.id,
            title=pattern if self.what == "title" else "",
            repository=pattern if self.what == "repository" else "",
            series=self.value if self.what == "series" else "",
            user_id=self.user_id,
            said=self.condition,
        )


def rule_id(user_id: UserId, what: What, value: str) -> str:
    """The short name of the rule about that; the same however often it is made."""
    return hashlib.sha256(f"{user_id}\x1f{what}\x1f{value}".encode()).hexdigest()[:6]


def value_of(activity: Activity, what: What) -> str:
    """What of *activity* a rule about *what* goes by; empty where it has none."""
    match activity.detail:
        case Meeting(series=series):
            return {"series": series, "title": activity.title}.get(what, "")
        case Coding(repository=repository):
            return repository if what == "repository" else ""


def left_out(
    activities: Iterable[Activity], rules: Sequence[MadeRule], but: Collection[str] = ()
) -> tuple[list[Activity], list[tuple[Activity, MadeRule]]]:
    """*activities* without those that one of *rules* never wants proposed, and those with the rule.

    What has a key in *but* stays: it is logged already, and a rule is no reason to take it back.
    """
    nevers = [rule for rule in rules if rule.effect == "never"]
    kept, out = list[Activity](), list[tuple[Activity, MadeRule]]()
    for activity in activities:
        rule = next((one for one in nevers if one.fits(activity)), None)
        if rule is None or activity.key in but:
            kept.append(activity)
        else:
            out.append((activity, rule))
    return kept, out
