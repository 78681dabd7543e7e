"""Values of the vocabulary for the store's tests, with what matters given and the rest filled in."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import polars as pl
from hypothesis import strategies as st

from detector import frames
from detector.schema.case.incidents import Incident, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Detector, Finding
from detector.schema.events.lines import Position
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def finding(name: str = "f", **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "id": derive("finding", name),
        "detector": Detector.RULE,
        "rule_id": "bulk-read",
        "title": "Bulk read",
        "actor_id": "user:anna",
        "at": NOON,
        "first_event_at": NOON,
        "last_event_at": NOON,
        "severity": Severity.HIGH,
        "score": 0.5,
        "risk": 30,
    }
    return Finding(**{**given, **changes})


def alert(name: str = "a", **changes: Any) -> Alert:
    given: dict[str, Any] = {
        "id": derive("alert", name),
        "fingerprint": derive("fingerprint", name),
        "actor_id": "user:anna",
        "actor_type": "human",
        "matter": "access",
        "rule_id": "bulk-read",
        "title": "Bulk read",
        "severity": Severity.HIGH,
        "score": 0.5,
        "risk": 30,
        "playbook": "client-data-leak",
        "opened_at": NOON,
        "first_event_at": NOON,
        "last_event_at": NOON,
        "finding_ids": (derive("finding", name),),
    }
    return Alert(**{**given, **changes})


def incident(name: str = "i", **changes: Any) -> Incident:
    key = changes.get("id", derive("incident", name))
    given: dict[str, Any] = {
        "id": key,
        "number": f"20260301-{key[:4]}",
        "code_name": f"Amber {name}",
        "code_name_ru": f"Янтарный {name}",
        "title": "Client data taken",
        "severity": Severity.HIGH,
        "score": 0.5,
        "risk": 30,
        "matter": "access",
        "playbook": "client-data-leak",
        "service": "crm",
        "actor_id": "user:anna",
        "actor_type": "human",
        "opened_at": NOON,
        "first_event_at": NOON,
        "last_event_at": NOON,
    }
    return Incident(**{**given, **changes})


def step(incident_id: str, step_id: str = "A1", **changes: Any) -> Step:
    given: dict[str, Any] = {
        "position": 0,
        "phase": "detect",
        "title": "Look",
        "title_ru": "Посмотреть",
        "roles": ("soc", "lead"),
    }
    return Step(incident_id=incident_id, step_id=step_id, **{**given, **changes})


def entry(incident_id: str, number: int = 1, **changes: Any) -> TimelineEntry:
    given: dict[str, Any] = {"at": NOON, "kind": "note", "by": "anna", "text": "seen", "hash": "0" * 64}
    return TimelineEntry(incident_id=incident_id, number=number, **{**given, **changes})


def message(name: str = "m", **changes: Any) -> Message:
    given: dict[str, Any] = {
        "id": derive("message", name),
        "kind": MessageKind.PAGE,
        "person": "anna",
        "target": "phone",
        "title": "Look at once",
        "body": "A leak.",
        "created_at": NOON,
        "due_at": NOON,
        "next_attempt_at": NOON,
    }
    return Message(**{**given, **changes})


def position(file_id: str = "f1", offset: int = 0, **changes: Any) -> Position:
    given: dict[str, Any] = {"source": "crm", "stream": "/srv/access", "path": "/srv/access"}
    return Position(file_id=file_id, offset=offset, **{**given, **changes})


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return an event frame; a row is one read of a client's record by anna unless it says otherwise."""
    usual: dict[str, Any] = {
        "@timestamp": NOON,
        "event.ingested": NOON,
        "actor.id": "user:anna",
        "actor.type": "human",
        "source.ip": "192.0.2.7",
        "event.action": "read",
        "event.outcome": "success",
        "object.type": "client",
        "object.classes": ["contact"],
        "record.ids": None,
        "record.count": None,
        "subject.ids": None,
        "service.name": "crm",
        "session.id": None,
        "log.file.identity": "f1",
        "log.stream": "/srv/access",
        "log.file.path": "/srv/access",
    }
    full = [
        {**usual, "log.offset": place * 100, "event.original": f"line {place}", **given}
        for place, given in enumerate(rows)
    ]
    schema = {name: frames.EVENT_SCHEMA[name] for name in (full[0] if full else usual)}
    return frames.complete(pl.DataFrame(full, schema=schema))


# --- any value at all, for properties

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_WIDE = {"device": 2**64 - 1, "inode": 2**64 - 1}
_NARROW = ("position", "rung", "round", "fallback", "attempts", "attempt")


def reasons_of(frame: pl.DataFrame, *reasons: list[int]) -> pl.DataFrame:
    """Return why the events of a frame touched their clients."""
    columns = [frame.get_column(name) for name in frames.TOUCH_SCHEMA if name != frames.REASONS]
    return pl.DataFrame([*columns, pl.Series(frames.REASONS, reasons, dtype=frames.TOUCH_SCHEMA[frames.REASONS])])


def _of(kind: Any, name: str) -> st.SearchStrategy[Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(_of(args[0], ""), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_of(arg, "") for arg in args))
    if origin is UnionType:
        return st.one_of(*(_of(arg, "") for arg in args))
    if kind is int:
        top = _WIDE.get(name, 2**31 - 1 if name in _NARROW else 2**63 - 1)
        return st.integers(0 if name in _WIDE else -top, top)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        NoneType: st.none(),
        str: _TEXT,
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        datetime: st.datetimes(timezones=st.just(UTC)),
    }
    if kind in simple:
        return simple[kind]
    return st.sampled_from(kind) if issubclass(kind, StrEnum) else any_value(kind)


def any_value(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a dataclass of the vocabulary, each field free within its type."""
    hints = get_type_hints(kind)
    # A value within a value of its own kind goes no deeper than that.
    hints = {name: NoneType if hint == kind | None else hint for name, hint in hints.items()}
    return st.builds(kind, **{field.name: _of(hints[field.name], field.name) for field in fields(kind)})
