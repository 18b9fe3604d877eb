"""Every table, with what a row means. Each carries the account: one deployment may serve many.

Those about money are in :mod:`.money_tables`, those about signing in in :mod:`.access_tables`; whoever has
:data:`metadata` from here has them too.
"""

from __future__ import annotations

import sqlalchemy as sa

from gleaner.adapters.store import access_tables as access_tables
from gleaner.adapters.store import money_tables as money_tables
from gleaner.adapters.store.schema import Sentence
from gleaner.adapters.store.schema import UtcDateTime as UtcDateTime
from gleaner.adapters.store.schema import metadata as metadata

mirror = sa.Table(
    "mirror",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("resource", sa.String(40), primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("on_date", sa.Date),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Index("ix_mirror_account_id_resource_on_date", "account_id", "resource", "on_date"),
    sa.Index("ix_mirror_account_id_resource_user_id_on_date", "account_id", "resource", "user_id", "on_date"),
)
"""One Harvest object as Harvest sent it (JSON text). ``on_date`` and ``user_id`` are filled for time entries."""

mirror_state = sa.Table(
    "mirror_state",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("resource", sa.String(40), primary_key=True),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("updated_since", UtcDateTime),
)
"""Until when the copy of a resource is right, and from where the next poll has to ask."""

proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(600), primary_key=True),
    sa.Column("short", sa.String(16), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("rule", sa.String(60), nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("activity_key", sa.String(600), nullable=False),
    sa.Column("fingerprint", sa.String(32), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("offered", sa.Text, nullable=False),
    sa.Column("claim", sa.String(40)),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("entry_id", sa.BigInteger),
    sa.Column("expense_id", sa.BigInteger),
    sa.Column("attempt", sa.Text),
    sa.Column("trouble", Sentence),
    sa.Column("decided_by", sa.String(200)),
    sa.Column("decision", sa.String(20)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("run_id", sa.String(40)),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retry_at", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index("ix_proposal_account_id_on_date", "account_id", "on_date"),
    sa.Index("ix_proposal_account_id_user_id_on_date", "account_id", "user_id", "on_date"),
    sa.Index("ix_proposal_account_id_state", "account_id", "state"),
    sa.Index("ix_proposal_account_id_short", "account_id", "short"),
    sa.Index("ix_proposal_account_id_activity_key", "account_id", "activity_key"),
    sa.Index("ix_proposal_account_id_entry_id", "account_id", "entry_id"),
    sa.Index("ix_proposal_account_id_expense_id", "account_id", "expense_id"),
)
"""One proposal and where it stands. ``content`` is the proposal as it would be applied, ``offered`` as Gleaner
first made it (they differ after an edit: that difference is what matching learns from). ``claim`` is the token of
the process that applies it; ``attempts`` counts the claims, and before ``retry_at`` nobody tries again. ``expense_id``
is what a proposal about an expense wrote, ``attempt`` what was there before Harvest was first asked to make it."""

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(40), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("trouble", Sentence, nullable=False, server_default=""),
    sa.Column("proposal_key", sa.String(600)),
    sa.Column("content", sa.LargeBinary),
    sa.Column("found_at", UtcDateTime, nullable=False),
    sa.Index("ix_receipt_account_id_proposal_key", "account_id", "proposal_key"),
)
"""One receipt somebody brought, known by its content: ``proposed`` with the key of its proposal, ``refused`` with the
reason, or ``kept``, for undo. A file too big to be read is known by its name and size. ``content`` is kept here, so
that every process has it and it goes with the person; it is dropped when the proposal was decided long enough ago."""

activity = sa.Table(
    "activity",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(600), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("fingerprint", sa.String(32), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index("ix_activity_account_id_user_id_on_date", "account_id", "user_id", "on_date"),
)
"""What was observed, as last seen. Evidence: members see their own only."""

time_off = sa.Table(
    "time_off",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("first_day", sa.Date, primary_key=True),
    sa.Column("last_day", sa.Date, primary_key=True),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("is_half_day", sa.Boolean, nullable=False),
)
"""Days on which somebody is away, as their calendar says. Never what for."""

quiet = sa.Table(
    "quiet",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("begins", UtcDateTime, primary_key=True),
    sa.Column("ends", UtcDateTime, primary_key=True),
    sa.Column("source", sa.String(200), nullable=False),
)
"""When somebody is not to be disturbed, as their calendar says: focus time, private events, absences. Never what for,
and gone when it is over."""

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("run_id", sa.String(40)),
    sa.Column("proposal_key", sa.String(600)),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("event", sa.String(30), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text),
    sa.Column("entry_id", sa.BigInteger),
    sa.Column("request", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Column("is_faded", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_journal_account_id_at", "account_id", "at"),
    sa.Index("ix_journal_account_id_proposal_key", "account_id", "proposal_key"),
)
"""Who did what, why, and what Harvest answered. Rows are only added; with time their words go (``is_faded``), and
with a person who is forgotten the rows about them."""

run = sa.Table(
    "run",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("summary", sa.Text),
    sa.Column("is_faded", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""One pass of the agent, so that all it did can be undone together."""

job = sa.Table(
    "job",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("is_paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("state", sa.String(10), nullable=False, server_default="idle"),
    sa.Column("slot", sa.String(40)),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_through", sa.Date),
    sa.Column("queued_at", UtcDateTime),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("result", sa.String(12)),
    sa.Column("text", Sentence),
    sa.Index("ix_job_next_at", "next_at"),
    sa.Index("ix_job_state", "state"),
)
"""What runs by itself, for an account (``user_id`` 0) or one of its people, and how the last run went. ``zone`` is
whose clock it goes by, ``slot`` the run that is due or under way, ``done_through`` the last local day that a daily
job has finished. This is the truth about schedules; the engine's rows only carry a run out."""

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("executor_id", sa.String(80), primary_key=True),
    sa.Column("incarnation", sa.String(32), nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("host", sa.String(80), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("beat_at", sa.Float, nullable=False),
)
"""One process that carries out work, and when its heart beat last: seconds since 1970 by the database's clock."""

cache = sa.Table(
    "cache",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(400), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""What a source keeps between runs: a feed and its ETag. May be emptied at any time."""

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)
"""What nobody may read without the key, encrypted; see :mod:`gleaner.adapters.secrets`."""

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    sa.Column("addresses", sa.Text, nullable=False),
)
"""People whose data was deleted and is not taken in again: their number in Harvest, how many decisions they had made,
and a digest of each of their addresses (one a line), so that a calendar still configured for them is not read."""

rule = sa.Table(
    "rule",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("effect", sa.String(10), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("project_id", sa.BigInteger),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("made_by", sa.String(200), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
"""A rule somebody made in a review, about one person's work. It stays until they are forgotten."""

rule_off = sa.Table(
    "rule_off",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("rule_id", sa.String(12), primary_key=True),
    sa.Column("switched_by", sa.String(200), nullable=False),
    sa.Column("switched_at", UtcDateTime, nullable=False),
)
"""A rule that is switched off, made in a review or written in ``gleaner.toml``, by whom and when."""

ladder = sa.Table(
    "ladder",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("ground", sa.String(200), primary_key=True),
    sa.Column("rung", sa.String(10), nullable=False),
    sa.Column("record", sa.String(60), nullable=False),
    sa.Column("adopted", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run_id", sa.String(40)),
)
"""How far Gleaner may go alone for a person on a ground, and the newest decisions since it last fell: a ``1`` for each
that was kept, a ``0`` for each that was not, the newest last. The first ``adopted`` of them are from the back-test that
the run ``run_id`` adopted."""

chosen_rung = sa.Table(
    "chosen_rung",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("rung", sa.String(10), nullable=False),
    sa.Column("before", sa.String(10), nullable=False),
    sa.Column("chosen_at", UtcDateTime, nullable=False),
    sa.Column("chosen_by", sa.String(200), nullable=False),
)
"""How far Gleaner may go at most for a person, as they or an administrator chose, and what was chosen before."""

model_use = sa.Table(
    "model_use",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("month", sa.String(20), primary_key=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
)
"""What a language model took of its budget: of nobody, so that it stays when somebody is forgotten."""

ladder_step = sa.Table(
    "ladder_step",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("ground", sa.String(200), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("before", sa.String(10), nullable=False),
    sa.Column("after", sa.String(10), nullable=False),
    sa.Column("why", sa.String(200), nullable=False),
    sa.Column("kept", sa.Integer, nullable=False),
    sa.Column("decided", sa.Integer, nullable=False),
    sa.Index("ix_ladder_step_account_id_at", "account_id", "at"),
)
"""Every step up or down the ladder, why, and the record it was taken on. Rows are only added; nobody's words."""

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("proposal_key", sa.String(600), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""What was logged and turned out wrong, so that it counts once, by whatever road it was put right."""

absence = sa.Table(
    "absence",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("minutes", sa.Integer),
    sa.Column("reason", sa.String(60), nullable=False),
    sa.Column("made_by", sa.String(200), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("removed_by", sa.String(200)),
    sa.Column("removed_at", UtcDateTime),
    sa.Index("ix_absence_account_id_user_id", "account_id", "user_id"),
)
"""An exception an administrator made: days on which somebody is due less, by so many ``minutes`` each, or nothing. One
that is removed counts no more and stays for the record, until the person is forgotten."""

used_link = sa.Table(
    "used_link",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("verb", sa.String(10), nullable=False),
    sa.Column("used_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
"""A link in a message that somebody clicked, so that it counts once; forgotten when it would have expired."""

reminder = sa.Table(
    "reminder",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("channel", sa.String(80), nullable=False),
    sa.Column("handle", sa.String(300), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("trouble", sa.String(300), nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.Index("ix_reminder_account_id_at", "account_id", "at"),
)
"""One reminder: at most one row, and so one message, for a person, kind and day. ``sending`` is written before the
channel is asked; who finds it there later knows that the message may have gone out, and sends no other."""

reminder_wish = sa.Table(
    "reminder_wish",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("is_stopped", sa.Boolean, nullable=False),
    sa.Column("until", UtcDateTime),
    sa.Column("resumed_at", UtcDateTime),
    sa.Column("said_at", UtcDateTime, nullable=False),
)
"""What somebody said about reminders; nobody who never did has a row."""

write_access = sa.Table(
    "write_access",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("is_given", sa.Boolean, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)
