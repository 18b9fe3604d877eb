"""What is left of an activity when its words are gone: the series it was an instance of, or the repository. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from gleaner.capture.filters import series
from gleaner.capture.strands import unmarked
from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import UserId
from gleaner.core.time import Span

_INSTANCE = re.compile(r"(?P<series>.+)/\d{4}-\d{2}-\d{2}(T[\d:.+]+)?", re.DOTALL)
_NOTHING = timedelta(0)


def bare(key: str, user_id: UserId, on: date) -> Activity | None:
    """The activity with that :attr:`~gleaner.core.activities.Activity.key` as far as the key tells; None if it is none.

    >>> bare("meeting:7:weekly@example/2026-03-10T09:00:00+00:00", UserId(7), date(2026, 3, 10)).detail.series
    'weekly@example'
    >>> bare("coding:7:2026-03-10/apollo-api", UserId(7), date(2026, 3, 10)).detail.repository
    'apollo-api'
    >>> bare("coding:7:2026-03-10/apollo-api//70", UserId(7), date(2026, 3, 10)).detail.repository
    'apollo-api'
    """
    kind, _, rest = key.partition(":")
    _user, _, external_id = rest.partition(":")
    midnight = datetime.combine(on, time(0), tzinfo=UTC)
    span = Span(midnight, midnight + timedelta(days=1))
    detail: Meeting | Coding
    if kind == "meeting" and external_id:
        instance = _INSTANCE.fullmatch(external_id)
        detail = Meeting("", instance["series"] if instance else series(external_id), instance is not None)
    elif kind == "coding" and "/" in external_id:
        detail = Coding(unmarked(external_id).partition("/")[2], (), 0, (), _NOTHING, _NOTHING, _NOTHING, "")
    else:
        return None
    return Activity("", external_id, user_id, span, "", detail)
