"""How many hours somebody is due on a day, and why not more. Pure.

Contract − holidays − time off. Every figure explains itself: ``6.0 h = 7.5 contract − 1.5 doctor``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal

from gleaner.core.catalog import Person
from gleaner.core.phrases import Phrase, joined, phrase
from gleaner.core.time import ZERO

Origin = Literal["holiday", "calendar", "harvest", "exception"]
"""Where an absence is known from: public holidays, the person's calendar, time logged on a task for time off, or what
somebody said in so many words."""


@dataclass(frozen=True)
class Absence:
    """Why somebody is due less on a day: so much, or a share of what the day holds by contract."""

    what: str
    """``Easter Monday``, ``doctor``. Only the person and, for holidays and exceptions, their manager see it."""
    origin: Origin
    hours: timedelta | None = None
    share: float = 1.0
    """Of the contract's hours; counts where *hours* is None."""

    def size(self, contract: timedelta) -> timedelta:
        return contract * self.share if self.hours is None else self.hours


@dataclass(frozen=True)
class Part:
    """One thing that was taken off."""

    what: str
    origin: Origin
    hours: timedelta


@dataclass(frozen=True)
class Expected:
    """What is due on one day."""

    day: date
    contract: timedelta
    off: tuple[Part, ...] = ()
    why_nothing: str = ""
    """Said where no hours are counted at all: not employed, a contractor, no capacity."""

    @property
    def hours(self) -> timedelta:
        # Asked for many times over, and nearly always there is nothing to take off.
        return self.contract - sum((part.hours for part in self.off), ZERO) if self.off else self.contract

    def sentence(self, *, is_own: bool = True) -> str:
        """The sum; for others than the person (not *is_own*) without what the calendar calls it.

        >>> doctor = Part("doctor", "calendar", timedelta(hours=1.5))
        >>> day = Expected(date(2026, 3, 4), timedelta(hours=7.5), (doctor,))
        >>> day.sentence(), day.sentence(is_own=False)
        ('6.0 h = 7.5 contract − 1.5 doctor', '6.0 h = 7.5 contract − 1.5 time off')
        """
        if self.why_nothing:
            return phrase("0 h: {why}", why=self.why_nothing)
        if not self.off:
            return phrase("{hours} h by contract", hours=figure(self.hours))
        parts = joined(
            " − ",
            [
                phrase("{hours} {what}", hours=figure(part.hours), what=_called(part, is_own=is_own))
                for part in self.off
            ],
        )
        return phrase(
            "{hours} h = {contract} contract − {parts}",
            hours=figure(self.hours), contract=figure(self.contract), parts=parts,
        )  # fmt: skip


def expected(person: Person, day: date, absences: Iterable[Absence] = ()) -> Expected:
    """What *person* is due on *day*.

    The same absence often stands in the calendar and in Harvest: the larger of the two counts. A holiday takes its
    share first, the rest is never more than what the day still holds.
    """
    if why := _not_counted(person, day):
        return Expected(day, ZERO, why_nothing=why)
    contract = person.capacity_on(day)
    known = list(absences)
    if not known:
        return Expected(day, contract)
    by_word = [each for each in known if each.origin in ("holiday", "exception")]
    seen = _larger(
        [each for each in known if each.origin == "calendar"],
        [each for each in known if each.origin == "harvest"],
        contract,
    )
    left, off = contract, []
    for absence in (*by_word, *seen):
        size = min(left, absence.size(contract))
        if size > ZERO:
            off.append(Part(absence.what, absence.origin, size))
            left -= size
    return Expected(day, contract, tuple(off))


def _not_counted(person: Person, day: date) -> str:
    if person.employed_from is not None and day < person.employed_from:
        return _employed("not employed before {day:%d} {day:%b %Y}", person.employed_from)
    if person.employed_until is not None and day > person.employed_until:
        return _employed("not employed after {day:%d} {day:%b %Y}", person.employed_until)
    if person.is_contractor:
        return phrase("a contractor, who owes no hours")
    if person.weekly_due <= ZERO:
        return phrase("no capacity set in Harvest")
    return ""


@cache
def _employed(template: str, day: date) -> Phrase:
    # Asked for on each day of a year.
    return phrase(template, day=day)


def _larger(one: Sequence[Absence], two: Sequence[Absence], contract: timedelta) -> Sequence[Absence]:
    def whole(absences: Sequence[Absence]) -> timedelta:
        return min(contract, sum((each.size(contract) for each in absences), ZERO))

    return one if whole(one) >= whole(two) else two


def _called(part: Part, *, is_own: bool) -> str:
    if is_own or part.origin in ("holiday", "exception"):
        return part.what
    return phrase("time off")


def said(duration: timedelta) -> str:
    """Hours with one decimal, two where they are needed.

    >>> said(timedelta(hours=7.5)), said(timedelta(minutes=75))
    ('7.5', '1.25')
    """
    hours = round(duration / timedelta(hours=1), 2)
    return f"{hours:.1f}" if round(hours, 1) == hours else f"{hours:.2f}"


def figure(duration: timedelta) -> Decimal:
    """The same to be put into a phrase, which writes it as the reader's language does.

    >>> figure(timedelta(minutes=75))
    Decimal('1.25')
    """
    return Decimal(said(duration))
