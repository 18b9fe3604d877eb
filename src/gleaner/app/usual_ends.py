"""When people mostly stop working, as the days that they accepted show; learned once a day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from gleaner.app.account import Account
from gleaner.core.catalog import UserId
from gleaner.timesheets.reminders import usual_end

BACK = timedelta(days=28)
_KEY = "usual ends"


def usual_ends(account: Account) -> Mapping[UserId, time]:
    """By person, on their own clock; nobody of whom too few days are known."""
    today = account.clock.now().date()
    kept = account.cache.get(_KEY)
    if kept is not None:
        said = json.loads(kept)
        if said["on"] == today.isoformat():
            return {UserId(int(user)): time.fromisoformat(at) for user, at in said["ends"].items()}
    found = _learned(account, today)
    ends = {str(user): at.isoformat() for user, at in found.items()}
    account.cache.put(_KEY, json.dumps({"on": today.isoformat(), "ends": ends}).encode())
    return found


def _learned(account: Account, today: date) -> dict[UserId, time]:
    last: dict[UserId, dict[date, datetime]] = defaultdict(dict)
    people = account.catalog.people
    for user_id, day, end in account.inbox.decided_ends(today - BACK):
        if (person := people.get(user_id)) is not None:
            local = end.astimezone(person.zone)
            if local.date() == day:
                last[user_id][day] = max(local, last[user_id].get(day, local))
    ends = {user_id: usual_end(each.time() for each in by_day.values()) for user_id, by_day in last.items()}
    return {user_id: end for user_id, end in ends.items() if end is not None}
