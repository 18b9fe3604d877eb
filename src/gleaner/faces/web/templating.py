"""Templates: everything that is put into one is escaped, and a name that nobody gave is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from gleaner.core.language import LANGUAGES, Words
from gleaner.core.language import words as words_of
from gleaner.core.messages import Language
from gleaner.core.text import shown
from gleaner.core.time import decimal_hours

STATIC = files("gleaner.faces.web") / "static"
TYPES: Mapping[str, str] = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def static_files() -> Mapping[str, tuple[bytes, str]]:
    """What pages load, by the name under which it is served: a digest is in it, so that it may be kept for ever."""
    found = {}
    for file in sorted(STATIC.iterdir(), key=lambda one: one.name):
        stem, _, kind = file.name.rpartition(".")
        if kind in TYPES:
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            found[f"{stem}.{digest}.{kind}"] = (content, TYPES[kind])
    return found


@cache
def static_address(name: str) -> str:
    """``app.css`` → ``/static/app.0123456789ab.css``."""
    stem, _, kind = name.rpartition(".")
    return next(
        f"/static/{served}"
        for served in static_files()
        if served.startswith(f"{stem}.") and served.endswith(kind)
    )


class _TextsAtOnce(Extension):
    """Puts a text without values, ``t("Accept")``, into the template when that is compiled, not for each page."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        text = cast("Callable[[str], str]", self.environment.globals["t"])
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if not _begins_text(held):
                yield from held
                held = []
            elif len(held) == len(_TEXT):
                yield Token(held[0].lineno, "string", text(held[2].value))
                held = []
        yield from held


_TEXT = (("name", "t"), ("lparen", "("), ("string", None), ("rparen", ")"))


def _begins_text(tokens: list[Token]) -> bool:
    pairs = zip(tokens, _TEXT, strict=False)
    return all(token.type == kind and value in (None, token.value) for token, (kind, value) in pairs)


@cache
def _environment(language: Language) -> Environment:
    """One for each language: what templates say of numbers and days is bound once."""
    said = words_of(language)
    made = Environment(
        loader=PackageLoader("gleaner.faces.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"t": said.text, "n": said.count, "static": static_address, "language": language}
    made.globals["lang"] = lambda sentence: Markup("") if said.knows(sentence) else Markup(' lang="en"')
    made.filters["again"] = said.again
    made.add_extension(_TextsAtOnce)
    made.filters |= {
        "hours": lambda value: number(value, said),
        "day": said.day,
        "weekday": said.weekday,
        "clock": lambda value, zone=None: _clock(value, zone, said),
        "moment": lambda value, zone: _moment(value, zone, said),
        "amount": lambda value: amount(value, said),
        "line": shown,
    }
    return made


def render(template: str, words: Words, /, **values: object) -> str:
    """The page."""
    return _environment(words.language).get_template(template).render(**values)


def number(value: Decimal | timedelta, said: Words) -> str:
    """Hours with two places, as the language writes them: ``1.75``, ``1,75``."""
    text = f"{decimal_hours(value) if isinstance(value, timedelta) else value:.2f}"
    return text.replace(".", ",") if said.language == "de" else text


def amount(value: Decimal, said: Words) -> str:
    """Money without its currency: ``15,812.50``, ``15.812,50``."""
    text = f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if said.language == "de" else text


def _clock(value: time | datetime, zone: ZoneInfo | None, said: Words) -> str:
    if isinstance(value, datetime):
        value = (value.astimezone(zone) if zone is not None else value).time()
    return said.clock(value)


def _moment(value: datetime, zone: ZoneInfo, said: Words) -> str:
    there = value.astimezone(zone)
    return f"{said.day(there.date())}, {said.clock(there.time())}"


def language_asked_for(accept: str) -> Language:
    """The first of our languages that a browser's Accept-Language names; English when it names none.

    >>> language_asked_for("fr, de-AT;q=0.8, en;q=0.5"), language_asked_for("")
    ('de', 'en')
    """
    for wish in accept.split(","):
        name = wish.partition(";")[0].strip().lower().partition("-")[0]
        for known in LANGUAGES:
            if name == known:
                return known
    return "en"
