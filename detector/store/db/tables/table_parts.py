"""What tables are made of: the one ``METADATA``, columns that must or may hold a value, and values kept as JSON."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData

from detector.schema.detection.findings import Evidence, Reason
from detector.schema.notices.notice_fields import NoticeField
from detector.store.db import json_codec
from detector.store.db.column_types import HoldableText, Json

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

NAMES = Json(json_codec.names_out, json_codec.names_in, words=True, kind=tuple[str, ...])
PAIRS = Json(json_codec.pairs_out, json_codec.pairs_in)
REASONS = Json(json_codec.reasons_out, json_codec.reasons_in, kind=tuple[Reason, ...])
EVIDENCE = Json(json_codec.evidence_out, json_codec.evidence_in, kind=tuple[Evidence, ...])
SEEN = Json(json_codec.seen_out, json_codec.seen_in)
SETTLED = Json(json_codec.finding_out, json_codec.finding_in)
COVERED = Json(json_codec.covered_out, json_codec.covered_in)
SCOPE = Json(json_codec.scope_out, json_codec.scope_in)
NAMED = Json(json_codec.named_out, json_codec.named_in)
POSITIONS = Json(json_codec.positions_out, json_codec.positions_in)
FIELDS = Json(json_codec.fields_out, json_codec.fields_in, kind=tuple[NoticeField, ...])
META = Json(json_codec.meta_out, json_codec.meta_in)


def key(name: str, *more: Any) -> Column[Any]:
    """Return a text that tells rows apart."""
    return Column(name, HoldableText, *more, primary_key=True)


def of_incident() -> Column[Any]:
    """Return the part of a key that says whose row it is: an incident's."""
    return key("incident_id", ForeignKey("incidents.id"))


def number(name: str = "number", kind: Any = BigInteger) -> Column[Any]:
    """Return a number that tells rows apart; the database gives none itself."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def must(name: str, kind: Any, *, before: Any = None) -> Column[Any]:
    """Return a column that always holds a value; ``before``: what rows have that are older than the column."""
    return Column(name, kind, nullable=False, server_default=before)


def may(name: str, kind: Any) -> Column[Any]:
    """Return a column that may hold nothing."""
    return Column(name, kind, nullable=True)
