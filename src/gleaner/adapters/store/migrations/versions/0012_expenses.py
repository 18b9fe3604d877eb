"""what proposals wrote of expenses, and receipts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("expense_id", sa.BigInteger(), nullable=True))
    op.add_column("proposal", sa.Column("attempt", sa.Text(), nullable=True))
    op.create_index("ix_proposal_account_id_expense_id", "proposal", ["account_id", "expense_id"])
    op.create_table(
        "receipt",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("proposal_key", sa.String(length=600), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", "digest", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_account_id_proposal_key", "receipt", ["account_id", "proposal_key"])
