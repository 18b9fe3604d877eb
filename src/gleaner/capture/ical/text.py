"""The text of a calendar, taken apart just enough to parse only what a window needs.

A calendar of ten thousand events costs seconds to parse and milliseconds to scan; and an event that is
parsed on its own cannot take the others down with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase

_FOLD = re.compile(r"\r?\n[ \t]")
_DATE = re.compile(r"\d{8}")
_BULKY = ("ATTACH", "X-ALT-DESC", "X-APPLE-STRUCTURED-DATA", "IMAGE")
MARK = "X-GLEANER-"
"""Prefix of our own notes on a component; such lines of a feed are dropped, so nobody else can write them."""


@dataclass(frozen=True)
class Block:
    """One VEVENT: its unfolded lines, without alarms and attachments."""

    lines: tuple[str, ...]
    uid: str
    title: str
    first: str
    """Day it starts, as YYYYMMDD in whatever zone; empty if it cannot be told from the text."""
    last: str
    """Day it ends; empty if it cannot be told from the text."""
    repeats: bool
    is_override: bool
    """It replaces one instance of a series (RECURRENCE-ID)."""
    sequence: int
    replaces: str = ""
    """Day of the one instance it replaces, as YYYYMMDD; empty if it replaces more, or that cannot be told."""

    def may_touch(self, first: date, last: date) -> bool:
        """False only if it surely has no time between the two days."""
        if self.repeats or not self.first or (self.is_override and not self.replaces):
            return True
        begin, end = f"{first:%Y%m%d}", f"{last:%Y%m%d}"
        if begin <= self.replaces <= end:
            return True
        return self.first <= end and (not self.last or self.last >= begin)


@dataclass(frozen=True)
class Scan:
    """A calendar's text, sorted."""

    series: Mapping[str, tuple[Block, ...]]
    """Blocks by UID, in the order of the text."""
    timezones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lines of each VTIMEZONE, by TZID."""
    own_zone: str = ""
    """X-WR-TIMEZONE."""
    is_cut_off: bool = False
    """The text ends before the calendar does."""

    @property
    def count(self) -> int:
        return sum(len(blocks) for blocks in self.series.values())


def decoded(content: bytes) -> str:
    """*content* as text: UTF-8 as the standard says, else what old Windows programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def scan(text: str) -> Scan:
    """*text* taken apart. Raises ConfigError with a predicate ("is a web page …") if it is no calendar."""
    start = text[:2000].lstrip().lower()
    if not start.startswith("begin:vcalendar"):
        if not start:
            raise ConfigError(phrase("is empty; a calendar starts with BEGIN:VCALENDAR"))
        if "<html" in start or start.startswith(("<!doctype", "<?xml", "<head")):
            raise ConfigError(
                phrase(
                    "is a web page, not a calendar: probably a login page. Use the secret iCal address, which "
                    "ends in .ics"
                )
            )
        raise ConfigError(phrase("is not a calendar: it does not start with BEGIN:VCALENDAR"))
    scanner = _Scanner()
    for line in _FOLD.sub("", text).splitlines():
        scanner.take(line.strip("\r\n\x00"))
    return scanner.result()


class _Scanner:
    def __init__(self) -> None:
        self._stack: list[str] = []
        self._lines: list[str] = []
        self._series: dict[str, list[Block]] = {}
        self._timezones: dict[str, tuple[str, ...]] = {}
        self._own_zone = ""
        self._is_cut_off = False

    def take(self, line: str) -> None:
        keyword = line[:6].upper()
        if keyword == "BEGIN:":
            self._begin(line[6:].strip().upper(), line)
        elif line[:4].upper() == "END:":
            self._end(line[4:].strip().upper(), line)
        elif self._stack and line:
            self._property(line)

    def result(self) -> Scan:
        return Scan(
            series={uid: tuple(blocks) for uid, blocks in self._series.items()},
            timezones=self._timezones,
            own_zone=self._own_zone,
            is_cut_off=self._is_cut_off or bool(self._stack),
        )

    def _begin(self, name: str, line: str) -> None:
        if name in ("VCALENDAR", "VEVENT", "VTIMEZONE"):
            # Whatever was open was never closed; its rest is lost.
            depth = {"VCALENDAR": 0}.get(name, 1)
            self._is_cut_off |= len(self._stack) > depth
            self._stack[depth:] = []
            self._lines = []
        elif self._inside("VTIMEZONE"):
            self._lines.append(line)
        self._stack.append(name)

    def _end(self, name: str, line: str) -> None:
        if name not in self._stack:
            return
        self._is_cut_off |= self._stack[-1] != name
        is_whole = self._stack[-1] == name
        del self._stack[self._stack.index(name) :]
        if name == "VEVENT" and is_whole:
            block = _block(self._lines)
            self._series.setdefault(block.uid, []).append(block)
        elif name == "VTIMEZONE" and is_whole:
            self._timezones[_value(self._lines, "TZID")] = tuple(self._lines)
        elif self._inside("VTIMEZONE"):
            self._lines.append(line)

    def _property(self, line: str) -> None:
        inside = self._stack[-1]
        if inside == "VEVENT":
            upper = line[:24].upper()
            if not upper.startswith((*_BULKY, MARK)):
                self._lines.append(line)
        elif self._inside("VTIMEZONE"):
            self._lines.append(line)
        elif inside == "VCALENDAR" and line.upper().startswith("X-WR-TIMEZONE:"):
            self._own_zone = line[14:].strip()

    def _inside(self, name: str) -> bool:
        return name in self._stack


def _block(lines: list[str]) -> Block:
    names = {re.split("[;:]", line, maxsplit=1)[0].upper() for line in lines}
    uid = _value(lines, "UID")
    start, end = _value(lines, "DTSTART"), _value(lines, "DTEND")
    sequence = _value(lines, "SEQUENCE")
    first, last = _day(start), _day(end)
    if "DTEND" not in names and "DURATION" not in names:
        last = first
    return Block(
        lines=tuple(lines),
        uid=uid or _made_up(start, _value(lines, "SUMMARY")),
        title=_value(lines, "SUMMARY"),
        # A wrong end must not hide the event: it is looked at wherever it may start.
        first=min(first, last) if last else first,
        last=max(first, last) if last else "",
        repeats=bool(names & {"RRULE", "RDATE"}),
        is_override="RECURRENCE-ID" in names,
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,
        replaces=_replaced(lines) if "RECURRENCE-ID" in names else "",
    )


def _replaced(lines: Iterable[str]) -> str:
    found = next(line for line in lines if line[:13].upper() == "RECURRENCE-ID")
    return "" if "RANGE=" in found.upper() else _day(_value([found], "RECURRENCE-ID"))


def _made_up(*parts: str) -> str:
    """A stable identity for an event that lacks the UID it must have."""
    return "no-uid-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _value(lines: Iterable[str], name: str) -> str:
    """The value of the first property called *name*, parameters left out."""
    for line in lines:
        if line[: len(name)].upper() == name and line[len(name) : len(name) + 1] in (":", ";"):
            quoted = False
            for at, char in enumerate(line):
                if char == '"':
                    quoted = not quoted
                elif char == ":" and not quoted:
                    return line[at + 1 :].strip()
    return ""


def _day(value: str) -> str:
    found = _DATE.match(value)
    return found.group() if found else ""


def calendar_text(blocks: Iterable[Iterable[str]], timezones: Iterable[Iterable[str]]) -> str:
    """A calendar that holds just these events and time zones."""
    parts = chain(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:gleaner"),
        *(("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE") for lines in timezones),
        *(("BEGIN:VEVENT", *lines, "END:VEVENT") for lines in blocks),
        ("END:VCALENDAR", ""),
    )
    return "\r\n".join(parts)


_TELLING = ("SUMMARY", "DESCRIPTION", "LOCATION", "ATTENDEE", "ORGANIZER", "COMMENT", "CONTACT", "URL", "CATEGORIES",
            "X-ALT-DESC")  # fmt: skip


def without_private_text(text: str, owner: Collection[str] = ()) -> str:
    """The same calendar, private and confidential events without any text of theirs: what may be kept on disk.

    The answer of the *owner* (their addresses, lower case) stays; it says whether they go.

    >>> private = "BEGIN:VEVENT\\r\\nSUMMARY:Doctor\\r\\nCLASS:PRIVATE\\r\\nEND:VEVENT\\r\\n"
    >>> without_private_text(private)
    'BEGIN:VEVENT\\r\\nCLASS:PRIVATE\\r\\nEND:VEVENT\\r\\n'
    """
    kept: list[str] = []
    begun: int | None = None
    for line in _FOLD.sub("", text).splitlines():
        if line.upper() == "BEGIN:VEVENT":
            begun = len(kept)
        kept.append(line)
        if line.upper() == "END:VEVENT" and begun is not None:
            event = kept[begun:]
            if any(one.upper().replace(" ", "") in _PRIVATE for one in event):
                kept[begun:] = [one for one in event if not _tells(one, owner)]
            begun = None
    return "".join(f"{line}\r\n" for line in kept)


_PRIVATE = ("CLASS:PRIVATE", "CLASS:CONFIDENTIAL")


def _tells(line: str, owner: Collection[str]) -> bool:
    name = re.split("[;:]", line, maxsplit=1)[0].upper()
    if name == "ATTENDEE" and any(line.lower().endswith(f"mailto:{address}") for address in owner):
        return False
    return name in _TELLING
