"""The number of the next invoice or estimate.  Source: api.md §17 *Number*."""

import re
from collections.abc import Iterable

FIRST = "1"
"""What a new account begins with (uncertain)."""

_TAIL = re.compile(r"^(.*?)([0-9]+)$", re.DOTALL)


def next_number(known: Iterable[str]) -> str:
    """The largest of the *known* numbers plus one: its trailing digits are counted on, what is before them stays.

    >>> next_number(["1001", "998"]), next_number(["2026-009", "2026-010"]), next_number(["ACME-099"])
    ('1002', '2026-011', 'ACME-100')
    >>> next_number([]), next_number(["draft"])
    ('1', '1')

    Gaps are not filled.  Which is the largest when patterns are mixed is uncertain: here the trailing digits
    decide, and of equals the later one.
    """
    found = [match for match in map(_TAIL.match, known) if match and len(match[2]) < 19]
    if not found:
        return FIRST
    largest = max(reversed(found), key=lambda match: int(match[2]))
    return largest[1] + str(int(largest[2]) + 1).zfill(len(largest[2]))
