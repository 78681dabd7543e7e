"""Findings are found by their ids alone: the index by actor and time had no reader any more, and cost each writing."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.drop_index("ix_findings_actor_id_last_event_at", table_name="findings")
