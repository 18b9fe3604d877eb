"""At the end of each month, or of a month that ends on another day."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta

from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.work import NOTHING


class MonthEnd(Trigger):
    """Due when a month is over, *grace_days* later at *at*: until then late entries still get in.

    *day*: the last day of a month, such as 25; None: the calendar's. Only the month that ended last is asked for, and
    none that ended before *since*. What an earlier month left (it was held back, cut short, or nobody looked) is billed
    with it. Where nothing waits nothing is due.
    """

    def __init__(
        self, *, day: int | None = None, grace_days: int = 2, at: time = time(8), since: date | None = None
    ) -> None:
        if day is not None and not 1 <= day <= 31:
            raise ConfigError(
                "day: write the day on which the month ends, 1 to 31, or leave it out for the last"
            )
        if not 0 <= grace_days <= 27:
            raise ConfigError("grace_days: write 0 to 27; the next month has to be open still")
        self._day = day
        self._grace = timedelta(days=grace_days)
        self._at = at
        self._since = since

    def due(self, seen: Seen) -> Due | None:
        local = seen.now.astimezone(seen.zone)
        last = self._last_end(local.date())
        if local < datetime.combine(last + self._grace, self._at, seen.zone):
            last = self._end_of(last.replace(day=1) - timedelta(days=1))
        if self._since is not None and last < self._since:
            return None
        first = self._end_of(last.replace(day=1) - timedelta(days=1)) + timedelta(days=1)
        before = max((one.until for one in seen.fired if one.until is not None), default=None)
        if before is not None:
            first = before + timedelta(days=1)
        elif self._since is not None:
            first = min(first, self._since)
        period = f"{last:%Y-%m}"
        if seen.has_fired(period) or not any(first <= day <= last for day in seen.days):
            return None
        hours = sum((one.hours for one in seen.worked if first <= one.on <= last), NOTHING)
        template = (
            "The month ended on {last}: {hours:.2f} billable hours wait."
            if hours
            else "The month ended on {last}: expenses wait."
        )
        return Due(period, phrase(template, last=str(last), hours=hours), (first, last))

    def sentence(self) -> str:
        days = self._grace.days
        if days:
            after = phrase("{n} day after its end" if days == 1 else "{n} days after its end", n=days)
        else:
            after = phrase("after its end")
        if self._day is None:
            return phrase("every month, {after} at {at}", after=after, at=self._at)
        return phrase("every month (to day {day}), {after} at {at}", day=self._day, after=after, at=self._at)

    def _last_end(self, today: date) -> date:
        """The last day of the month that ended last, *today* not being over."""
        end = self._end_of(today)
        return end if end < today else self._end_of(today.replace(day=1) - timedelta(days=1))

    def _end_of(self, day: date) -> date:
        longest = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=min(self._day or longest, longest))


triggers.add("month-end", MonthEnd)
