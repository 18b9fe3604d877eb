"""Collecting: what the sources of receipts bring becomes proposals, and what is no receipt is kept with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gleaner import config
from gleaner.adapters.store.receipts import Kept
from gleaner.app.account import Account
from gleaner.app.building import build, factory_for
from gleaner.app.receiving import Desk, Taken, refuse, take, without_content
from gleaner.app.sourcing import FORGOTTEN
from gleaner.core.activities import Problem
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.phrases import phrase
from gleaner.expenses.content import checked_size
from gleaner.expenses.source import Found, ReceiptSource, Waiting, sources
from gleaner.expenses.upload import plain, uploaded


@dataclass(frozen=True)
class Collected:
    """What a look at the sources brought."""

    taken: tuple[Taken, ...] = ()
    """New ones; what was brought before is left out."""
    waiting: tuple[str, ...] = ()
    """Sentences about files that are not whole yet."""
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> tuple[Taken, ...]:
        return tuple(one for one in self.taken if one.kept.state == "refused")


@dataclass(frozen=True)
class MadeSource:
    """One configured source of receipts with its person, or why there is none."""

    source: ReceiptSource | None
    person: Person | None = None
    problem: Problem | None = None


def receipt_sources(account: Account) -> list[MadeSource]:
    """The source of each ``[[receipts]]`` table that the token's owner may file for."""
    found: list[MadeSource] = []
    for number, entry in enumerate(account.settings.receipts, 1):
        where = f"{config.FILE}, receipts[{number}]"
        if account.people.is_address_gone(str(entry.get("person", ""))):
            found.append(MadeSource(None, None, Problem(where, FORGOTTEN, is_hint=True)))
            continue
        try:
            source = _built(account, where, entry)
            found.append(MadeSource(source, _person(account, where, source.person)))
        except GleanerError as error:
            found.append(MadeSource(None, None, Problem(config.FILE, error.text)))
    return found


def _built(account: Account, where: str, entry: dict[str, Any]) -> ReceiptSource:
    factory = factory_for(sources, where, entry.get("kind"))
    return build(factory, where, entry, account.base, ours={"passwords": account.credentials.mailbox})


def _person(account: Account, where: str, address: str) -> Person:
    try:
        person = account.person(address)
        account.check_may_see(person.id)
    except (ConfigError, Refused) as error:
        raise ConfigError(f"{where}: {error}") from error
    return person


def collect(account: Account) -> Collected:
    """Take what is new from every source. One that cannot be read does not stop the others."""
    taken: list[Taken] = []
    waiting: list[str] = []
    problems: list[Problem] = []
    for made in receipt_sources(account):
        if made.problem is not None:
            problems.append(made.problem)
        if made.source is None or made.person is None:
            continue
        desk = Desk(account, made.person, account.clock.now().astimezone(made.person.zone).date())
        try:
            for one in made.source.collect(account.cache, account.clock.now()):
                if isinstance(one, Waiting):
                    waiting.append(one.why)
                elif (done := _take(desk, one, made.source.name)).is_new:
                    taken.append(done)
        except GleanerError as error:
            problems.append(Problem(made.source.name, error.text))
    return Collected(tuple(taken), tuple(waiting), tuple(problems))


def _take(desk: Desk, found: Found, source: str) -> Taken:
    try:
        if found.content is None and found.trouble:
            raise Refused(found.trouble)
        # Its size alone refuses what was too big to be read.
        return take(desk, uploaded(found.name, _bytes(found)), source)
    except Refused as refusal:
        return refuse(desk, _refused(desk, found, source, str(refusal)))


def _bytes(found: Found) -> bytes:
    if found.content is not None:
        return found.content
    checked_size(plain(found.name), found.size)
    raise Refused(f"{plain(found.name)} could not be read; save the receipt again.")


def _refused(desk: Desk, found: Found, source: str, why: str) -> Kept:
    try:
        name = plain(found.name)
    except Refused:
        name = "(no usable name)"
    return Kept(
        desk.person.id, without_content(found.name, found.size), name, "", found.size, source, "refused", why, None,
        desk.account.clock.now(),
    )  # fmt: skip


def source_checks(account: Account) -> Iterator[tuple[str, bool, str]]:
    """For each source its name, whether it can be read, and a sentence."""
    for number, made in enumerate(receipt_sources(account), 1):
        if made.source is None:
            text = made.problem.text if made.problem is not None else ""
            yield (
                phrase("Receipts {number}", number=number),
                bool(made.problem and made.problem.is_hint),
                text,
            )
            continue
        try:
            yield made.source.name, True, made.source.check()
        except GleanerError as error:
            yield made.source.name, False, error.text
