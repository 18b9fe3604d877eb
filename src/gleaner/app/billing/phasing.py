"""Phases of projects that somebody says are done."""

from __future__ import annotations

from datetime import date

from gleaner.app.account import Account
from gleaner.app.billing.ruling import rules_of
from gleaner.app.billing.seeing import bills_of
from gleaner.app.finding import find_project
from gleaner.core.catalog import Project
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase


def mark_phase(account: Account, project: str, name: str, done_on: date | None) -> tuple[Project, list[str]]:
    """Say that a phase was done on that day, or with None that it is not; the project, and the rules that wait for it.

    Raises ConfigError for a project nobody knows, or a phase without a name.
    """
    found = find_project(project, account.catalog)
    wanted = name.strip().casefold()
    if not wanted or len(wanted) > 80:
        raise ConfigError(phrase("the phase needs a name of at most 80 characters"))
    bills_of(account).mark_phase(found.id, wanted, done_on, account.clock.now())
    of_project = (one for one in rules_of(account) if found.id in one.projects)
    return found, [
        one.name for one in of_project if wanted in (each.casefold() for each in one.trigger.phases)
    ]
