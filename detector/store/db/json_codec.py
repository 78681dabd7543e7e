"""The parts of values that are kept as JSON: each as a pair of functions, to plain lists and back.

Comes in: reasons, evidence, a scope, positions. Goes out: lists and dicts of JSON's own types, with names instead of
places, so that a person reading the database understands them and a later version can add a field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from detector.schema.case.incidents import HandNamed, Scope
from detector.schema.detection.findings import CoveredFinding, Detector, Evidence, Finding, Reason
from detector.schema.events.lines import Position
from detector.schema.levels import Confidence, Severity
from detector.schema.notices.notice_fields import FieldState, NoticeField

_NOT_SAID = frozenset({"replaces", "stands", "corrects", "provisional", "settled", "replaced_by", "covered"})
_TIMES = ("first_event_at", "last_event_at")
_LATER_PAIRS = ("by_controller", "of_others", "records_by_residence", "records_by_controller")
_PAIRS = ("by_class", "by_action", "by_residence", *_LATER_PAIRS)
_TRIPLES = ("classes_by_residence", "classes_by_controller", "controllers_by_residence", "classes_of_others")
# Left out where there is none: what was kept before they were counted reads as what is kept now.
_ADDED = ("nameless", "records_of_others", *_LATER_PAIRS, *_TRIPLES)
_NAMES = ("data_classes", "services", "source_ips", "sessions")


def _plain(value: Any) -> dict[str, Any]:
    """Return the fields of a flat value by name (``asdict`` copies deeply, which is slow)."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def moment_text(value: datetime | None) -> str | None:
    """Return the moment as ISO text in UTC."""
    return None if value is None else value.astimezone(UTC).isoformat()


def moment(value: str | None) -> datetime | None:
    """Return the moment an ISO text names, in UTC."""
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


def names_out(value: Iterable[str]) -> list[str]:
    """Return a tuple of words as a list."""
    return list(value)


def names_in(raw: list[str]) -> tuple[str, ...]:
    """Return a list of words as a tuple."""
    return tuple(raw)


def pairs_out(value: Iterable[tuple[str, Any]]) -> list[list[Any]]:
    """Return pairs of a name and a value as lists."""
    return [[name, item] for name, item in value]


def pairs_in(raw: list[list[Any]]) -> tuple[tuple[str, Any], ...]:
    """Return lists of a name and a value as pairs."""
    return tuple((name, item) for name, item in raw)


def seen_out(value: Iterable[tuple[str, datetime]]) -> list[list[Any]]:
    """Return pairs of a name and a moment as lists."""
    return [[name, moment_text(at)] for name, at in value]


def seen_in(raw: list[list[Any]]) -> tuple[tuple[str, datetime], ...]:
    """Return lists of a name and a moment as pairs."""
    return tuple((name, datetime.fromisoformat(at).astimezone(UTC)) for name, at in raw)


def reasons_out(value: Iterable[Reason]) -> list[Any]:
    """Return reasons as their message and arguments."""
    return [{"message": reason.message, "args": pairs_out(reason.args)} for reason in value]


def reasons_in(raw: list[Any]) -> tuple[Reason, ...]:
    """Return the reasons again."""
    return tuple(Reason(message=item["message"], args=pairs_in(item["args"])) for item in raw)


def evidence_out(value: Iterable[Evidence]) -> list[Any]:
    """Return pointers to events with their times as text."""
    return [
        {
            "at": moment_text(item.at),
            "event_id": item.event_id,
            "path": item.path,
            "offset": item.offset,
            "line_hash": item.line_hash,
            **({"account": item.account} if item.account else {}),
        }
        for item in value
    ]


def evidence_in(raw: list[Any]) -> tuple[Evidence, ...]:
    """Return the pointers again."""
    return tuple(
        Evidence(
            at=datetime.fromisoformat(item["at"]),
            event_id=item["event_id"],
            path=item["path"],
            offset=item["offset"],
            line_hash=item["line_hash"],
            account=item.get("account", ""),
        )
        for item in raw
    )


_FINDING_TIMES = ("at", "first_event_at", "last_event_at")
_COVERED_TIMES = ("at", "last_event_at")
_FINDING_NAMES = ("tags", "source_ips", "data_classes")


def finding_out(value: Finding) -> dict[str, Any]:
    """Return a finding by its fields' names, without what is an instruction or a place in the store."""
    return {
        **{name: item for name, item in _plain(value).items() if name not in _NOT_SAID},
        **{name: moment_text(getattr(value, name)) for name in _FINDING_TIMES},
        "reasons": reasons_out(value.reasons),
        "evidence": evidence_out(value.evidence),
    }


def finding_in(raw: Mapping[str, Any]) -> Finding:
    """Return the finding again."""
    known: dict[str, Any] = dict(raw)
    known.update({name: moment(known[name]) for name in _FINDING_TIMES})
    known.update({name: tuple(known[name]) for name in _FINDING_NAMES})
    return Finding(
        **{
            **known,
            "detector": Detector(known["detector"]),
            "severity": Severity(known["severity"]),
            "confidence": Confidence(known["confidence"]),
            "reasons": reasons_in(known["reasons"]),
            "evidence": evidence_in(known["evidence"]),
        }
    )


def covered_out(value: CoveredFinding) -> dict[str, Any]:
    """Return what a close covers by its fields' names."""
    return {**_plain(value), **{name: moment_text(getattr(value, name)) for name in _COVERED_TIMES}}


def covered_in(raw: Mapping[str, Any]) -> CoveredFinding:
    """Return what a close covers again."""
    known: dict[str, Any] = dict(raw)
    known.update({name: moment(known[name]) for name in _COVERED_TIMES})
    return CoveredFinding(
        **{**known, "severity": Severity(known["severity"]), "data_classes": tuple(known["data_classes"])}
    )


def scope_out(value: Scope) -> dict[str, Any]:
    """Return a blast radius by its fields' names, without those that it was counted before."""
    said = {**_plain(value), **{name: moment_text(getattr(value, name)) for name in _TIMES}}
    return {name: each for name, each in said.items() if name not in _ADDED or each not in (None, ())}


def scope_in(raw: Mapping[str, Any]) -> Scope:
    """Return the blast radius again."""
    known: dict[str, Any] = dict(raw)
    known.update({name: pairs_in(known[name]) for name in _PAIRS if name in known})
    known.update({name: tuple(known[name]) for name in _NAMES if name in known})
    known.update({name: tuple(map(tuple, known[name])) for name in _TRIPLES if name in known})
    known.update({name: moment(known[name]) for name in _TIMES if name in known})
    return Scope(**known)


def named_out(value: HandNamed) -> dict[str, Any]:
    """Return what a person named as a dict."""
    return _plain(value) | {"since": moment_text(value.since), "until": moment_text(value.until)}


def named_in(raw: Mapping[str, Any]) -> HandNamed:
    """Return what a person named."""
    return HandNamed(
        actors=tuple(raw["actors"]),
        addresses=tuple(raw["addresses"]),
        since=datetime.fromisoformat(raw["since"]).astimezone(UTC),
        until=datetime.fromisoformat(raw["until"]).astimezone(UTC),
    )


def positions_out(value: Iterable[Position]) -> list[Any]:
    """Return positions by their fields' names."""
    return [{**_plain(item), "seen_at": moment_text(item.seen_at)} for item in value]


def positions_in(raw: list[Any]) -> tuple[Position, ...]:
    """Return the positions again."""
    return tuple(replace(Position(**{**item, "seen_at": None}), seen_at=moment(item["seen_at"])) for item in raw)


def meta_out(value: Mapping[str, str]) -> dict[str, str]:
    """Return names with their texts."""
    return dict(value)


def meta_in(raw: Mapping[str, str]) -> dict[str, str]:
    """Return names with their texts again."""
    return dict(raw)


def fields_out(value: Iterable[NoticeField]) -> list[dict[str, Any]]:
    """Return fields of a notice as they were."""
    return [_plain(each) | {"state": each.state.value, "roles": list(each.roles)} for each in value]


def fields_in(raw: list[dict[str, Any]]) -> tuple[NoticeField, ...]:
    """Return fields of a notice."""
    return tuple(
        NoticeField(**(each | {"state": FieldState(each["state"]), "roles": tuple(each["roles"])})) for each in raw
    )
