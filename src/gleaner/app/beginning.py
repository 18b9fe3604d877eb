"""The first run, step by step: what is connected, how good it would have been, rules from that, how far it may go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gleaner.app.account import Account, FixedClock
from gleaner.app.adopting import RUN as ADOPTION
from gleaner.app.adopting import Earned, earned
from gleaner.app.backtesting import BackTest, backtest
from gleaner.app.errands import Errand
from gleaner.app.looking import sync
from gleaner.app.obeying import make
from gleaner.app.overseeing import SourceState, sources
from gleaner.app.reminding import Reminded, Told, remind
from gleaner.app.ruling import rule_about, stored
from gleaner.capture.bare import bare
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.silent import SILENT
from gleaner.core.time import local_date
from gleaner.matching.backtest import Count, Replayed, count, mistakes
from gleaner.matching.made import Effect, MadeRule, What
from gleaner.timesheets.text import plain

BACKTEST = "backtest"
"""The errand that replays past days."""
DAYS = 60
"""So many are replayed, up to yesterday."""
_APART = frozenset({ADOPTION, "undo"})
_HALF = timedelta(minutes=30)
_LOOKED_AT = timedelta(days=14)
"""What reminders are about is no older."""
_LONGEST_SAMPLE = 5
"""People without a calendar who get their lines written out."""


def has_begun(account: Account) -> bool:
    """Whether anything was ever looked at or decided; putting the ladder up and taking it down is neither."""
    return account.runs.has_other_than(_APART)


# --- 1. connect ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Connected:
    """What Gleaner reads, and whose calendar it does not."""

    company: str
    owner: Person | None
    """Whose token it works with."""
    sources: Sequence[SourceState]
    without: Sequence[Person]
    """Active people who have something to log to, and no calendar of their own."""
    lines: str
    """What to put into ``gleaner.toml`` for some of them; empty when there is nobody."""


def connected(account: Account) -> Connected:
    """How far it is connected. Nothing is asked of anybody."""
    catalog = account.catalog
    has = {made.user_id for made in account.sources() if made.is_personal}
    without = [
        one
        for one in catalog.people.values()
        if one.is_active and one.id not in has and catalog.slots(one.id)
    ]
    without.sort(key=lambda one: one.name.casefold())
    lines = "\n\n".join(
        f'[[sources]]\nkind = "ics"\nperson = "{one.email}"\nurl = "https://…"   # the secret address of the calendar'
        for one in without[:_LONGEST_SAMPLE]
    )
    return Connected(account.mirror.company().name, account.owner, sources(account), without, lines)


# --- 2. the back-test ------------------------------------------------------------------------------------------------


def begin_backtest(account: Account) -> Errand[BackTest]:
    """Replay the last days of everybody this person may see, unless that is under way already."""
    me = account.me
    assert me is not None, "whoever looks at a page is somebody"
    last = local_date(account.clock.now(), me.zone) - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    return account.worked_out.errands.begin(
        BACKTEST, lambda errand: backtest(account, first, last, errand.progress), account.clock
    )


def backtested(account: Account) -> Errand[BackTest] | None:
    """The back-test that is under way, or the last."""
    return account.worked_out.errands.get(BACKTEST)


@dataclass(frozen=True)
class Verdicts:
    """What a back-test says, for whoever reads it."""

    first: date
    last: date
    whole: Count
    """Of what would have been proposed with a project."""
    asked: int
    """How many would have been questions."""
    mistakes: Sequence[Replayed]
    earned: Sequence[Earned]
    """Every step of the ladder that these days tell of, the lowest rung too."""
    problems: Sequence[str]


def verdicts(account: Account, found: BackTest) -> Verdicts:
    """*found*, counted, for the people whom the person who looks may see."""
    seen = [one for one in found.replayed if account.may_see(one.user_id)]
    return Verdicts(
        found.first,
        found.last,
        count(one for one in seen if one.is_proposed),
        sum(not one.is_proposed for one in seen),
        mistakes(seen),
        earned(account, seen),
        [str(one) for one in found.problems],
    )


# --- 3. rules from it ------------------------------------------------------------------------------------------------


def rule_from_mistake(account: Account, key: str, effect: Effect, by: str) -> MadeRule:
    """Make the rule that would have made that one right: always where it was logged, or never.

    Raises ConfigError when the back-test that it was in is gone, or nothing was logged to go by.
    """
    errand = backtested(account)
    result = errand.result if errand is not None else None
    one = next(
        (
            one
            for one in mistakes(result.replayed if result is not None else ())
            if one.key == key and account.may_see(one.user_id)
        ),
        None,
    )
    if one is None or not key:
        raise ConfigError(phrase("that is not in the last back-test any more; run it again"))
    activity = _activity(one)
    if activity is None:
        raise ConfigError(
            phrase('"{plain}" cannot be told apart; write the rule into gleaner.toml', plain=plain(one.title))
        )
    if effect == "always" and one.logged is None:
        raise ConfigError(
            phrase(
                'nothing was logged for "{plain}", so there is nowhere it should always go',
                plain=plain(one.title),
            )
        )
    what: What = "repository"
    if isinstance(activity.detail, Meeting):
        what = "series" if activity.detail.is_recurring else "title"
    slot = (one.logged.project_id, one.logged.task_id) if effect == "always" and one.logged else (None, None)
    rule = rule_about(account, activity, plain(one.title), effect, what, by, slot)
    make(account, rule)
    return rule


def rules_about(account: Account, some: Iterable[Replayed]) -> Mapping[str, MadeRule]:
    """The rules made since about *some*, by key: what a rule decides now need not be looked at again."""
    made = stored(account).made()
    found: dict[str, MadeRule] = {}
    for one in some:
        activity = _activity(one)
        rule = next((rule for rule in made if activity is not None and rule.fits(activity)), None)
        if rule is not None:
            found[one.key] = rule
    return found


def _activity(one: Replayed) -> Activity | None:
    """What was replayed, as far as rules go by it."""
    activity = bare(one.key, one.user_id, one.on)
    return replace(activity, title=one.title) if activity is not None else None


# --- what would be sent ----------------------------------------------------------------------------------------------


def tonight(account: Account) -> Reminded:
    """Who would get which message in the rest of this day, looked at every half hour; nothing is sent.

    Harvest is read first. Raises Unavailable when it cannot be.
    """
    me = account.me
    assert me is not None, "whoever looks at a page is somebody"
    now = account.clock.now()
    today = local_date(now, me.zone)
    sync(account, SILENT, first=today - _LOOKED_AT, last=today)
    told: dict[object, Told] = {}
    first: Reminded | None = None
    for at in _half_hours(now):
        if local_date(at, me.zone) != today:
            break
        seat = account.seen_by(me)
        seat.clock = FixedClock(at)
        found = remind(seat, dry_run=True)
        first = first or found
        for one in found.told:
            told.setdefault((one.person.id, one.due.kind), one)
    assert first is not None, "this very moment is today"
    return Reminded(tuple(told.values()), first.quiet, first.problems)


def _half_hours(now: datetime) -> Sequence[datetime]:
    return [now + number * _HALF for number in range(48)]
