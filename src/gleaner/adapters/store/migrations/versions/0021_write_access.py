"""whether anything may be written to Harvest, as an administrator switched it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "write_access",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_write_access")),
    )
