"""Findings in any order: addresses to find alerts by, since when points suffice, what is said for now or no more."""

import json

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0006"
down_revision = "0005"

_RECENT = 1000
_ALERT = ("id", "status", "finding_ids", "addresses", "incident_id", "opened_at", "reached_at")


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("findings", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("findings", sa.Column("settled", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("replaces", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("findings", sa.Column("replaced_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("addresses", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("incidents", sa.Column("called_at", UtcTime(), nullable=True))
    op.add_column("alerts", sa.Column("reached_at", UtcTime(), nullable=True))
    op.create_table(
        "alert_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_addresses_alert_id"),
        sa.PrimaryKeyConstraint("address", "alert_id", name="pk_alert_addresses"),
    )
    op.create_index("ix_alert_addresses_alert_id", "alert_addresses", ["alert_id"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Let alerts that are not closed know the addresses of their findings, so that what comes next joins as before."""
    alert = sa.table("alerts", *map(sa.column, _ALERT))
    finding = sa.table("findings", *map(sa.column, ("id", "source_ips")))
    place = sa.table("alert_addresses", *map(sa.column, ("address", "alert_id")))
    open_ones = sa.select(alert.c.id, alert.c.finding_ids, sa.type_coerce(alert.c.opened_at, UtcTime()))
    for key, ids, opened_at in connection.execute(open_ones.where(alert.c.status != "closed")).all():
        named = sa.select(finding.c.source_ips).where(finding.c.id.in_(json.loads(ids)[-_RECENT:]))
        seen = sorted({each for (text,) in connection.execute(named) for each in json.loads(text)})
        if seen:
            since = json.dumps([[each, opened_at.isoformat()] for each in seen])
            connection.execute(sa.update(alert).where(alert.c.id == key).values(addresses=since))
            connection.execute(sa.insert(place), [{"address": each, "alert_id": key} for each in seen])
    # An incident is one since its first alert was opened, as far as is known now.
    incidents = sa.update(alert).where(alert.c.status != "closed", alert.c.incident_id != "")
    connection.execute(incidents.values(reached_at=alert.c.opened_at))
