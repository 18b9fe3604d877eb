"""What is held about one person, and forgetting it: all of it in one transaction, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa

from gleaner.adapters.store.access_tables import api_token, session, sign_in
from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.money_tables import billing_rule, budget_alert, invoice
from gleaner.adapters.store.tables import (
    absence,
    activity,
    cache,
    chosen_rung,
    correction,
    forgotten,
    job,
    journal,
    ladder,
    ladder_step,
    proposal,
    quiet,
    receipt,
    reminder,
    reminder_wish,
    rule,
    rule_off,
    run,
    time_off,
    used_link,
)
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import Unavailable
from gleaner.core.proposals import State
from gleaner.review.fading import bare_values
from gleaner.review.journal import Door, through

NOBODY = "nobody@forgotten.invalid"
"""In the place of an address that has to be one."""
SOMEBODY = "somebody forgotten"
"""Stands for the address of a person who decided for others."""


@dataclass(frozen=True)
class Gone:
    """How much of each kind was deleted."""

    activities: int
    proposals: int
    decisions: int
    """Of those proposals, how many they had decided; this number is kept."""
    journal: int
    """Lines about them."""
    jobs: int
    copied: int
    """Rows of the copy of Harvest: time entries, expenses, assignments."""
    decided_for_others: int
    """Decisions and lines about others that named them, and name nobody now."""


class _Undo(Exception):
    """Ends a dry run's transaction without a trace."""


class StoredPeople:
    """The people of one account, as far as our tables know them."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def gone(self) -> dict[UserId, datetime]:
        """Who was forgotten, and when."""
        asked = sa.select(forgotten.c.user_id, forgotten.c.at).where(self._ours(forgotten))
        with self._engine.connect() as connection:
            return {UserId(row.user_id): row.at for row in connection.execute(asked)}

    def is_address_gone(self, address: str) -> bool:
        """Whether *address* was that of somebody who was forgotten."""
        asked = sa.select(forgotten.c.addresses).where(self._ours(forgotten))
        with self._engine.connect() as connection:
            digests = {line for text in connection.scalars(asked) for line in text.split()}
        return bool(digests) and digest(self._account, address) in digests

    def held(self, user_id: UserId, addresses: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        """Every row about that person, by what it is, as plain values."""
        c = proposal.c
        theirs = {
            "activities": sa.select(activity).where(self._of(activity, user_id)).order_by(activity.c.on_date),
            "quiet": sa.select(quiet.c.begins, quiet.c.ends, quiet.c.source)
            .where(self._of(quiet, user_id))
            .order_by(quiet.c.begins),
            "time_off": sa.select(time_off).where(self._of(time_off, user_id)).order_by(time_off.c.first_day),
            "absences": sa.select(absence).where(self._of(absence, user_id)).order_by(absence.c.id),
            "proposals": sa.select(proposal).where(self._of(proposal, user_id)).order_by(c.on_date, c.key),
            "receipts": sa.select(*(column for column in receipt.c if column.name != "content"))
            .where(self._of(receipt, user_id))
            .order_by(receipt.c.found_at, receipt.c.digest),
            "journal": sa.select(*(column for column in journal.c if column.name != "phrase"))
            .where(self._of(journal, user_id))
            .order_by(journal.c.id),
            "rules": sa.select(rule).where(self._of(rule, user_id)).order_by(rule.c.made_at, rule.c.id),
            "ladder": sa.select(ladder).where(self._of(ladder, user_id)).order_by(*ladder.primary_key),
            "chosen_rungs": sa.select(chosen_rung).where(self._of(chosen_rung, user_id)),
            "ladder_steps": sa.select(ladder_step)
            .where(self._of(ladder_step, user_id))
            .order_by(ladder_step.c.id),
            "corrections": sa.select(correction)
            .where(self._of(correction, user_id))
            .order_by(correction.c.at, correction.c.proposal_key),
            "jobs": sa.select(job).where(self._of(job, user_id)).order_by(job.c.name),
            "budget_alerts": sa.select(
                budget_alert.c.project_id, budget_alert.c.kind, budget_alert.c.threshold, budget_alert.c.at
            )
            .where(self._of(budget_alert, user_id))
            .order_by(budget_alert.c.at),
            "approvals": sa.select(invoice.c.rule, invoice.c.period, invoice.c.number, invoice.c.approved_at)
            .where(self._ours(invoice), invoice.c.approver_id == user_id)
            .order_by(invoice.c.approved_at),
            "billing_rules": sa.select(billing_rule.c.name, billing_rule.c.made_at)
            .where(self._ours(billing_rule), billing_rule.c.maker_id == user_id)
            .order_by(billing_rule.c.name),
            "used_links": sa.select(used_link.c.verb, used_link.c.used_at)
            .where(self._of(used_link, user_id))
            .order_by(used_link.c.used_at),
            "sessions": sa.select(session.c.way, session.c.agent, session.c.begun_at, session.c.seen_at)
            .where(self._of(session, user_id))
            .order_by(session.c.begun_at),
            "sign_ins": sa.select(sign_in.c.way, sign_in.c.made_at)
            .where(self._of(sign_in, user_id))
            .order_by(sign_in.c.made_at),
            "api_tokens": sa.select(
                api_token.c.name, api_token.c.scopes, api_token.c.made_at, api_token.c.used_at
            )
            .where(self._of(api_token, user_id))
            .order_by(api_token.c.made_at),
            "reminders": sa.select(
                reminder.c.kind,
                reminder.c.day,
                reminder.c.state,
                reminder.c.at,
                reminder.c.channel,
                reminder.c.subject,
                reminder.c.answered_at,
            )
            .where(self._of(reminder, user_id))
            .order_by(reminder.c.at, reminder.c.kind),
            "reminder_wishes": sa.select(reminder_wish).where(self._of(reminder_wish, user_id)),
            "decisions_for_others": sa.select(c.decided_at, c.decision, c.state)
            .where(self._ours(proposal), c.user_id != user_id, _named(c.decided_by, addresses))
            .order_by(c.decided_at),
            "lines_about_others": sa.select(journal.c.at, journal.c.event)
            .where(self._ours(journal), *self._elsewhere(user_id, addresses))
            .order_by(journal.c.id),
            "forgotten": sa.select(forgotten.c.at, forgotten.c.decisions).where(self._of(forgotten, user_id)),
        }
        with self._engine.connect() as connection:
            return {
                name: [_plain(row) for row in connection.execute(asked)] for name, asked in theirs.items()
            }

    def forget(
        self,
        user_id: UserId,
        addresses: Collection[str],
        *,
        now: datetime,
        by: str,
        copied: Callable[[sa.Connection], int],
        dry_run: bool = False,
    ) -> Gone:
        """Delete every row about that person, and note that they are not taken in again; *copied* strips the copy.

        In one transaction, which a *dry_run* takes back. Raises Unavailable while an entry of theirs is being written.
        """
        done: list[Gone] = []
        try:
            with self._engine.begin() as connection:
                done.append(self._forget(connection, user_id, addresses, now, by, copied))
                if dry_run:
                    raise _Undo
        except _Undo:
            pass
        return done[0]

    def _forget(
        self,
        connection: sa.Connection,
        user_id: UserId,
        addresses: Collection[str],
        now: datetime,
        by: str,
        copied: Callable[[sa.Connection], int],
    ) -> Gone:
        if connection.dialect.name == "postgresql":
            # Waits for all who asked who was forgotten and are still writing, and lets nobody ask until the end.
            connection.execute(sa.text("LOCK TABLE forgotten IN ACCESS EXCLUSIVE MODE"))
        self._mark(connection, user_id, addresses, now)
        c = proposal.c
        people = (c.decision.is_not(None), c.decision != "policy")
        decisions = connection.scalar(
            sa.select(sa.func.count()).select_from(proposal).where(self._of(proposal, user_id), *people)
        )
        free = sa.delete(proposal).where(self._of(proposal, user_id), c.state != State.APPLYING.value)
        proposals = connection.execute(free).rowcount
        if connection.execute(sa.select(c.key).where(self._of(proposal, user_id)).limit(1)).first():
            raise Unavailable(
                "an entry of theirs is being written just now, so nothing was forgotten; try again in a minute"
                " (what a dead run left behind, gleaner run finishes)"
            )
        self._forget_rules(connection, user_id)
        gone = {
            table.name: connection.execute(sa.delete(table).where(self._of(table, user_id))).rowcount
            for table in (activity, time_off, quiet, absence, journal, job)
        }
        others = self._nobody(connection, user_id, addresses)
        # Feeds, and names of calendars that may be addresses: all of it may be read again.
        connection.execute(sa.delete(cache).where(self._ours(cache)))
        self._wordless_runs(connection)
        rows = copied(connection)
        found = Gone(gone["activity"], proposals, decisions or 0, gone["journal"], gone["job"], rows, others)
        mark = sa.update(forgotten).where(self._of(forgotten, user_id))
        # Whoever is forgotten once more had decided something before.
        connection.execute(mark.values(decisions=forgotten.c.decisions + found.decisions))
        text = (
            f"Forgot a person: {found.activities} activities, {found.proposals} proposals with {found.decisions}"
            f" decisions, {found.journal} lines of the journal and {found.copied} copied rows were deleted."
        )
        line = {"account_id": self._account, "at": now, "actor": by, "event": "forgotten", "text": text}
        connection.execute(sa.insert(journal), [line])
        return found

    def _forget_rules(self, connection: sa.Connection, user_id: UserId) -> None:
        theirs = sa.select(rule.c.id).where(self._of(rule, user_id))
        connection.execute(sa.delete(rule_off).where(self._ours(rule_off), rule_off.c.rule_id.in_(theirs)))
        for table in (
            rule,
            ladder,
            ladder_step,
            chosen_rung,
            correction,
            used_link,
            reminder,
            reminder_wish,
            budget_alert,
            receipt,
            session,
            sign_in,
            api_token,
        ):
            connection.execute(sa.delete(table).where(self._of(table, user_id)))

    def _mark(
        self, connection: sa.Connection, user_id: UserId, addresses: Collection[str], now: datetime
    ) -> None:
        digests = "\n".join(sorted(digest(self._account, address) for address in addresses if address))
        row = {
            "account_id": self._account, "user_id": user_id, "at": now, "decisions": 0, "addresses": digests,
        }  # fmt: skip
        if not insert_once(connection, forgotten, row):
            mark = sa.update(forgotten).where(self._of(forgotten, user_id))
            connection.execute(mark.values(at=now, **({"addresses": digests} if digests else {})))

    def _nobody(self, connection: sa.Connection, user_id: UserId, addresses: Collection[str]) -> int:
        """Put nobody in the place of the person where they decided for others; how often."""
        decided = sa.update(proposal).where(
            self._ours(proposal), proposal.c.user_id != user_id, _named(proposal.c.decided_by, addresses)
        )
        made = sa.update(rule).where(self._ours(rule), _named(rule.c.made_by, addresses))
        connection.execute(made.values(made_by=SOMEBODY))
        switched = sa.update(rule_off).where(self._ours(rule_off), _named(rule_off.c.switched_by, addresses))
        connection.execute(switched.values(switched_by=SOMEBODY))
        chose = sa.update(chosen_rung).where(
            self._ours(chosen_rung), _named(chosen_rung.c.chosen_by, addresses)
        )
        connection.execute(chose.values(chosen_by=SOMEBODY))
        for column in (absence.c.made_by, absence.c.removed_by):
            mine = sa.update(absence).where(self._ours(absence), _named(column, addresses))
            connection.execute(mine.values({column: SOMEBODY}))
        approved = sa.update(invoice).where(self._ours(invoice), invoice.c.approver_id == user_id)
        connection.execute(approved.values(approver_id=0))
        self._nobodys_rules(connection, user_id, addresses)
        said = sa.update(journal).where(self._ours(journal), *self._elsewhere(user_id, addresses))
        return (
            connection.execute(decided.values(decided_by=SOMEBODY)).rowcount
            + connection.execute(said.values(actor=SOMEBODY)).rowcount
        )

    def _nobodys_rules(self, connection: sa.Connection, user_id: UserId, addresses: Collection[str]) -> None:
        """Billing rules stay, without the person: who answers for one, or may let its invoices go, is nobody then."""
        c = billing_rule.c
        for row in connection.execute(sa.select(billing_rule).where(self._ours(billing_rule))).all():
            content = row.content
            for address in addresses:
                if address:
                    content = content.replace(json.dumps(address), json.dumps(NOBODY))
            maker = 0 if row.maker_id == user_id else row.maker_id
            one = sa.update(billing_rule).where(self._ours(billing_rule), c.name == row.name)
            connection.execute(one.values(content=content, maker_id=maker))

    def _wordless_runs(self, connection: sa.Connection) -> None:
        """What runs and jobs came to may quote anybody: only the numbers stay."""
        connection.execute(sa.update(job).where(self._ours(job)).values(text=None))
        asked = sa.select(run.c.id, run.c.summary).where(
            self._ours(run), run.c.is_faded.is_(False), run.c.summary.is_not(None)
        )
        for row in connection.execute(asked).all():
            summary = json.dumps(bare_values(json.loads(row.summary)), ensure_ascii=False)
            one = sa.update(run).where(self._ours(run), run.c.id == row.id)
            connection.execute(one.values(summary=summary, is_faded=True))

    def _elsewhere(self, user_id: UserId, addresses: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
        about_others = sa.or_(journal.c.user_id.is_(None), journal.c.user_id != user_id)
        return about_others, _named(journal.c.actor, addresses)

    def _ours(self, table: sa.Table) -> sa.ColumnElement[bool]:
        ours: sa.ColumnElement[bool] = table.c.account_id == self._account
        return ours

    def _of(self, table: sa.Table, user_id: UserId) -> sa.ColumnElement[bool]:
        return sa.and_(self._ours(table), table.c.user_id == user_id)


def digest(account_id: AccountId, address: str) -> str:
    """What is kept of an address: enough to know it again, and nothing to write to."""
    return hashlib.sha256(f"{account_id}\x1f{address.strip().lower()}".encode()).hexdigest()[:32]


def forgotten_users(connection: sa.Connection, account_id: int) -> frozenset[int]:
    """Who was forgotten, for whoever writes something about people in this transaction.

    Nobody is forgotten between the answer and its end: on SQLite it writes from here on, on PostgreSQL
    :meth:`StoredPeople.forget` waits for all who asked.
    """
    if connection.dialect.name == "sqlite" and not _is_begun(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    asked = sa.select(forgotten.c.user_id).where(forgotten.c.account_id == account_id)
    return frozenset(connection.scalars(asked))


def _is_begun(connection: sa.Connection) -> bool:
    # sqlite3 begins a transaction at the first change only.
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", False))


def _named(column: sa.Column[Any], addresses: Collection[str]) -> sa.ColumnElement[bool]:
    """That it names the person, or what acted for them."""
    mine = [address.lower() for address in addresses if address]
    acted = [through(address, door) for address in mine for door in get_args(Door)]
    return sa.func.lower(column).in_(sorted([*mine, *acted]))


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    """The row's columns; what is JSON inside them as what it says."""
    found = dict(row._mapping)
    for name in ("content", "offered", "request", "answer"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return {name: value for name, value in found.items() if name not in ("account_id", "claim", "is_faded")}
