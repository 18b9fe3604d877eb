"""The sentences and notes people read about a day."""

from __future__ import annotations

import re

from gleaner.core.activities import Activity, Coding

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
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
    # What nobody sees may turn writing direction around, so that a title poses as another, or hide an address.
    seen = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    line = " ".join(word for word in seen.split() if not _is_private(word))
    return line if len(line) <= LONGEST_NOTE else f"{line[: LONGEST_NOTE - 1]}…"


def _is_private(word: str) -> bool:
    """Whether *word* is an address or a link, which may hold a key to what it leads to."""
    # By hand: the same as a regular expression takes minutes for a word of some thousand letters.
    plain_at = word.replace("\uff20", "@")
    at = plain_at.find("@", 1)
    is_address = at > 0 and "." in plain_at[at + 2 : -1]
    return is_address or "://" in word or "www." in word.lower()
