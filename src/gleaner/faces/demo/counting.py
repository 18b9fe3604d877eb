"""What a walk came to, counted against the truth when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from gleaner.core.catalog import UserId
from gleaner.faces.demo.agenda import LAST
from gleaner.faces.demo.report import (
    Report,
    by_person_day,
    compliance,
    duplicates,
    invented,
    revenue,
    wrong_hours,
)
from gleaner.faces.demo.state import Walk
from gleaner.faces.demo.truth import Habit

WEEKS = 4


def counted(state: Walk, *, seed: int, seconds: float) -> Report:
    """The report about *state*."""
    truth, account = state.truth, state.account
    live = [entry.to_core() for entry in state.own.time_entries.list(first=truth.first, last=truth.last)]
    written = state.written()
    ours = [entry for entry in live if entry.is_ours]
    end = datetime.combine(truth.last, LAST)
    habits: list[Habit] = [
        h for h in truth.habits if truth.first <= h.on <= truth.last and h.logged_at <= end
    ]
    currencies = {
        p.id: account.catalog.clients[p.client_id].currency for p in account.catalog.projects.values()
    }
    people = len({key[0] for key in truth.expected})
    person_days = sum(
        1 for key, value in truth.expected.items() if truth.first <= key[1] <= truth.last and value
    )
    before, after = by_person_day(habits), by_person_day(live)
    known = [one for one in written if one.entry.id in {entry.id for entry in live}]
    return Report(
        people=people,
        weeks=WEEKS,
        compliance_before=compliance(before, truth),
        compliance_after=compliance(after, truth),
        hours_recovered=sum((entry.hours for entry in ours), Decimal(0)),
        revenue_recovered=revenue(ours, {int(key): value for key, value in currencies.items()}),
        entries_posted_unattended=sum(one.is_unattended for one in known),
        wrong_project_hours=wrong_hours(known, truth),
        wrong_project_hours_unattended=wrong_hours([one for one in known if one.is_unattended], truth),
        duplicate_entries=duplicates(known, state.logged_by_hand, truth),
        invented_hours=invented(known, live, truth),
        decisions_per_person_day=round(sum(state.decisions.values()) / person_days, 2)
        if person_days
        else 0.0,
        harvest_requests=account.client.requests_made,
        seconds=round(seconds, 1),
        seed=seed,
        decisions=dict(state.decisions),
        hours_logged_for_messages=sum(
            (entry.hours for entry in state.filled if truth.first <= entry.spent_date <= truth.last),
            Decimal(0),
        ),
        messages_sent=len(state.messages),
        messages_answered=state.answered,
        messages_per_person_week=round(len(state.messages) / (people * WEEKS), 2),
        most_messages_a_day=_most((message.user_id, message.on) for message in state.messages),
        most_messages_a_week=_most(
            (message.user_id, message.on - timedelta(days=message.on.weekday())) for message in state.messages
        ),
        troubles=tuple(state.troubles[:20]),
    )


def _most(each: Iterable[tuple[UserId, date]]) -> int:
    """How often the most frequent of them is there."""
    return max(Counter(each).values(), default=0)
