"""Addresses as commits and forges write them, in the one form that people are found by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_NUMBERED = re.compile(
    r"^(?:\d+\+(?=[^@]+@users\.noreply\.)|\d+-(?=[^@]+@users\.noreply\.(?!github\.com$)))", re.IGNORECASE
)
_TRAILER = re.compile(r"^co-authored-by:(?P<who>.*)$", re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=4096)
def plain(address: str) -> str:
    """*address* in small letters, and a forge's private one without the account's number.

    GitHub writes ``12+ana@users.noreply.github.com``, GitLab ``12-ana@users.noreply.gitlab.com``; older commits and
    whoever knows the login only have no number. One alias finds all of them.

    >>> plain("12+Ana@users.noreply.github.com"), plain("12-ana@users.noreply.gitlab.com")
    ('ana@users.noreply.github.com', 'ana@users.noreply.gitlab.com')
    >>> plain("42-labs@users.noreply.github.com")
    '42-labs@users.noreply.github.com'
    """
    return _NUMBERED.sub("", address.strip().lower())


def private_address(login: str, host: str) -> str:
    """The address that stands for *login* where no other is known.

    >>> private_address("Ana", "github.com")
    'ana@users.noreply.github.com'
    """
    return plain(f"{login}@users.noreply.{host}")


def addresses(people: Iterable[str]) -> tuple[str, ...]:
    """The addresses in ``Name <address>`` texts, each once, in order of the alphabet."""
    found = set()
    for text in people:
        address = plain(text[text.rfind("<") + 1 :].partition(">")[0])
        if "@" in address and " " not in address:
            found.add(address)
    return tuple(sorted(found))


def co_authors(message: str) -> tuple[str, ...]:
    """Who a commit's *message* says took part, by the trailers of its last paragraph.

    >>> co_authors("Fix login\\n\\nCo-authored-by: Bob <Bob@lark.example>")
    ('bob@lark.example',)
    """
    _, blank, last = message.strip().replace("\r\n", "\n").rpartition("\n\n")
    return addresses(found["who"] for found in _TRAILER.finditer(last)) if blank else ()
