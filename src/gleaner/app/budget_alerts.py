"""Telling people about budgets: decided for each project, claimed, sent, and noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gleaner.adapters.store.budgets import CHANNEL, Slip, StoredBudgets
from gleaner.app.account import Account
from gleaner.app.budgeting import (
    Standing,
    notes,
    sees_money,
    settings_for,
    standings,
    today_there,
    told_people,
)
from gleaner.app.channels import MadeChannel, channel_for, channels_of, language_of, recipient
from gleaner.app.linking import page_address
from gleaner.budgets import text
from gleaner.budgets.alerts import due
from gleaner.core.catalog import Person, ProjectId
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.messages import Button, Message, Paragraph, Recipient
from gleaner.core.ports import Progress


@dataclass(frozen=True)
class Planned:
    """One message that is due."""

    slip: Slip
    standing: Standing
    person: Person
    """Whom it is for; for a channel, who stands for it."""
    channel: str = ""
    """Empty: the person's own."""


@dataclass(frozen=True)
class Sending:
    """What came of one round."""

    sent: int = 0
    problems: tuple[str, ...] = ()


def planned(account: Account, found: Sequence[Standing], on: date | None = None) -> list[Planned]:
    """The messages due now. Nothing is sent, and only budgets that changed are noted."""
    stored, today, now = notes(account), on or today_there(account), account.clock.now()
    told, wishes, versions = stored.told(), settings_for(account), stored.versions()
    result: list[Planned] = []
    for one in found:
        budget, wish = one.burn.budget, wishes[one.project.id]
        stamp, version = versions.get(budget.project_id, ("", 0))
        if stamp != budget.stamp:
            version = stored.version(budget.project_id, budget.stamp, now)
        period = budget.period(today)
        before = told.get((budget.project_id, period, version), [])
        alert = due(
            one.burn, one.until_gone, one.end, before, today,
            thresholds=wish.thresholds, wants_pace=wish.pace, mute=one.mute,
        )  # fmt: skip
        if alert is not None:
            slip = Slip(budget.project_id, period, version, alert, CHANNEL)
            result += _addressed(account, one, slip, managers=wish.managers, channel=wish.channel)
    return result


def send_alerts(account: Account, progress: Progress, on: date | None = None) -> Sending:
    """Look at every budget and tell what is due; what an earlier round left is sent too. Harmless to repeat."""
    if not account.settings.channels:
        return Sending()
    found, stored, now = standings(account, progress, on=on), notes(account), account.clock.now()
    left = stored.left(account.token, now)
    due_now = planned(account, found, on)
    ours = set(stored.claim([one.slip for one in due_now], account.token, now))
    by_project: dict[ProjectId, Standing] = {one.project.id: one for one in found}
    newer = {one.slip.project_id for one in due_now}
    work = [one for one in due_now if one.slip in ours]
    for slip in left:
        standing = by_project.get(slip.project_id)
        if standing is None:
            _drop(stored, slip, account, "the project has no budget any more")
            continue
        # What has grown since is told instead, once.
        again = [] if slip.project_id in newer else _again(account, standing, slip)
        work += again
        if not again:
            _drop(stored, slip, account, "nobody is told about it any more")
    made = channels_of(account)
    results = [_sent(account, stored, one, made) for one in work]
    problems = [error for error in results if error]
    problems += [f"{_name(by_project, one.slip)}: {one.error}" for one in stored.unsure(account.clock.now())]
    return Sending(sum(not error for error in results), tuple(dict.fromkeys(problems)))


def message(account: Account, one: Planned) -> Message:
    """The message as channels take it."""
    standing, slip = one.standing, one.slip
    tasks = account.catalog.tasks
    driver = standing.driver
    told = text.Told(
        standing.project.name,
        standing.burn,
        slip.alert,
        standing.ahead,
        standing.end,
        standing.waiting,
        tasks[driver[0]].name if driver is not None and driver[0] in tasks else "",
        driver[1] if driver is not None else standing.waiting,
        shows_amounts=not standing.burn.budget.is_money or bool(one.channel) or sees_money(one.person),
    )
    lines = text.sentences(told)
    base = account.mirror.company().base_uri
    page = page_address(account, f"/budgets/{slip.project_id}")
    leads = (
        ("Open, or mute it", page),
        ("In Harvest" if page else "Open", f"{base}/projects/{slip.project_id}"),
    )
    buttons = tuple(
        Button(label, url=url, is_main=number == 0)
        for number, (label, url) in enumerate((label, url) for label, url in leads if url.startswith("http"))
    )
    head = Paragraph(f"{standing.client}: {text.subject(told)}.", is_strong=True)
    body = [Paragraph(line) for line in lines]
    paragraphs = [head, *body]
    paragraphs[-1] = replace(paragraphs[-1], buttons=buttons)
    alert = slip.alert
    key = (
        f"budget:{slip.project_id}:{slip.period}:{slip.version}:{alert.kind}:{alert.threshold}:{slip.user_id}"
    )
    return Message(
        key, text.subject(told), tuple(paragraphs), text.WHY, language=language_of(account, one.person)
    )


def _addressed(
    account: Account, standing: Standing, slip: Slip, *, managers: bool, channel: str
) -> Iterable[Planned]:
    if managers:
        for person in told_people(account.catalog, standing.project.id):
            yield Planned(replace(slip, user_id=person.id), standing, person)
    if channel and account.me is not None:
        yield Planned(slip, standing, account.me, channel)


def _again(account: Account, standing: Standing, slip: Slip) -> list[Planned]:
    wish = settings_for(account)[standing.project.id]
    everybody = _addressed(account, standing, slip, managers=wish.managers, channel=wish.channel)
    return [one for one in everybody if one.slip == slip]


def _sent(account: Account, stored: StoredBudgets, one: Planned, made: Sequence[MadeChannel]) -> str:
    """Send it; empty, or what went wrong."""
    try:
        channel, to = _way(account, one, made)
    except ConfigError as error:
        if stored.begin(one.slip, account.token, account.clock.now()):
            stored.end(one.slip, "waiting", account.clock.now(), str(error))
        return str(error)
    prepared = message(account, one)
    if not stored.begin(one.slip, account.token, account.clock.now()):
        return ""
    try:
        channel.works.send(prepared, to)
    except Unavailable as error:
        # It may have arrived: a second one would be worse than none.
        stored.end(one.slip, "failed" if error.answer_lost else "waiting", account.clock.now(), str(error))
        return str(error)
    except Refused as error:
        stored.end(one.slip, "failed", account.clock.now(), str(error))
        return str(error)
    except GleanerError as error:
        stored.end(one.slip, "waiting", account.clock.now(), str(error))
        return str(error)
    stored.end(one.slip, "sent", account.clock.now())
    return ""


def _way(account: Account, one: Planned, made: Sequence[MadeChannel]) -> tuple[MadeChannel, Recipient]:
    if not one.channel:
        return channel_for(account, one.person, made), recipient(one.person)
    for channel in made:
        if channel.name == one.channel:
            channel.works  # noqa: B018 (raises when it could not be made)
            return channel, recipient(one.person)
    known = ", ".join(channel.name for channel in made)
    raise ConfigError(f'gleaner.toml, budgets: there is no channel "{one.channel}". Known: {known}')


def _drop(stored: StoredBudgets, slip: Slip, account: Account, why: str) -> None:
    if stored.begin(slip, account.token, account.clock.now()):
        stored.end(slip, "dropped", account.clock.now(), why)


def _name(by_project: Mapping[ProjectId, Standing], slip: Slip) -> str:
    found = by_project.get(slip.project_id)
    return found.project.name if found is not None else f"project {slip.project_id}"
