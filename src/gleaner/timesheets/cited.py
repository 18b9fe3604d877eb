"""Figures in an answer that somebody else wrote, checked against what they were told.

Pure. A figure holds when its sentence names a source in brackets, such as ``[day 2026-03-10]``, and stands in what that
source said. Numbers written as words are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

_FIGURE = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:[.,:]\d+)*")
_SOURCE = re.compile(r"\[([^\]\n]{1,80})\]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?!\[)|\n+")


def unsupported(answer: str, sources: Mapping[str, object]) -> tuple[str, ...]:
    """The figures in *answer* that do not stand in what their sentence's sources said; in order, each once.

    *sources* is what was told, as plain JSON, by the names that may stand in brackets.

    >>> told = {"day 2026-03-10": {"on": "2026-03-10", "expected": 8.0, "logged": 5.5}}
    >>> unsupported("On 2026-03-10 5,5 of 8 h are logged [day 2026-03-10].", told)
    ()
    >>> unsupported("2.5 h are missing [day 2026-03-10]. You logged 5.5 h.", told)
    ('2.5', '5.5')
    """
    known = {name: frozenset(_figures_in(said)) | _days(name) for name, said in sources.items()}
    found: dict[str, None] = {}
    for sentence in _SENTENCE.split(answer):
        named = [name.strip() for name in _SOURCE.findall(sentence)]
        holds = frozenset[str]().union(*(known[name] for name in named if name in known))
        for figure in _FIGURE.findall(_without_sources(sentence, known)):
            if _plain(figure) not in holds:
                found[figure] = None
    return tuple(found)


def _without_sources(sentence: str, known: Iterable[str]) -> str:
    """What stands in brackets and is no source was said like everything else."""
    return _SOURCE.sub(lambda found: " " if found[1].strip() in known else found[0], sentence)


def _days(name: str) -> frozenset[str]:
    """The days in a source's name; other numbers there may be the asker's own."""
    return frozenset(one for one in _FIGURE.findall(name) if "-" in one)


def _figures(text: str) -> frozenset[str]:
    return frozenset(_plain(one) for one in _FIGURE.findall(text))


def _figures_in(said: object) -> Iterator[str]:
    match said:
        case bool() | None:
            return
        case int() | float() | Decimal():
            yield _plain(str(said))
        case str():
            yield from _figures(said)
        case Mapping():
            for inner in said.values():
                yield from _figures_in(inner)
        case list() | tuple():
            for inner in said:
                yield from _figures_in(inner)


def _plain(figure: str) -> str:
    """The same for 8, 8.0, 8,00 and 08; other forms as they are."""
    whole, _, rest = figure.replace(",", ".").partition(".")
    if not whole.isdigit() or (rest and not rest.isdigit()):
        return figure
    rest = rest.rstrip("0")
    return f"{int(whole)}.{rest}" if rest else str(int(whole))
