"""Sentences that can be said again in another language: the English text, with its template and what was put in.

A :class:`Phrase` *is* its English text, so that whatever compares, stores or shows sentences need not know of it.
What is put in stays data: it is never read as a template, whatever braces or words are in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Protocol, Self, cast

from gleaner.core.time import lasting, spoken, spoken_day

Value = str | int | float | Decimal | date | time | timedelta
"""What can be put in; a string may be a phrase itself."""
BEGUN = "begun"
"""``{said:begun}``: with a capital, as a sentence begins."""
_PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([^{}]*))?\}")


class Speaks(Protocol):
    """A language, as far as phrases need it."""

    def template(self, english: str) -> str: ...

    def written(self, value: Value, form: str) -> str: ...


class Phrase(str):
    """An English sentence that knows what it was made of."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Value]

    def __new__(cls, template: str, values: Mapping[str, Value]) -> Self:
        made = super().__new__(cls, _filled(template, values, _ENGLISH))
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, Value]]:  # type: ignore[override]  # ours takes two
        return self.template, self.values


def phrase(template: str, /, **values: Value) -> Phrase:
    """*template* with *values* put in: each ``{name}``, or ``{name:.2f}`` with the form of a number or a day.

    >>> phrase("{n} of {title}", n=2, title="{n} {evil.__class__}")
    '2 of {n} {evil.__class__}'
    """
    return Phrase(template, values)


def joined(between: str, parts: Iterable[str]) -> str:
    """*parts* as one sentence, each of which is said again by itself."""
    values = {f"part_{place}": part for place, part in enumerate(parts)}
    return Phrase(between.join(f"{{{name}}}" for name in values), cast("Mapping[str, Value]", values))


def lasted(duration: timedelta) -> str:
    """:func:`gleaner.core.time.lasting` as a phrase: ``3 s``, ``2 h 05``, ``3 days``."""
    if duration < timedelta(days=2):
        return lasting(duration)
    return phrase("{n} days", n=duration.days)


def begun(sentence: str) -> str:
    """*sentence* with a capital, unless it begins with an address or a quotation."""
    return phrase("{said:begun}", said=sentence) if isinstance(sentence, Phrase) else _begun(sentence)


def again(sentence: str, language: Speaks) -> str:
    """*sentence* in *language*; as it is where it is no phrase."""
    if not isinstance(sentence, Phrase):
        return sentence
    return _filled(language.template(sentence.template), sentence.values, language)


def is_neutral(template: str) -> bool:
    """Whether there is no word in it, so that it is the same in each language.

    >>> is_neutral("{first:begun}. {second}"), is_neutral("{n} h")
    (True, False)
    """
    return not any(letter.isalpha() for letter in _PLACE.sub("", template))


@lru_cache(maxsize=2000)
def _pieces(template: str) -> tuple[tuple[str, str, str], ...]:
    """Literal text, the name of the place after it, and its form."""
    found, at = [], 0
    for place in _PLACE.finditer(template):
        found.append((template[at : place.start()], place[1], place[2] or ""))
        at = place.end()
    return (*found, (template[at:], "", ""))


def _filled(template: str, values: Mapping[str, Value], language: Speaks) -> str:
    parts = []
    for literal, name, form in _pieces(template):
        parts.append(literal)
        if not name:
            continue
        value = values[name]
        if isinstance(value, str):
            said = again(value, language)
            parts.append(_begun(said) if form == BEGUN else said)
        else:
            parts.append(language.written(value, form))
    return "".join(parts)


def _begun(text: str) -> str:
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text if "@" in first else text[:1].upper() + text[1:]


class _English:
    def template(self, english: str) -> str:
        return english

    def written(self, value: Value, form: str) -> str:
        if isinstance(value, timedelta):
            return spoken(value)
        if isinstance(value, date):
            return f"{value:{form}}" if form else spoken_day(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return format(value, form)


_ENGLISH = _English()


# --- kept beside what is stored -------------------------------------------------------------------------------------


def kept(sentence: Phrase) -> dict[str, Any]:
    """*sentence* as JSON has it."""
    return {
        "template": sentence.template,
        "values": {name: _kept(one) for name, one in sentence.values.items()},
    }


def _kept(value: Value) -> object:
    match value:
        case Phrase():
            return kept(value)
        case str() | int() | float():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case timedelta():
            return {"seconds": value.total_seconds()}
        case time():
            return {"time": value.isoformat()}
        case _:
            return {"date": value.isoformat()}


def restored(sentence: str, found: object) -> str:
    """*sentence* as the phrase that was kept of it; as it is where that is garbage or says something else."""
    try:
        made = _restored(found)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, RecursionError):
        return sentence
    return made if isinstance(made, Phrase) and made == sentence else sentence


def _restored(found: Any) -> Value:
    if not isinstance(found, dict):
        if isinstance(found, str | int | float):
            return found
        raise TypeError
    if "template" in found:
        return Phrase(found["template"], {name: _restored(one) for name, one in found["values"].items()})
    ((kind, value),) = found.items()
    match kind:
        case "decimal":
            return Decimal(value)
        case "seconds":
            return timedelta(seconds=value)
        case "time":
            return time.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case _:
            raise ValueError(kind)
