"""jobs, workers, and when to try a proposal again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("proposal", sa.Column("retry_at", sa.DateTime()))
    op.create_index("ix_proposal_account_id_activity_key", "proposal", ["account_id", "activity_key"])
    op.create_index("ix_proposal_account_id_entry_id", "proposal", ["account_id", "entry_id"])
    op.create_table(
        "job",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.DateTime()),
        sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("state", sa.String(length=10), nullable=False, server_default="idle"),
        sa.Column("slot", sa.String(length=40)),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_through", sa.Date()),
        sa.Column("queued_at", sa.DateTime()),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("result", sa.String(length=12)),
        sa.Column("text", sa.Text()),
        sa.PrimaryKeyConstraint("account_id", "name", "user_id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_next_at", "job", ["next_at"])
    op.create_index("ix_job_state", "job", ["state"])
    op.create_table(
        "worker",
        sa.Column("executor_id", sa.String(length=80), nullable=False),
        sa.Column("incarnation", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("beat_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_worker")),
    )
