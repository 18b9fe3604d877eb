"""how far Gleaner may go for a person, as chosen on a page"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chosen_rung",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("rung", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.Column("chosen_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_chosen_rung")),
    )
