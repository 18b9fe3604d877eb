"""The sentences and notes people read about a day."""

from __future__ import annotations

import re

from gleaner.core.activities import Activity, Coding

_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_LINK = re.compile(r"https?://\S+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST_NOTE = 200


def entry_notes(activity: Activity) -> str:
    """What a time entry says of *activity*: what a client may read, without addresses, links or control characters."""
    said = plain(activity.title)
    if isinstance(activity.detail, Coding) and not said:
        said = activity.detail.repository
    return said


def plain(text: str) -> str:
    """*text* as one short line: no addresses, no links, nothing that changes how it is shown.

    >>> plain("Review with bo@acme.example https://meet.example/x\\x07")
    'Review with'
    """
    # Control characters include the ones that turn writing direction around: a title could pose as another.
    line = " ".join(_LINK.sub("", _ADDRESS.sub("", _CONTROL.sub(" ", text))).split())
    return line if len(line) <= LONGEST_NOTE else f"{line[: LONGEST_NOTE - 1]}…"
