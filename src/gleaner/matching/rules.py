"""Explicit rules: what a person wrote down is stronger than anything guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.phrases import phrase


@dataclass(frozen=True)
class Rule:
    """All conditions that are given must hold. Patterns are shell-like (``*``, ``?``) and ignore case."""

    project_id: ProjectId
    task_id: TaskId | None = None
    """None: the task follows from the kind of work, as without a rule."""
    name: str = ""
    title: str = ""
    calendar: str = ""
    attendee: str = ""
    """An address, or ``*@acme.example``."""
    repository: str = ""
    branch: str = ""
    user_id: UserId | None = None
    """None: for everybody."""
    series: str = ""
    """Of a rule made in a review: exactly this recurring event."""
    said: str = ""
    """Of a rule made in a review: its condition in words."""

    def fits(self, activity: Activity) -> bool:
        """Whether *activity* meets every condition."""
        if self.user_id is not None and self.user_id != activity.user_id:
            return False
        match activity.detail:
            case Meeting(calendar=calendar, series=series):
                if self.repository or self.branch:
                    return False
                return (
                    self.series in ("", series)
                    and _like(self.calendar, calendar)
                    and _like(self.title, activity.title)
                    and (not self.attendee or any(_like(self.attendee, who) for who in activity.participants))
                )
            case Coding(repository=repository, branches=branches):
                if self.calendar or self.attendee or self.series:
                    return False
                return (
                    _like(self.repository, repository)
                    and _like(self.title, activity.title)
                    and (not self.branch or any(_like(self.branch, branch) for branch in branches))
                )

    @property
    def ground(self) -> str:
        """Its name for the autonomy ladder."""
        return f"rule:{self.name or self.sentence}"

    @property
    def sentence(self) -> str:
        """The rule as its author would say it."""
        conditions = (
            ("the title is like {pattern}", self.title), ("the calendar is {pattern}", self.calendar),
            ("somebody is {pattern}", self.attendee), ("the repository is {pattern}", self.repository),
            ("the branch is like {pattern}", self.branch),
        )  # fmt: skip
        said = self.said
        for text, value in conditions if not self.said else ():
            if value:
                one = phrase(text, pattern=value)
                said = phrase("{first} and {second}", first=said, second=one) if said else one
        if self.name:
            return phrase("your rule {name}: {said}", name=self.name, said=said)
        return phrase("your rule: {said}", said=said)


def literally(text: str) -> str:
    """The pattern that only *text* itself fits, whatever it contains.

    >>> literally("[APL] why?")
    '[[]APL] why[?]'
    """
    return re.sub(r"([*?[])", r"[\1]", text)


def _like(pattern: str, text: str) -> bool:
    return not pattern or fnmatchcase(text.casefold(), pattern.casefold())
