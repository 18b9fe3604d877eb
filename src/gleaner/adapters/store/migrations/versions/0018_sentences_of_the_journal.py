"""what a line of the journal is made of, so that it can be said in other languages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("phrase", sa.Text(), nullable=True))
