"""Which time zone a calendar means by a name.

Calendars write zones as IANA names, Windows names, IANA names behind a vendor's prefix, or names of their
own with a VTIMEZONE that defines them. The first three become IANA names. A calendar's own definition gets
a name made from its content, because icalendar remembers definitions by name for the whole process, and
two calendars may both call different rules "Customized Time Zone".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from gleaner.core.errors import ConfigError
from gleaner.core.time import zone as zone_named

_TZID = re.compile(r';TZID=("[^"]*"|[^;:"]*)', re.IGNORECASE)


class Zones:
    """The zones of one calendar. *fallback* is the IANA name used where a name means nothing."""

    def __init__(self, definitions: Mapping[str, tuple[str, ...]], fallback: str) -> None:
        self._definitions = definitions
        self._fallback = fallback
        self._names: dict[str, str] = {}
        self._own: dict[str, tuple[str, ...]] = {}
        self.unknown: set[str] = set()
        """Names met so far that nobody could explain; they were read in the fallback zone."""

    def rewrite(self, lines: Iterable[str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """*lines* with names that icalendar reads rightly, and the definitions these lines need."""
        used: set[str] = set()

        def name(found: re.Match[str]) -> str:
            known = self._name(found[1].strip('"').strip())
            used.add(known)
            return f";TZID={known}"

        rewritten = tuple(
            _rewrite_parameters(line, name) if ";TZID=" in line.upper() else line for line in lines
        )
        return rewritten, [self._own[known] for known in sorted(used) if known in self._own]

    def _name(self, tzid: str) -> str:
        if tzid not in self._names:
            self._names[tzid] = iana_name(tzid) or self._defined(tzid)
        return self._names[tzid]

    def _defined(self, tzid: str) -> str:
        lines = self._definitions.get(tzid)
        if lines is not None:
            location = next((line[15:] for line in lines if line.upper().startswith("X-LIC-LOCATION:")), "")
            known = iana_name(location.strip())
            if known:
                return known
            name = "Gleaner/" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
            renamed = (f"TZID:{name}", *(line for line in lines if not line.upper().startswith("TZID")))
            if _is_sound(renamed):
                self._own[name] = renamed
                return name
        self.unknown.add(tzid)
        return self._fallback


def _rewrite_parameters(line: str, name: Callable[[re.Match[str]], str]) -> str:
    """TZID only among a property's parameters, never inside its text."""
    head, colon, value = line.partition(":") if '"' not in line else _split_quoted(line)
    return _TZID.sub(name, head) + colon + value


def _split_quoted(line: str) -> tuple[str, str, str]:
    quoted = False
    for at, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:at], ":", line[at + 1 :]
    return line, "", ""


@lru_cache(maxsize=256)
def iana_name(tzid: str) -> str | None:
    """The IANA zone *tzid* means, or None.

    >>> iana_name("W. Europe Standard Time"), iana_name("/citadel.org/20210210_1/Europe/Berlin")
    ('Europe/Berlin', 'Europe/Berlin')
    """
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    cleaned = tzid.strip("/ ")
    windows = WINDOWS_TO_OLSON.get(cleaned)
    parts = cleaned.split("/")
    tails = ["/".join(parts[at:]) for at in range(len(parts))] if tzid.startswith("/") else [cleaned]
    for candidate in [windows, *tails]:
        if candidate:
            try:
                return zone_named(candidate).key
            except ConfigError:
                continue
    return None


def _is_sound(definition: tuple[str, ...]) -> bool:
    """Whether icalendar can make a zone of these lines."""
    from icalendar import Timezone

    text = "\r\n".join(("BEGIN:VTIMEZONE", *definition, "END:VTIMEZONE", ""))
    try:
        component = Timezone.from_ical(text)
        return isinstance(component, Timezone) and component.to_tz() is not None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        # Untrusted text through two libraries: what it raises is not a closed list, and all of it means no.
        return False
