"""entries and proposals are found by person and day"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mirror") as batch:
        batch.create_index(
            "ix_mirror_account_id_resource_user_id_on_date", ["account_id", "resource", "user_id", "on_date"]
        )
    with op.batch_alter_table("proposal") as batch:
        batch.create_index("ix_proposal_account_id_user_id_on_date", ["account_id", "user_id", "on_date"])
