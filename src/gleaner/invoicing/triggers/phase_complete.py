"""When a phase is done."""

from __future__ import annotations

from datetime import date

from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers


class PhaseComplete(Trigger):
    """Due once, when *phase* is done: somebody said so, a task or project of that name was archived, a milestone of
    that name was closed in *repository* (``owner/name``), or *on* has come.

    All time and expenses up to that day are billed.
    """

    def __init__(self, phase: str, *, on: date | None = None, repository: str = "") -> None:
        if not phase.strip():
            raise ConfigError("phase: write its name")
        self._phase = phase.strip()
        self._on = on
        self._repository = repository.strip()

    @property
    def repositories(self) -> tuple[str, ...]:
        return (self._repository,) if self._repository else ()

    @property
    def phases(self) -> tuple[str, ...]:
        return (self._phase,)

    def due(self, seen: Seen) -> Due | None:
        done = done_on(seen, self._phase, self._on, self._repository)
        if done is None or seen.has_fired(self._phase):
            return None
        days = seen.until(done)
        if not any(day <= done for day in seen.days):
            return None
        why = phrase('The phase "{phase}" was done on {done}.', phase=self._phase, done=str(done))
        return Due(self._phase, why, days)

    def waits_for(self, seen: Seen) -> str:
        if seen.has_fired(self._phase):
            return phrase("the phase “{phase}” was billed, and is not asked for again", phase=self._phase)
        done = done_on(seen, self._phase, self._on, self._repository)
        if done is None:
            return phrase("the phase “{phase}” is not done", phase=self._phase)
        return phrase(
            "the phase “{phase}” was done on {day}, and nothing up to then can be invoiced",
            phase=self._phase,
            day=str(done),
        )

    def sentence(self) -> str:
        if self._on is None:
            return phrase('when the phase "{phase}" is done', phase=self._phase)
        return phrase(
            'when the phase "{phase}" is done, on {on} at the latest', phase=self._phase, on=str(self._on)
        )


def done_on(seen: Seen, phase: str, on: date | None, repository: str = "") -> date | None:
    """The day *phase* was done, or None; a day that came is one, and so is one on which its milestone was closed."""
    name = phase.casefold()
    known = (seen.phases.get(name), seen.phases.get(f"{repository}#{name}".casefold()), on)
    days = [day for day in known if day is not None and day <= seen.today]
    return min(days, default=None)


triggers.add("phase-complete", PhaseComplete)
