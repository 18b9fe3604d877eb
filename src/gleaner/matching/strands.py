"""What a commit or a touch of a pull request is certainly for, before its day is matched. Pure.

What counts as certain is what matching takes for proof alone: the first rule that fits, or the code of just one of the
person's projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from gleaner.capture.strands import UNCERTAIN, Strand, StrandOf
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import ProjectId, UserId
from gleaner.core.time import ZERO, Span
from gleaner.matching.index import Index
from gleaner.matching.rules import Rule

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def strand_of(index: Index, rules: Sequence[Rule]) -> StrandOf:
    """The strand of anybody's commit or touch, told by *rules* and by the codes of the catalog.

    The branch is asked first, then the title of the pull request, then the commit's subject. A subject counts only
    with an issue's key: a code alone in it ("API", "WEB") is too often just a word. Who may not log to a project is
    never told it.
    """

    @cache
    def mine(user_id: UserId) -> frozenset[ProjectId]:
        return frozenset(project.id for project in index.projects(user_id))

    @cache
    def on_branch(user_id: UserId, repository: str, branch: str) -> Strand:
        seen = _on(user_id, repository, branch)
        rule = next((rule for rule in rules if rule.fits(seen)), None)
        if rule is not None and rule.project_id in mine(user_id):
            return Strand(str(rule.project_id), is_ruled=True)
        return _only(index.named(branch) & mine(user_id))

    def strand(user_id: UserId, repository: str, branch: str, title: str, subject: str) -> Strand:
        found = on_branch(user_id, repository, branch)
        if found is UNCERTAIN and title:
            found = _only(index.named(title) & mine(user_id))
        if found is UNCERTAIN and subject:
            found = _only(index.named(subject, only_issues=True) & mine(user_id))
        return found

    return strand


def _only(named: frozenset[ProjectId]) -> Strand:
    return Strand(str(next(iter(named)))) if len(named) == 1 else UNCERTAIN


def _on(user_id: UserId, repository: str, branch: str) -> Activity:
    """Work on that branch and nothing else, for rules to look at."""
    branches = (branch,) if branch else ()
    title = f"{repository}: {branch}" if branch else repository
    detail = Coding(repository, branches, 0, (), ZERO, ZERO, ZERO, "")
    return Activity("", "", user_id, Span(_NEVER, _NEVER), title, detail)
