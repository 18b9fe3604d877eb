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
from gleaner.core.ports import Progress
from gleaner.core.time import Span


def examine(path: Path | None, account: int | None, progress: Progress) -> Iterator[Check]:
    """Check after check; it stops where the next could not work. Never raises for what a person can put right."""
    where = config.locate(path)
    try:
        settings = config.load(where)
    except GleanerError as error:
        yield Check("Configuration", False, str(error))
        return
    parts = (counted(len(settings.sources), "source"), counted(len(settings.rules), "rule"))
    yield Check("Configuration", True, f"{where}, {', '.join(parts)}")
    try:
        with open_account(where, settings=settings, account=account) as opened:
            yield from examined(opened, progress)
    except GleanerError as error:
        yield Check("Database and login", False, str(error))


def examined(opened: Account, progress: Progress) -> Iterator[Check]:
    """The same of an account that is open: everything but its file."""
    url = opened.engine.url.render_as_string(hide_password=True)
    yield Check("Database", True, f"{url}, schema up to date")
    yield Check("Login", True, str(opened.access))
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
        yield Check("Harvest", False, str(error))
        return
    company, catalog = account.mirror.company(), account.catalog
    mode = "start and end times" if company.wants_timestamp_timers else "durations"
    who = me.email if me is not None else "somebody who is not active"
    team = "for the whole team" if report.way == "team" else "for one person only (no administrator's token)"
    yield Check("Harvest", True, f"{company.name}, {mode}, as {who}, {team}")
    is_given = account.write_access.is_given()
    yield Check("Writing", True, stands(is_given=is_given) + ("" if is_given else " See: gleaner writes"))
    active = [person for person in catalog.people.values() if person.is_active]
    idle = [person.name for person in active if not catalog.slots(person.id)]
    text = f"{len(active)} active"
    if idle:
        text += f"; no project to log to: {', '.join(idle[:5])}{' …' if len(idle) > 5 else ''}"
    yield Check("People", not idle, text)
    for problem in report.problems:
        yield Check("Harvest", False, str(problem))
    for problem in account.people_problems():
        yield Check("People", False, str(problem))
    for problem in rollout_problems(account):
        yield Check("Roll-out", False, str(problem))
    for problem in sheet_problems(account):
        yield Check("Expected hours", False, str(problem))
    for problem in in_force(account).problems:
        yield Check("Rule", False, str(problem))
    for problem in templates(account)[1]:
        yield Check("Notes", False, str(problem))
    yield from _sources(account)
    yield from (Check(*one) for one in source_checks(account))
    yield from channel_checks(account)
    yield from invoice_checks(account)
    yield from (Check("Language model", *one) for one in llm_check(account))
    for problem in reminder_problems(account):
        yield Check("Reminders", problem.is_hint, problem.text)


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
        yield Check(
            "Sources",
            False,
            "none; add a calendar or a repository (see gleaner init --dry-run)",
        )
    now = account.clock.now()
    window = Span(now - timedelta(days=7), now)
    for number, entry in enumerate(account.settings.sources, 1):
        if account.people.is_address_gone(str(entry.get("person", ""))):
            yield Check(f"Source {number}", False, FORGOTTEN)
            continue
        try:
            source = build_source(number, dict(entry), account.base, account.catalog, account.credentials)
            seen = source.observe(window, account.cache)
        except GleanerError as error:
            yield Check(f"Source {number}", False, str(error))
            continue
        text = f"{len(seen.events)} events and {len(seen.commits)} commits in the last 7 days"
        yield Check(source.name, True, text)
        for problem in seen.problems:
            yield Check(source.name, False, str(problem))
        if isinstance(source, Witness):
            for problem in source.attended(seen.events, window, account.cache, now)[1]:
                yield Check(source.name, False, str(problem))
        person = entry.get("person")
        if isinstance(person, str) and account.catalog.person(person) is None:
            yield Check(
                source.name, False, f"{person} is not an active person in Harvest; nothing is logged for them"
            )
