"""Words of titles, names and notes, ready to compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def words(text: str) -> tuple[str, ...]:
    """The words of *text* in order: lower case, accents folded, punctuation gone.

    >>> words("Café-Relaunch: APL-12 (w/ Bo)")
    ('cafe', 'relaunch', 'apl', '12', 'w', 'bo')
    """
    return _words(text[:2000])


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return tuple(_WORD.findall(plain))


# Words that say nothing about which project it was. English and German, as people title meetings.
_EMPTY = frozenset(
    words("""
    a an and at by for from in is it of on or our re the to w with your we us my me per vs via new next
    der die das den dem ein eine und mit im am zum zur von vom für auf bei aus an zu
    call calls meeting meetings sync syncs catch up catchup chat check checkin quick weekly biweekly daily
    monthly standup stand status update session discussion review planning plan kickoff kick off follow
    followup prep touch base huddle workshop intro jour fixe besprechung termin abstimmung wöchentlich runde
    private event busy appointment privat termine treffen austausch
    feat fix chore bug bugfix feature hotfix refactor docs test tests merge branch main master develop wip
    """)
)


def telling(text: str) -> frozenset[str]:
    """The words of *text* that may tell projects apart: no filler, no bare numbers, at least two letters.

    >>> sorted(telling("Weekly sync with Acme, 2026"))
    ['acme']
    """
    return frozenset(
        word for word in words(text) if word not in _EMPTY and len(word) > 1 and not word.isdigit()
    )


def initials(name: str) -> str:
    """The abbreviation people make of a name of several words; empty for one word.

    >>> initials("Northwind Harbour Portal"), initials("Portal")
    ('nhp', '')
    """
    parts = words(name)
    return "".join(part[0] for part in parts) if len(parts) > 1 else ""


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1: by their telling words, or a little less by all their words.

    >>> similarity("Apollo design review", "design review"), similarity("Sync Acme", "Sync Beta")
    (0.9, 0.45)
    """
    by_telling = _shared(telling(first), telling(second))
    by_all = _shared(frozenset(words(first)), frozenset(words(second)))
    return max(by_telling, round(0.9 * by_all, 4))


def _shared(one: frozenset[str], two: frozenset[str]) -> float:
    """Notes are often shorter than titles: two words or more of the shorter one have to be in the longer one."""
    common = len(one & two)
    if not common:
        return 0.0
    return common / (min(len(one), len(two)) if common >= 2 or one == two else max(len(one), len(two)))


def normalised(text: str) -> str:
    """*text* as the key of "the same title again": words joined, dates and counters dropped.

    >>> normalised("Sprint 14 Planning – 3 Mar") == normalised("Sprint 15 planning - 17 Mar")
    True
    """
    return " ".join(word for word in words(text) if not any(letter.isdigit() for letter in word))


def mentions(name: str, text: Iterable[str]) -> bool:
    """Whether every telling word of *name* stands among the words *text*."""
    needed = telling(name)
    return bool(needed) and needed <= frozenset(text)
