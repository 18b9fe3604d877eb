"""Parts of a fixed fee, by date or phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.core.catalog import Project
from gleaner.core.errors import ConfigError
from gleaner.core.invoices import FeeLine
from gleaner.core.phrases import joined, phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.triggers.phase_complete import done_on
from gleaner.invoicing.work import NOTHING, cents

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Part:
    """A part of the fee."""

    name: str
    percent: Decimal | None = None
    """Of the fee, or else"""
    amount: Decimal | None = None
    on: date | None = None
    phase: str = ""
    """Due on the day, or when the phase is done, whichever comes first."""
    repository: str = ""
    """Where a closed milestone of the phase's name ends it too."""


class FixedFeeSchedule(Trigger):
    """Due for each part in turn. The last part of a schedule of 100 % is what is left of the fee, to the cent.

    What would go over the fee, with all that was invoiced for the project before, is never due: see ``why_not``.
    """

    bills_time = False
    needs_fee = True

    def __init__(self, parts: Sequence[Part]) -> None:
        _check(parts)
        self._parts = tuple(parts)

    @property
    def phases(self) -> tuple[str, ...]:
        return tuple(one.phase for one in self._parts if one.phase)

    @property
    def repositories(self) -> tuple[str, ...]:
        return tuple(one.repository for one in self._parts if one.repository)

    def due(self, seen: Seen) -> Due | None:
        project = next((one for one in seen.projects if one.is_fixed_fee and one.fee), None)
        if project is None or project.fee is None:
            return None
        for part in self._parts:
            if seen.has_fired(part.name) or not self._has_come(part, seen):
                continue
            amount, left = (
                self._amount(part, project.fee, seen),
                project.fee - seen.invoiced.get(project.id, NOTHING),
            )
            if amount <= 0 or amount > left:
                continue
            why = phrase(
                '"{part}" of the fixed fee is due: {amount:,.2f} of {fee:,.2f}, {left:,.2f} were left.',
                part=part.name, amount=amount, fee=project.fee, left=left,
            )  # fmt: skip
            return Due(
                part.name, why, fees=(FeeLine(f"{_labelled(project)}: {part.name}", amount, project.id),)
            )
        return None

    def why_not(self, seen: Seen) -> str:
        """Why a part whose time has come is not due: it would go over the fee. Empty when there is none such."""
        for project in seen.projects:
            left = (project.fee or NOTHING) - seen.invoiced.get(project.id, NOTHING)
            for part in self._parts if project.is_fixed_fee and project.fee else ():
                if seen.has_fired(part.name) or not self._has_come(part, seen):
                    continue
                amount = self._amount(part, project.fee or NOTHING, seen)
                if amount > left:
                    return phrase(
                        '"{part}" would be {amount:,.2f}, and {left:,.2f} of the fee of {project} is left '
                        "({fee:,.2f}); change the part or the fee",
                        part=part.name, amount=amount, left=left, project=project.name, fee=project.fee or NOTHING,
                    )  # fmt: skip
        return ""

    def waits_for(self, seen: Seen) -> str:
        waiting = [one for one in self._parts if not seen.has_fired(one.name)]
        if not waiting:
            return phrase("every part of the fee was billed")
        if not any(one.is_fixed_fee and one.fee for one in seen.projects):
            return phrase("its project has no fixed fee in Harvest")
        return joined("; ", (_waits(one) for one in waiting if not self._has_come(one, seen)))

    def sentence(self) -> str:
        return phrase("the fixed fee in parts: {parts}", parts=joined(", ", map(_said, self._parts)))

    def _has_come(self, part: Part, seen: Seen) -> bool:
        if part.phase:
            return done_on(seen, part.phase, part.on, part.repository) is not None
        return part.on is not None and part.on <= seen.today

    def _amount(self, part: Part, fee: Decimal, seen: Seen) -> Decimal:
        if part.amount is not None:
            return part.amount
        others = [one for one in self._parts if one is not part]
        is_last = all(seen.has_fired(one.name) for one in others)
        if is_last and all(one.percent is not None for one in self._parts) and self._percent() == _WHOLE:
            return fee - sum((self._asked(one, fee, seen) for one in others), NOTHING)
        return _share(part, fee)

    def _asked(self, part: Part, fee: Decimal, seen: Seen) -> Decimal:
        """What was asked for *part*; of one that was cancelled what it would be, for nobody asks for that again."""
        name = part.name.casefold()
        asked = [one.amount for one in seen.fired if one.period.casefold() == name and not one.is_cancelled]
        return asked[-1] if asked else _share(part, fee)

    def _percent(self) -> Decimal:
        return sum((one.percent or NOTHING for one in self._parts), NOTHING)


def _share(part: Part, fee: Decimal) -> Decimal:
    return cents(fee * (part.percent or NOTHING) / _WHOLE)


def _check(parts: Sequence[Part]) -> None:
    if not parts:
        raise ConfigError(
            'parts: write at least one, such as {name = "Kick-off", percent = 30, on = 2026-04-01}'
        )
    names = [one.name.casefold() for one in parts]
    twice = next((one.name for one in parts if names.count(one.name.casefold()) > 1), None)
    if twice is not None:
        raise ConfigError(f'parts: two are called "{twice}"; each needs a name of its own')
    for one in parts:
        if (one.percent is None) == (one.amount is None):
            raise ConfigError(f'parts: "{one.name}" needs either percent or amount')
        if (one.percent if one.percent is not None else one.amount or NOTHING) <= 0:
            raise ConfigError(f'parts: "{one.name}" has to be more than 0')
        if one.on is None and not one.phase:
            raise ConfigError(f'parts: "{one.name}" needs a day (on) or a phase')
    whole = sum((one.percent or NOTHING for one in parts), NOTHING)
    if whole > _WHOLE:
        raise ConfigError(f"parts: they come to {whole:f} %, more than the whole fee")


def _labelled(project: Project) -> str:
    return f"[{project.code}] {project.name}" if project.code else project.name


def _waits(part: Part) -> str:
    """What has to come for *part*."""
    if not part.phase:
        assert part.on is not None, "a part has one of them"
        return phrase("“{part}” comes on {day}", part=part.name, day=str(part.on))
    if part.on is None:
        return phrase("“{part}” waits for the phase “{phase}”", part=part.name, phase=part.phase)
    return phrase(
        "“{part}” waits for the phase “{phase}”, or {day}", part=part.name, phase=part.phase, day=str(part.on)
    )


def _said(part: Part) -> str:
    if part.percent is not None:
        share = phrase("{percent:f} %", percent=part.percent)
    else:
        share = phrase("{amount:,.2f}", amount=part.amount or NOTHING)
    if part.phase:
        return phrase(
            '{part} ({share}, when "{phase}" is done)', part=part.name, share=share, phase=part.phase
        )
    return phrase("{part} ({share}, on {on})", part=part.name, share=share, on=str(part.on))


triggers.add("fixed-fee-schedule", FixedFeeSchedule)
