"""Tables about budgets and invoices."""

from __future__ import annotations

import sqlalchemy as sa

from gleaner.adapters.store.schema import Sentence, UtcDateTime, metadata

budget_alert = sa.Table(
    "budget_alert",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("project_id", sa.BigInteger, primary_key=True),
    sa.Column("period", sa.String(10), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("threshold", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("token", sa.String(40), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("error", sa.String(300), nullable=False, server_default=""),
)
"""A message about a budget to one person (0: to a channel): claimed, sending, sent or failed. Its key is what keeps it
from being sent twice."""

budget_version = sa.Table(
    "budget_version",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("project_id", sa.BigInteger, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("stamp", sa.String(80), nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)
"""The budget a project had when it was last looked at, and how often it changed: each change begins its alerts anew."""

budget_mute = sa.Table(
    "budget_mute",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("project_id", sa.BigInteger, primary_key=True),
    sa.Column("until_day", sa.Date),
    sa.Column("until_percent", sa.Integer),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
)
"""Silence about a project's budget, until a day, or until a share of that budget is used in that period."""

invoice = sa.Table(
    "invoice",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("short", sa.String(12), nullable=False),
    sa.Column("rule", sa.String(80), nullable=False),
    sa.Column("period", sa.String(80), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("harvest_id", sa.BigInteger),
    sa.Column("number", sa.String(60), nullable=False, server_default=""),
    sa.Column("doing", sa.String(10), nullable=False, server_default=""),
    sa.Column("claim", sa.String(40)),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("began_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retry_at", UtcDateTime),
    sa.Column("trouble", Sentence, nullable=False, server_default=""),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("approver_id", sa.BigInteger),
    sa.Column("approved_at", UtcDateTime),
    sa.Column("approved_as", sa.String(64), nullable=False, server_default=""),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("due_date", sa.Date),
    sa.Column("reminded", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index("ix_invoice_account_id_harvest_id", "account_id", "harvest_id"),
)
"""An invoice that a billing rule was due for: one for each rule and period, whatever became of it. ``doing`` is what
somebody began and may not have finished. An approver of 0 was forgotten."""

billing_rule = sa.Table(
    "billing_rule",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("maker_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
"""A billing rule that was added by command: what ``[[invoices]]`` would say, as JSON. A maker of 0 was forgotten."""

phase = sa.Table(
    "phase",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("project_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("done_on", sa.Date, nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False),
)
"""A phase of a project that somebody said is done; its name in lower case."""
