"""which run adopted a standing of the ladder from a back-test, and how much of its record"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ladder", sa.Column("adopted", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ladder", sa.Column("run_id", sa.String(40)))
