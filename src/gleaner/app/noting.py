"""The templates of ``gleaner.toml`` for entries' notes, with Harvest's ids."""

from __future__ import annotations

from gleaner import config
from gleaner.app.account import Account
from gleaner.app.finding import find_client, find_project
from gleaner.core.activities import Problem
from gleaner.core.errors import ConfigError
from gleaner.timesheets.notes import Template


def templates(account: Account) -> tuple[list[Template], list[Problem]]:
    """The templates in order, and a sentence for each whose project or client is not there: it counts for nothing."""
    found, problems = list[Template](), list[Problem]()
    for number, entry in enumerate(account.settings.notes, 1):
        try:
            found.append(_template(entry, account))
        except ConfigError as error:
            problems.append(Problem(f"{config.FILE}, notes[{number}]", error.text))
    return found, problems


def _template(entry: config.NotesSettings, account: Account) -> Template:
    catalog = account.catalog
    project = find_project(entry.project, catalog) if entry.project else None
    client = find_client(entry.client, catalog) if entry.client else None
    return Template(
        entry.template,
        project.id if project is not None else None,
        client.id if client is not None else None,
        entry.kind or None,
    )
