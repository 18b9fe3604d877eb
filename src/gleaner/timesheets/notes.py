"""What an entry's notes say, by template: for a project, a client or everything, from a closed list of placeholders.

The list is closed because a client may read the notes on an invoice: no address, nobody's name but the client's own, no
description, nothing private can get in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gleaner.core.activities import Activity, Coding, Kind
from gleaner.core.catalog import ClientId, ProjectId, Slot
from gleaner.timesheets.text import branch_topic, entry_notes, plain

PLACEHOLDERS: Mapping[str, str] = {
    "title": "what the event is called, or what the branches are about",
    "issue": "the issue's key in title or branch, such as APL-12",
    "project": "the project's name",
    "code": "the project's code",
    "client": "the client's name",
    "task": "the task's name",
    "repository": "the repository's name; empty for meetings",
}
"""All there is, with what each becomes."""
_FIELD = re.compile(r"\{([^{}]*)\}")
_ISSUE = re.compile(r"(?<![^\W_])[A-Z][A-Z0-9]+-\d+(?![^\W_])")
_LOOSE = " \t:;,|/·–—-"
"""What is left over at the ends when a placeholder is empty."""
_EMPTY_PAIR = re.compile(r"\(\s*\)|\[\s*\]")


@dataclass(frozen=True)
class Template:
    """Notes for entries on one project, of one client, or all; None and empty leave it open."""

    text: str
    project_id: ProjectId | None = None
    client_id: ClientId | None = None
    kind: Kind | None = None

    def fits(self, activity: Activity, slot: Slot) -> bool:
        """Whether it is for such work on that project."""
        return (
            self.project_id in (None, slot.project.id)
            and self.client_id in (None, slot.client.id)
            and self.kind in (None, activity.kind)
        )


def mistake(text: str) -> str:
    """What is wrong with a template, in a sentence; empty when nothing is.

    >>> mistake("{issue} {tittle}")
    'there is no "{tittle}". Did you mean "{title}"?'
    """
    for name in _FIELD.findall(text):
        if name not in PLACEHOLDERS:
            close = get_close_matches(name, PLACEHOLDERS, n=1)
            return f'there is no "{{{name}}}".' + (f' Did you mean "{{{close[0]}}}"?' if close else "")
    if re.search(r"[{}]", _FIELD.sub("", text)):
        return "a brace is open or closed alone; placeholders are written {title}"
    return "" if text.strip() else "it is empty; write {title} for what was seen"


def notes(activity: Activity, slot: Slot | None, templates: Iterable[Template] = ()) -> str:
    """What an entry for *activity* on *slot* says: by the first of *templates* that fits, else as without any."""
    if slot is not None:
        for template in templates:
            if template.fits(activity, slot):
                return _filled(template.text, activity, slot) or entry_notes(activity)
    return entry_notes(activity)


def _filled(text: str, activity: Activity, slot: Slot) -> str:
    detail = activity.detail
    branches = detail.branches if isinstance(detail, Coding) else ()
    said = " ".join((plain(activity.title), *(branch_topic(branch) for branch in branches)))
    issue = _ISSUE.search(said)
    values = {
        "title": entry_notes(activity),
        "issue": issue[0] if issue else "",
        "project": slot.project.name,
        "code": slot.project.code,
        "client": slot.client.name,
        "task": slot.task.name,
        "repository": detail.repository if isinstance(detail, Coding) else "",
    }
    # In one go: what was seen may itself contain something in braces.
    whole = _FIELD.sub(lambda found: plain(values.get(found[1], "")), text)
    return plain(_EMPTY_PAIR.sub("", whole)).strip(_LOOSE)
