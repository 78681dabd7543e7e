"""Line batches and settings that the tests of decode share."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.settings import Settings

INGESTED = datetime(2026, 5, 18, tzinfo=UTC)
KEY = b"a key of the tests"
RECORDS: dict[str, Any] = {
    "data_classes": {
        "contact": {"confidentiality": "confidential"},
        "health": {"confidentiality": "special"},
    },
    "routes": [
        {"path": "/login", "methods": ["POST"], "action": "login"},
        {
            "path": "/crm/clients/{client_id}/documents/{document}",
            "object": "document",
            "action": "download",
            "classes": ["contact", "health"],
            "subject": "{client_id}",
            "record": "{document}",
        },
        {
            "path": "/crm/clients/{client_id}",
            "methods": ["GET"],
            "object": "client",
            "action": "read",
            "classes": ["contact"],
            "subject": "{client_id}",
        },
        {"path": "/crm/clients/{client_id}", "object": "client", "action": "update", "subject": "{client_id}"},
        {"path": "/crm/search", "object": "client", "action": "search", "count": "query:limit"},
        {"path": "/crm/card", "object": "client", "action": "read", "subject": "query:client_id"},
        {"path": "/crm/page", "object": "client", "action": "list", "count": "25"},
        {"path": "/crm/export/**", "object": "client", "action": "export", "bytes_per_record": 100},
        {
            "when": {"action": "invoice.open", "paid": True},
            "object": "invoice",
            "action": "read",
            "classes": ["contact"],
            "subject": "field:buyer.id",
            "record": "field:items.id",
            "count": "field:total",
        },
    ],
}


def settings_for(**source: Any) -> Settings:
    """Return settings with one source; keys of other parts begin with their part: ``records``, ``actors``."""
    records, actors = source.pop("records", RECORDS), source.pop("actors", {})
    given = {"name": "s", "paths": ["/x"], "service": "crm", **source}
    return Settings.model_validate({"sources": [given], "records": records, "actors": actors})


def decoder_for(**source: Any) -> Decoder:
    """Return a decoder of ``settings_for``."""
    return Decoder(settings_for(**source), session_key=KEY)


def batch_of(lines: Sequence[str], *, start: int = 0, number: int = 1, **more: Any) -> LineBatch:
    """Return a batch of lines as a reader would give it."""
    column = pl.Series("line", lines, dtype=pl.String())
    ends = (column.str.len_bytes().cast(pl.Int64) + 1).cum_sum() + start
    offsets = [start, *ends.to_list()][: len(lines)]
    return LineBatch(
        **{
            "source": "s",
            "stream": "stream",
            "path": "/x",
            "file_id": "f1",
            "lines": column,
            "offsets": pl.Series("offset", offsets, dtype=pl.Int64()),
            "start": start,
            "end": int(ends[-1]) if len(lines) else start,
            "ingested": INGESTED,
            "first_number": number,
            "numbers": pl.Series("number", range(number, number + len(lines)), dtype=pl.Int64()),
            **more,
        }
    )


def decode(lines: Sequence[str], **source: Any) -> EventBatch:
    """Decode lines with a fresh decoder."""
    return decoder_for(**source).decode(batch_of(lines))


def one(line: str, **source: Any) -> dict[str, Any]:
    """Return the only event of one line, as a mapping of columns."""
    result = decode([line], **source)
    assert result.frame.height == 1, result.rejects
    return result.frame.row(0, named=True)
