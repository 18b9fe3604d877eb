"""What may stand in a log: nothing secret, nothing private, nothing that passes for a line of its own.

Pure. It errs on the side of silence: quoted words, addresses and the paths of URLs are left out whatever they are, and
of an error only what we wrote ourselves, or the system's own words, is repeated. What somebody needs to see is in the
journal and in ``gleaner doctor``, which ask who is looking.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from pydantic import SecretStr

from gleaner.core.errors import GleanerError
from gleaner.core.secrets import Secret
from gleaner.core.text import shown

SECRET, PRIVATE, ADDRESS, LEFT_OUT = "[secret]", "[private]", "[address]", "(its text is left out)"

_PRIVATE_KEYS = frozenset(
    "title notes note description summary participants attendees email name person_name text reason why trouble"
    " evidence content offered request answer body payload url".split()
)
_SECRET_KEY = re.compile(
    r"authorization|cookie|token|secret|password|passwd|api_?key|credential", re.IGNORECASE
)

_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=:-]+", re.IGNORECASE)
_HARVEST = re.compile(r"\b\d+\.(?:at|pt|rt)\.[\w-]+")  # what its tokens look like, wherever they stand
_HEADER = re.compile(r"\b((?:proxy-)?authorization|(?:set-)?cookie)\b[\"']?\s*[:=]\s*.*", re.IGNORECASE)
_PARAMETER = re.compile(
    r"\b((?:\w+_)?(?:token|secret|password|passwd|code|api_?key|key|sig|signature))=[^\s&;,]+", re.IGNORECASE
)
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/@\"'<>]*@)?([^\s/?#\"'<>]+)([^\s\"'<>]*)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>\"'()=:,;]+@[\w-]+(?:\.[\w-]+)+")
# What databases and libraries go on with: the row, the statement, the value, the error with its words.
_QUOTING = re.compile(
    r"(traceback \(most recent call last\)|\bdetail:|\[sql:|\[parameters:|error serializing object:).*",
    re.IGNORECASE,
)
# From the first quote to the last: a title may hold some of its own.
_QUOTED = re.compile(r"\"[^\n]*\"|“[^\n]*”|«[^\n]*»|‘[^\n]*’|(?<!\w)'[^\n]*'(?!\w)")
_DEPTH = 6
_FRAMES = 25
_LONG_ENOUGH = 4


def line(words: str) -> str:
    """*words* as they may be logged, on one line.

    >>> line('Bearer abc.def was refused by https://cal.example/private-77/basic.ics for ana@studio.example')
    'Bearer [secret] was refused by https://cal.example/… for [address]'
    >>> line('"Salary talk" has no project')
    '"…" has no project'
    >>> line("fine\\n2026-03-10 error  forged")
    'fine ⏎ 2026-03-10 error  forged'
    """
    said = " ⏎ ".join(part for part in words.splitlines() if part.strip())
    said = without_secrets(_QUOTING.sub(r"\1 …", said))
    said = _ADDRESS.sub(ADDRESS, said)
    return shown(_QUOTED.sub(_emptied, said))


def without_secrets(words: str) -> str:
    """*words* without what lets anybody in; what is only private stays, for whoever may see it.

    >>> without_secrets('"Salary talk" of ana@studio.example: https://cal.example/private-77/basic.ics?key=abc')
    '"Salary talk" of ana@studio.example: https://cal.example/…'
    """
    said = _HEADER.sub(rf"\1: {SECRET}", words)
    said = _HARVEST.sub(SECRET, said)
    said = _BEARER.sub(rf"\1 {SECRET}", said)
    said = _PARAMETER.sub(rf"\1={SECRET}", _URL.sub(_host_only, said))
    # A phrase stays one, unless something was left out: it would bring that back.
    return words if said == words else said


def _host_only(found: re.Match[str]) -> str:
    scheme, host, rest = found.groups()
    return f"{scheme}{host}{'' if rest in ('', '/') else '/…'}"


def _emptied(found: re.Match[str]) -> str:
    quoted = found.group()
    return f"{quoted[0]}…{quoted[-1]}"


def fields(values: Mapping[str, object], depth: int = _DEPTH) -> dict[str, object]:
    """Each of *values* as it may be logged. What is private or secret by its name is not looked at.

    >>> fields({"account": 7, "title": "Salary talk", "token": "abc", "took": timedelta(seconds=2)})
    {'account': 7, 'title': '[private]', 'token': '[secret]', 'took': 2.0}
    """
    return {line(str(key)): _by_name(str(key), value, depth) for key, value in values.items()}


def _by_name(key: str, value: object, depth: int) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    if _SECRET_KEY.search(key):
        return SECRET
    return PRIVATE if key.lower() in _PRIVATE_KEYS else plain(value, depth)


def plain(value: object, depth: int = _DEPTH) -> object:
    """*value* as plain JSON would have it. Of objects of ours only the class: they are full of what people wrote.

    >>> plain([Secret("hush"), Decimal("1.5"), object()])
    ['[secret]', '1.5', '<object>']
    """
    match value:
        case Secret() | SecretStr():
            return SECRET
        case str():
            return line(value)
        case bytes() | bytearray():
            return f"<{len(value)} bytes>"
        case None | bool() | int() | float():
            return value
        case timedelta():
            return value.total_seconds()
        case Decimal() | date():  # a datetime is a date
            return str(value)
        case BaseException():
            return told(value)
        case Mapping() if depth:
            return fields(value, depth - 1)
        case list() | tuple() | set() | frozenset() if depth:
            return [plain(one, depth - 1) for one in value]
        case _:
            return f"<{type(value).__name__}>"


# --- errors ------------------------------------------------------------------------------------------------------


def told(error: BaseException) -> str:
    """An error in one line: its kind, and its words where they are ours or the system's.

    >>> told(ValueError("Salary talk")), told(FileNotFoundError(2, "No such file or directory", "salary.ics"))
    ('ValueError (its text is left out)', 'FileNotFoundError: No such file or directory')
    """
    kind = type(error).__name__
    words = _words(error)
    return f"{kind}: {words}" if words else f"{kind} {LEFT_OUT}"


def _words(error: BaseException) -> str:
    if isinstance(error, GleanerError):
        return line(str(error))
    if isinstance(error, OSError) and error.strerror:
        return line(str(error.strerror))
    # A database's own error quotes the row; its code says what it was.
    original = getattr(error, "orig", None)
    if isinstance(original, BaseException):
        code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
        return line(f"{type(original).__name__}{f' {code}' if code else ''}")
    return ""


def traced(error: BaseException) -> list[str]:
    """An error, where it came from, and what was behind it; a line each. No line of code and no variable."""
    return list(_traced(error, _DEPTH))


def _traced(error: BaseException, depth: int) -> Iterator[str]:
    yield told(error)
    frames = list(traceback.walk_tb(error.__traceback__))
    for frame, number in frames[-_FRAMES:]:
        yield f"  {frame.f_globals.get('__name__', '?')}:{number} in {frame.f_code.co_qualname}"
    if not depth:
        return
    for inner in getattr(error, "exceptions", ()):
        yield from (f"  {one}" for one in _traced(inner, depth - 1))
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if behind is not None:
        first, *rest = _traced(behind, depth - 1)
        yield f"because of {first}"
        yield from rest


def without_words(event: str, error: BaseException) -> str:
    """*event* without the error's own words, which libraries like to repeat.

    >>> without_words("the step failed: Salary talk", ValueError("Salary talk"))
    'the step failed: …'
    """
    words = str(error)
    return event.replace(words, "…") if len(words) >= _LONG_ENOUGH else event
