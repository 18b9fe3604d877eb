"""The sentences and notes people read about a day."""

from __future__ import annotations

import re

from gleaner.core.activities import Activity, Coding

_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_LINK = re.compile(r"https?://\S+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_ISSUE = re.compile(r"[A-Z][A-Z0-9]+-\d+(?![^-_])")
_SHARED = frozenset(
    {"main", "master", "develop", "dev", "trunk", "release", "releases", "staging", "production"}
)
LONGEST_NOTE = 200


def entry_notes(activity: Activity) -> str:
    """What a time entry says of *activity*: what a client may read, without addresses, links or control characters."""
    if not isinstance(activity.detail, Coding):
        return plain(activity.title)
    coding = activity.detail
    topics = list(dict.fromkeys(topic for branch in coding.branches if (topic := branch_topic(branch))))
    if not topics:
        topics = [line for line in activity.description.splitlines() if line.strip()][:2]
    return plain(", ".join(topics) or coding.repository)


def branch_topic(branch: str) -> str:
    """What a branch is about, in words; empty for branches that only say where work is collected.

    >>> branch_topic("feat/APL-12-login_form"), branch_topic("main"), branch_topic("release/1.x")
    ('APL-12 login form', '', '')
    """
    kind, _, name = branch.rpartition("/")
    if kind in _SHARED or name in _SHARED:
        return ""
    key = _ISSUE.match(name)
    rest = name[key.end() :] if key else name
    words = " ".join(rest.replace("_", "-").split("-")).strip()
    return f"{key[0]} {words}".strip() if key else words


def plain(text: str) -> str:
    """*text* as one short line: no addresses, no links, nothing that changes how it is shown.

    >>> plain("Review with bo@acme.example https://meet.example/x\\x07")
    'Review with'
    """
    # Control characters include the ones that turn writing direction around: a title could pose as another.
    line = " ".join(_LINK.sub("", _ADDRESS.sub("", _CONTROL.sub(" ", text))).split())
    return line if len(line) <= LONGEST_NOTE else f"{line[: LONGEST_NOTE - 1]}…"
