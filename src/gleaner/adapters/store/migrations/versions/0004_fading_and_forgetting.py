"""words that go with time, and people who are forgotten"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("journal", "run"):
        op.add_column(table, sa.Column("is_faded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "forgotten",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_forgotten")),
    )
