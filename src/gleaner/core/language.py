"""What people read, in their language: a gettext catalog for each but English, whose texts are the keys.

Catalogs are ``.po`` files, read as they are: translators need no build step, and neither does a fresh clone. A language
may have several: ``de.po`` is what messages say, ``de.day.po`` what the page of a day says. English
has one, for what pages say in other words than a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import Any, get_args

from gleaner.core.messages import Language
from gleaner.core.phrases import Phrase, Value, again, is_neutral

LANGUAGES: tuple[Language, ...] = get_args(Language)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_COMMAS = str.maketrans(",.", ".,")
_ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}


@dataclass(frozen=True)
class Words:
    """One language: its texts, and how it writes days, times and hours."""

    language: Language
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By the English text, in all plural forms."""
    plural: Any = field(default=staticmethod(lambda n: int(n != 1)), repr=False)
    """Which form a number takes."""

    def text(self, english: str, **values: object) -> str:
        """*english* in this language, with *values* put in."""
        return (self.texts.get(english) or (english,))[0].format(**values)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """*one* or *many* in this language, whichever *number* asks for; it is put in as ``{n}``."""
        forms = self.texts.get(one) or (one, many)
        form: str = forms[self.plural(number)]
        return form.format(n=number, **values)

    def again(self, sentence: str) -> str:
        """*sentence* in this language; the English as it is, where it is no phrase or has no translation."""
        return again(sentence, self)

    def knows(self, sentence: str) -> bool:
        """Whether *sentence* is in this language when it is said again."""
        if self.language == "en":
            return True
        if not isinstance(sentence, Phrase):
            return False
        inner = [one for one in sentence.values.values() if isinstance(one, Phrase)]
        known = is_neutral(sentence.template) or sentence.template in self.texts
        return known and all(self.knows(one) for one in inner)

    def template(self, english: str) -> str:
        """The template of a phrase in this language."""
        return (self.texts.get(english) or (english,))[0]

    def written(self, value: Value, form: str) -> str:
        """What is put into a phrase, as this language writes it."""
        if isinstance(value, timedelta):
            return self.spoken(value)
        if isinstance(value, date):
            names = (("%a", self.weekday(value)), ("%b", self._months[value.month - 1]))
            for sign, name in names:
                form = form.replace(sign, name)
            return format(value, form) if form else self.day(value)
        if isinstance(value, time):
            return self.clock(value)
        said = format(value, form)
        is_set = bool(form) if isinstance(value, int) else isinstance(value, Decimal | float)
        if self.language == "de" and is_set:
            said = said.translate(_COMMAS).replace("%", " %")
        return said

    def day(self, day: date) -> str:
        """``Tue 14 May``, ``Di 14. Mai``."""
        weekday, month = self._weekdays[day.weekday()], self._months[day.month - 1]
        return f"{weekday} {day.day}. {month}" if self.language == "de" else f"{weekday} {day.day} {month}"

    def weekday(self, day: date) -> str:
        return self._weekdays[day.weekday()]

    def clock(self, at: time) -> str:
        return f"{at:%H:%M}"

    def hours(self, duration: timedelta) -> str:
        """One decimal, two where they are needed: ``7.5``, ``7,5``."""
        hours = round(duration / timedelta(hours=1), 2)
        said = f"{hours:.1f}" if round(hours, 1) == hours else f"{hours:.2f}"
        return said.replace(".", ",") if self.language == "de" else said

    def spoken(self, duration: timedelta) -> str:
        """``2 h 10``, ``45 min``."""
        minutes = round(duration / timedelta(minutes=1))
        hours, rest = divmod(minutes, 60)
        if not hours:
            return f"{rest} min"
        return f"{hours} h {rest:02}" if rest else f"{hours} h"

    @property
    def _weekdays(self) -> tuple[str, ...]:
        return _WEEKDAYS[self.language]

    @property
    def _months(self) -> tuple[str, ...]:
        return _MONTHS[self.language]


_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
}


@cache
def words(language: Language) -> Words:
    """The words of *language*, read once."""
    texts: dict[str, tuple[str, ...]] = {}
    header = ""
    for file in sorted((files("gleaner") / "locale").iterdir(), key=lambda one: one.name):
        if file.name.startswith(f"{language}.") and file.name.endswith(".po"):
            read = dict(entries(file.read_text(encoding="utf-8")))
            header = read.pop("", ("",))[0] or header
            texts |= read
    found = re.search(r"plural=([^;]+)", header)
    return Words(language, texts, c2py(found[1].strip()) if found else c2py("n != 1"))


def entries(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts of a ``.po`` file with their translations; those not translated yet are left out.

    >>> list(entries('msgid "Friday"\\nmsgstr "Freitag"'))
    [('Friday', ('Freitag',))]
    """
    for block in re.split(r"\n\s*\n", source):
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            word, _, rest = line.partition(" ") if line.startswith("msg") else (key, "", line)
            key = word
            parts[key] = parts.get(key, "") + "".join(_unescaped(each) for each in _STRING.findall(rest))
        forms = tuple(parts[name] for name in sorted(parts) if name.startswith("msgstr"))
        if "msgid" in parts and all(forms) and forms:
            yield parts["msgid"], forms


def _unescaped(text: str) -> str:
    return re.sub(r'\\[n"\\]', lambda found: _ESCAPES[found[0]], text)
