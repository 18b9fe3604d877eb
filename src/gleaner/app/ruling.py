"""Rules people can see: those of ``gleaner.toml`` and those made in a review, on and off, with how they fared."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gleaner import config
from gleaner.adapters.store.ladder import StoredLadder
from gleaner.adapters.store.rules import StoredRules
from gleaner.app.account import Account
from gleaner.app.finding import find_project, find_task
from gleaner.app.sourcing import FORGOTTEN
from gleaner.capture.bare import bare
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Meeting, Problem, Skipped
from gleaner.core.catalog import Catalog, ProjectId, TaskId, UserId
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.matching.made import Effect, MadeRule, What, rule_id, value_of
from gleaner.matching.rules import Rule
from gleaner.review.inbox import EXPENSE, Item
from gleaner.review.record import is_kept
from gleaner.timesheets.text import plain

LOOK_BACK = timedelta(days=365)
"""How far back decisions count for how a rule fared."""


@dataclass(frozen=True)
class InForce:
    """The rules that count now."""

    rules: list[Rule]
    """For matching, those made in a review first: they are about one person and one thing."""
    made: list[MadeRule]
    problems: list[Problem]
    """A sentence for each rule of the configuration that names nothing."""

    def before(self, day: date) -> tuple[list[Rule], list[MadeRule]]:
        """Those that counted on the morning of *day*. What is in ``gleaner.toml`` always did."""
        made = [one for one in self.made if one.made_at.date() < day]
        new = {one.id for one in self.made if one.made_at.date() >= day}
        return [rule for rule in self.rules if not (rule.said and rule.name in new)], made


@dataclass(frozen=True)
class Listed:
    """One rule as people see it."""

    id: str
    origin: str
    """``review``, or where in the configuration it stands."""
    rule: Rule | MadeRule
    by: str
    made_at: datetime | None
    off: tuple[str, datetime] | None
    """By whom and when it was switched off."""
    hits: int = 0
    """Proposals that rested on it; of a rule that leaves out, what it left out of what is still kept."""
    kept: int = 0
    decided: int = 0

    @property
    def user_id(self) -> UserId | None:
        return self.rule.user_id

    @property
    def effect(self) -> Effect:
        return self.rule.effect if isinstance(self.rule, MadeRule) else "always"

    @property
    def ground(self) -> str:
        """What proposals that rest on it say they rest on."""
        return f"rule:{self.id}" if isinstance(self.rule, MadeRule) else self.rule.ground


def stored(account: Account) -> StoredRules:
    return StoredRules(account.engine, account.id)


def in_force(account: Account) -> InForce:
    """All rules that are on."""
    store = stored(account)
    off = store.off()
    made = [one for one in store.made() if one.id not in off]
    rules = [rule for one in made if (rule := one.as_rule()) is not None]
    problems = list[Problem]()
    for _number, identity, found in configured(account):
        if isinstance(found, Problem):
            problems.append(found)
        elif identity not in off:
            rules.append(found)
    return InForce(rules, made, problems)


def configured(account: Account) -> Iterator[tuple[int, str, Rule | Problem]]:
    """The rules of ``gleaner.toml`` with number and id; for one that names nothing, the sentence that says so."""
    for number, entry in enumerate(account.settings.rules, 1):
        where = f"{config.FILE}, rules[{number}]"
        # Without what is not said: a condition that rules may have one day leaves the names of today's alone.
        said = entry.model_dump_json(exclude_defaults=True)
        identity = hashlib.sha256(said.encode()).hexdigest()[:6]
        if account.people.is_address_gone(entry.person):
            yield number, identity, Problem(where, FORGOTTEN, is_hint=True)
            continue
        try:
            yield number, identity, _rule(entry, account.catalog)
        except ConfigError as error:
            yield number, identity, Problem(where, error.text)


def _rule(entry: config.RuleSettings, catalog: Catalog) -> Rule:
    conditions = (entry.title, entry.calendar, entry.attendee, entry.repository, entry.branch)
    if not any(conditions):
        raise ConfigError(phrase("it has no condition; give title, calendar, attendee, repository or branch"))
    project = find_project(entry.project, catalog)
    if not project.is_active:
        raise ConfigError(
            phrase(
                'the project "{project}" is archived; name another or remove the rule', project=project.name
            )
        )
    user_id: UserId | None = None
    if entry.person:
        person = catalog.person(entry.person)
        if person is None:
            raise ConfigError(phrase("nobody in Harvest has the address {person}", person=entry.person))
        user_id = person.id
    task_id = find_task(entry.task, project, catalog).id if entry.task else None
    return Rule(
        project.id, task_id, entry.name, entry.title, entry.calendar, entry.attendee, entry.repository,
        entry.branch, user_id,
    )  # fmt: skip


# --- what is left out --------------------------------------------------------------------------------------------


def skipped(out: Iterable[tuple[Activity, MadeRule]]) -> list[Skipped]:
    """What a rule left out, and which. Its words are not in the reason: reasons are counted and kept."""
    return [
        Skipped(one.title, one.span.start, one.user_id, f"rule {rule.id} says never") for one, rule in out
    ]


# --- seeing them -------------------------------------------------------------------------------------------------


def listed(account: Account, today: date) -> list[Listed]:
    """Every rule the token's owner may see, with how it fared; rules for everybody are everybody's to see."""
    store, found = stored(account), list[Listed]()
    off = store.off()
    for one in store.made():
        if account.may_see(one.user_id):
            found.append(Listed(one.id, "review", one, one.by, one.made_at, off.get(one.id)))
    for number, identity, rule in configured(account):
        if identity in {one.id for one in found}:
            continue  # word for word the same as one above, which decides, and is switched with it
        if isinstance(rule, Rule) and (rule.user_id is None or account.may_see(rule.user_id)):
            where = f"{config.FILE}, rules[{number}]"
            found.append(Listed(identity, where, rule, "", None, off.get(identity)))
    counts = _Counts(account, today)
    return [_fared(one, counts) for one in found]


class _Counts:
    """What rests on each rule, read once."""

    def __init__(self, account: Account, today: date) -> None:
        self.seen = account.activities.all_between(today - LOOK_BACK, today)
        self.hits, self.kept, self.decided = Counter[str](), Counter[str](), Counter[str]()
        wrong = StoredLadder(account.engine, account.id).corrected()
        for item in account.inbox.items(first=today - LOOK_BACK):
            ground = item.offered.ground
            if not ground.startswith("rule:") or not account.may_see(item.proposal.user_id):
                continue
            self.hits[ground] += 1
            stood = False if item.proposal.key in wrong else is_kept(item)
            if stood is not None:
                self.decided[ground] += 1
                self.kept[ground] += stood


def _fared(one: Listed, counts: _Counts) -> Listed:
    if isinstance(one.rule, MadeRule) and one.effect == "never":
        return replace(one, hits=sum(one.rule.fits(activity) for activity in counts.seen))
    found = counts.hits[one.ground], counts.kept[one.ground], counts.decided[one.ground]
    return replace(one, hits=found[0], kept=found[1], decided=found[2])


def named(account: Account, text: str, today: date) -> Listed:
    """The rule whose id begins with *text*. Raises ConfigError when none or several do."""
    found = [one for one in listed(account, today) if text and one.id.startswith(text.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError(phrase("there is no rule {text}; see: gleaner rules", text=text))
    raise ConfigError(
        phrase("{text} is not enough: {listed}", text=text, listed=", ".join(one.id for one in found))
    )


# --- making and switching ----------------------------------------------------------------------------------------


def rule_from(
    account: Account, item: Item, effect: Effect, what: What, by: str, decided: Proposal
) -> MadeRule:
    """The rule that a decision about *item* asks for, not kept yet. Raises ConfigError where there can be none."""
    key, action = item.proposal.activity_key, decided.action
    activity = account.activities.named({key}).get(key) if key else None
    name = plain(item.proposal.title)
    if item.proposal.rule == EXPENSE:
        raise ConfigError(
            phrase('"{name}" is an expense; rules are about events and repositories', name=name)
        )
    if activity is None:
        raise ConfigError(
            phrase(
                'what "{name}" was seen as is not kept any more; write the rule into {file}',
                name=name,
                file=config.FILE,
            )
        )
    where = isinstance(action, CreateTimeEntry) and effect == "always"
    slot = (
        (action.project_id, action.task_id) if where and isinstance(action, CreateTimeEntry) else (None, None)
    )
    return rule_about(account, activity, name, effect, what, by, slot)


def rule_about(
    account: Account,
    activity: Activity,
    name: str,
    effect: Effect,
    what: What,
    by: str,
    slot: tuple[ProjectId | None, TaskId | None] = (None, None),
) -> MadeRule:
    """The rule about *activity*, which people call *name*, not kept yet. Raises ConfigError where there can be none."""
    value = value_of(activity, what)
    if not value:
        goes_by = "series or title" if activity.kind == "meeting" else "repository"
        raise ConfigError(
            phrase(
                '"{name}" has no {what}; a rule about it goes by {goes_by}',
                name=name,
                what=what,
                goes_by=goes_by,
            )
        )
    title = activity.title if isinstance(activity.detail, Meeting) else value
    return MadeRule(
        rule_id(activity.user_id, what, value), activity.user_id, effect, what, value, title, by,
        account.clock.now(), *slot,
    )  # fmt: skip


def hide(account: Account, private: Iterable[str], title: str) -> None:
    """Take the words out of rules about series that became private; *private* are keys of activities."""
    series = set()
    for key in private:
        number = key.split(":")[1] if key.count(":") >= 2 else ""
        if not number.isdecimal():
            continue
        one = bare(key, UserId(int(number)), date.min)
        if one is not None and isinstance(one.detail, Meeting):
            series.add((one.user_id, one.detail.series))
    if series:
        stored(account).hide(sorted(series), title)
