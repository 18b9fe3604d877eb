"""rules made in a review"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
