"""rules made in a review, and the autonomy ladder"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("effect", sa.String(10), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger()),
        sa.Column("task_id", sa.BigInteger()),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_rule")),
    )
    op.create_table(
        "rule_off",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.String(12), nullable=False),
        sa.Column("switched_by", sa.String(200), nullable=False),
        sa.Column("switched_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "rule_id", name=op.f("pk_rule_off")),
    )
    op.create_table(
        "ladder",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ground", sa.String(200), nullable=False),
        sa.Column("rung", sa.String(10), nullable=False),
        sa.Column("record", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", "kind", "ground", name=op.f("pk_ladder")),
    )
    op.create_table(
        "ladder_step",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ground", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("before", sa.String(10), nullable=False),
        sa.Column("after", sa.String(10), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
    )
    op.create_index("ix_ladder_step_account_id_at", "ladder_step", ["account_id", "at"])
    op.create_table(
        "correction",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("proposal_key", sa.String(600), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "proposal_key", name=op.f("pk_correction")),
    )
