"""The doctor: every connection tried once, with what to do where one fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from gleaner import config
from gleaner.app.account import Account, open_account
from gleaner.app.advising import check as llm_check
from gleaner.app.billing.checks import checks as invoice_checks
from gleaner.app.collecting import source_checks
from gleaner.app.health import Check, Seen, look
from gleaner.app.looking import sync
from gleaner.app.noting import templates
from gleaner.app.reminding import problems as reminder_problems
from gleaner.app.rollout import problems as rollout_problems
from gleaner.app.ruling import in_force
from gleaner.app.sheets import problems as sheet_problems
from gleaner.app.sourcing import FORGOTTEN, build_source
from gleaner.app.trying_channels import checks as channel_checks
from gleaner.app.watching import daemon_checks
from gleaner.app.writing import stands
from gleaner.capture.source import Witness
from gleaner.capture.text import counted
from gleaner.core.catalog import UserId
from gleaner.core.errors import GleanerError
from gleaner.core.phrases import joined, phrase
from gleaner.core.ports import Progress
from gleaner.core.time import Span


def examine(path: Path | None, account: int | None, progress: Progress) -> Iterator[Check]:
    """Check after check; it stops where the next could not work. Never raises for what a person can put right."""
    where = config.locate(path)
    try:
        settings = config.load(where)
    except GleanerError as error:
        yield Check(phrase("Configuration"), False, error.text)
        return
    parts = (str(where), counted(len(settings.sources), "source"), counted(len(settings.rules), "rule"))
    yield Check(phrase("Configuration"), True, joined(", ", parts))
    try:
        with open_account(where, settings=settings, account=account) as opened:
            yield from examined(opened, progress)
    except GleanerError as error:
        yield Check(phrase("Database and login"), False, error.text)


def examined(opened: Account, progress: Progress) -> Iterator[Check]:
    """The same of an account that is open: everything but its file."""
    url = opened.engine.url.render_as_string(hide_password=True)
    yield Check(phrase("Database"), True, phrase("{url}, schema up to date", url=url))
    yield Check(phrase("Login"), True, opened.access.sentence())
    # Before this looks at Harvest and changes it.
    seen = look(opened.engine, opened.clock.now, opened.id)
    yield from _harvest(opened, progress)
    yield from _daemon(opened, seen)


def _harvest(account: Account, progress: Progress) -> Iterator[Check]:
    try:
        today = account.clock.now().date()
        report = sync(account, progress, first=today, last=today)
        me = account.owner
    except GleanerError as error:
        yield Check("Harvest", False, error.text)
        return
    company, catalog = account.mirror.company(), account.catalog
    mode = phrase("start and end times") if company.wants_timestamp_timers else phrase("durations")
    who = me.email if me is not None else phrase("somebody who is not active")
    template = (
        "{company}, {mode}, as {who}, for the whole team"
        if report.way == "team"
        else "{company}, {mode}, as {who}, for one person only (no administrator's token)"
    )
    yield Check("Harvest", True, phrase(template, company=company.name, mode=mode, who=who))
    is_given = account.write_access.is_given()
    stand = stands(is_given=is_given)
    yield Check(
        phrase("Writing"), True, stand if is_given else phrase("{stand} See: gleaner writes", stand=stand)
    )
    active = [person for person in catalog.people.values() if person.is_active]
    idle = [person.name for person in active if not catalog.slots(person.id)]
    names = f"{', '.join(idle[:5])}{' …' if len(idle) > 5 else ''}"
    template = "{n} active; no project to log to: {names}" if idle else "{n} active"
    yield Check(phrase("People"), not idle, phrase(template, n=len(active), names=names))
    for problem in report.problems:
        yield Check("Harvest", False, problem.sentence)
    for problem in account.people_problems():
        yield Check(phrase("People"), False, problem.sentence)
    for problem in rollout_problems(account):
        yield Check(phrase("Roll-out"), False, problem.sentence)
    for problem in sheet_problems(account):
        yield Check(phrase("Expected hours"), False, problem.sentence)
    for problem in in_force(account).problems:
        yield Check(phrase("Rule"), False, problem.sentence)
    for problem in templates(account)[1]:
        yield Check(phrase("Notes"), False, problem.sentence)
    yield from _sources(account)
    yield from (Check(*one) for one in source_checks(account))
    yield from channel_checks(account)
    yield from invoice_checks(account)
    yield from (Check(phrase("Language model"), *one) for one in llm_check(account))
    for problem in reminder_problems(account):
        yield Check(phrase("Reminders"), problem.is_hint, problem.text)


def _daemon(account: Account, seen: Seen) -> Iterator[Check]:
    def may_see(user_id: UserId) -> bool:
        try:
            return account.may_see(user_id)
        except GleanerError:  # nobody knows who asks
            return False

    try:
        people = {person.id: person.name for person in account.catalog.people.values()}
    except GleanerError:  # Harvest was never read
        people = {}
    yield from daemon_checks(seen, account.id, people, may_see)


def _sources(account: Account) -> Iterator[Check]:
    if not account.settings.sources:
        text = phrase("none; add a calendar or a repository (see gleaner init --dry-run)")
        yield Check(phrase("Sources"), False, text)
    now = account.clock.now()
    window = Span(now - timedelta(days=7), now)
    for number, entry in enumerate(account.settings.sources, 1):
        if account.people.is_address_gone(str(entry.get("person", ""))):
            yield Check(phrase("Source {number}", number=number), False, FORGOTTEN)
            continue
        try:
            source = build_source(number, dict(entry), account.base, account.catalog, account.credentials)
            seen = source.observe(window, account.cache)
        except GleanerError as error:
            yield Check(phrase("Source {number}", number=number), False, error.text)
            continue
        text = phrase(
            "{events} events and {commits} commits in the last 7 days",
            events=len(seen.events), commits=len(seen.commits),
        )  # fmt: skip
        yield Check(source.name, True, text)
        for problem in seen.problems:
            yield Check(source.name, False, problem.sentence)
        if isinstance(source, Witness):
            for problem in source.attended(seen.events, window, account.cache, now)[1]:
                yield Check(source.name, False, problem.sentence)
        person = entry.get("person")
        if isinstance(person, str) and account.catalog.person(person) is None:
            text = phrase(
                "{person} is not an active person in Harvest; nothing is logged for them", person=person
            )
            yield Check(source.name, False, text)
