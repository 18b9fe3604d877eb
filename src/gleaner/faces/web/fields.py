"""What forms say of hours, projects and tasks, and what came of what they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from gleaner.core.apart import slot_names
from gleaner.core.catalog import Slot, UserId
from gleaner.core.errors import ConfigError
from gleaner.faces.web.visit import Said, Visit
from gleaner.review.door import Outcome


def told(visit: Visit, outcomes: Sequence[Outcome]) -> Said:
    """What came of several: how many, and each that did not work with its reason."""
    done = [one for one in outcomes if one.result in ("applied", "found")]
    wrong = [one.text for one in outcomes if one not in done]
    if not outcomes:
        return Said(visit.words.text("Nothing was left to do."), is_good=False)
    parts = []
    if len(done) == 1:
        parts.append(f"{done[0].text}.")
    elif done:
        parts.append(visit.words.count("{n} entry is in Harvest.", "{n} entries are in Harvest.", len(done)))
    parts += [f"{text}." for text in wrong]
    undo = ""
    if len(done) == 1 and done[0].can_undo and (item := visit.account.inbox.get(done[0].key)) is not None:
        undo = f"/proposals/{item.short}/undo"
    return Said(" ".join(parts), not wrong, undo)


def hours_said(visit: Visit, name: str) -> Decimal | None:
    """``1.5`` or ``1,5`` or ``1:30``; None where the field is empty."""
    text = visit.said(name, 20)
    if not text:
        return None
    hours, colon, minutes = text.partition(":")
    try:
        if colon:
            if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
                raise ValueError
            return Decimal(int(hours)) + (Decimal(int(minutes)) / 60).quantize(Decimal("0.01"))
        return Decimal(text.replace(",", "."))
    except (InvalidOperation, ValueError):
        message = '"{text}" is no number of hours; write 1.5 or 1:30.'
        raise ConfigError(visit.words.text(message, text=text)) from None


def slot_said(visit: Visit, text: str, user_id: UserId) -> Slot | None:
    """A line of the person's picker by its name, or by the numbers of project and task; None where nothing is said."""
    if not text:
        return None
    slots = visit.account.catalog.slots(user_id)
    names = slot_names(slots)
    wanted = _typed(text)
    found = [one for one in slots if wanted in (_typed(names[one.key]), f"{one.project.id}/{one.task.id}")]
    found = found or [one for one in slots if wanted in _typed(names[one.key])]
    if len(found) == 1:
        return found[0]
    if found:
        near = ", ".join(names[one.key] for one in found[:4])
        raise ConfigError(visit.words.text('"{text}" could be: {near}.', text=text, near=near))
    raise ConfigError(
        visit.words.text(
            '"{text}" is no project and task that can be logged to; pick one of the list.', text=text
        )
    )


def _typed(text: str) -> str:
    return " ".join(text.split()).casefold()
