"""The sandbox's own clock: real, or standing still at an instant somebody set."""

from datetime import UTC, date, datetime, timedelta, tzinfo


class Clock:
    """Now, in UTC and whole seconds.  Everything the API stamps or counts uses it; rate limits do not.

    A fixed clock does not tick: it moves only by ``set`` and ``advance``.
    """

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed: datetime | None = None
        if fixed is not None:
            self.set(fixed)

    @property
    def is_fixed(self) -> bool:
        return self._fixed is not None

    def now(self) -> datetime:
        return self._fixed or datetime.now(UTC).replace(microsecond=0)

    def set(self, moment: datetime) -> None:
        """Stand still at *moment*, which must know its zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone: write 2026-03-02T09:00:00Z")
        self._fixed = moment.astimezone(UTC).replace(microsecond=0)

    def advance(self, step: timedelta) -> None:
        """Stand still *step* after now, also when the clock was running."""
        self._fixed = self.now() + step

    def run(self) -> None:
        """Be the real time again."""
        self._fixed = None


def stamp(moment: datetime) -> str:
    """*moment* as Harvest writes it.

    >>> stamp(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    '2026-03-02T09:30:00Z'
    """
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def unstamp(text: str) -> datetime:
    """The moment *text* stands for; the other way round of ``stamp``."""
    return datetime.fromisoformat(text)


def today(moment: datetime, zone: tzinfo) -> date:
    """The date on the wall of *zone* at *moment*."""
    return moment.astimezone(zone).date()
