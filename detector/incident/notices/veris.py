"""A case in VERIS, the vocabulary that incidents of many companies are counted in; it names nobody. Pure.

Comes in: what is known of a case. Goes out: an object of the community schema (verisc). The schema has no licence that
would let it be shipped, so what is written is held against its rules as they were read (required keys, closed lists of
words, in ``veris_problems``): of version 1.3 the structure, of 1.4.0 a sample. https://verisframework.org
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from detector.incident.notices.notice_facts import NoticeFacts
from detector.schema.case.case_facts import IncidentCause
from detector.schema.case.incidents import IncidentKind

VERSION: Final = "1.4.0"
_UNKNOWN: Final = "Unknown"
_DATA: Final = {"simple": "Personal", "behavioural": "Personal", "financial": "Bank", "sensitive": "Sensitive Personal"}
_UNITS: Final = (("Days", timedelta(days=1)), ("Hours", timedelta(hours=1)), ("Minutes", timedelta(minutes=1)))
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        *("actor", "action", "asset", "attribute", "discovery_method", "incident_id", "schema_version"),
        *("security_incident", "timeline", "victim"),
    ),
    "action.error": ("variety", "vector"),
    "action.hacking": ("variety", "vector"),
    "action.misuse": ("variety", "vector"),
    "actor.external": ("country", "motive", "variety"),
    "actor.internal": ("motive", "variety"),
    "asset.assets[]": ("variety",),
    "attribute.availability": ("variety",),
    "attribute.confidentiality": ("data_disclosure",),
    "attribute.confidentiality.data[]": ("variety",),
    "attribute.integrity": ("variety",),
    "timeline": ("incident",),
    "timeline.incident": ("year",),
    "timeline.discovery": ("unit",),
    "timeline.containment": ("unit",),
    "victim": ("country", "employee_count", "industry"),
}
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "security_incident": frozenset({"Confirmed", "Suspected", "Near miss", "False positive"}),
    "action.error.variety[]": frozenset({_UNKNOWN, "Malfunction"}),
    "action.error.vector[]": frozenset({_UNKNOWN, "Inadequate technology"}),
    "action.hacking.variety[]": frozenset({_UNKNOWN}),
    "action.hacking.vector[]": frozenset({_UNKNOWN}),
    "action.misuse.variety[]": frozenset({"Privilege abuse"}),
    "action.misuse.vector[]": frozenset({_UNKNOWN}),
    "actor.external.variety[]": frozenset({_UNKNOWN}),
    "actor.external.motive[]": frozenset({_UNKNOWN}),
    "actor.internal.variety[]": frozenset({_UNKNOWN}),
    "actor.internal.motive[]": frozenset({_UNKNOWN, "NA"}),
    "asset.assets[].variety": frozenset({_UNKNOWN, "S - Database", "S - Web application"}),
    "attribute.availability.variety[]": frozenset({"Destruction"}),
    "attribute.confidentiality.data[].variety": frozenset({*_DATA.values(), _UNKNOWN}),
    "attribute.confidentiality.data_disclosure": frozenset({"Yes", "Potentially", "No", _UNKNOWN}),
    "attribute.confidentiality.data_victim[]": frozenset({"Customer"}),
    "attribute.integrity.variety[]": frozenset({"Modify data"}),
    "timeline.discovery.unit": frozenset({"Days", "Hours", "Minutes", _UNKNOWN}),
    "timeline.containment.unit": frozenset({"Days", "Hours", "Minutes", _UNKNOWN}),
    "victim.employee_count": frozenset({_UNKNOWN}),
}


def veris_of(facts: NoticeFacts) -> dict[str, Any]:
    """Return a case in VERIS."""
    incident, scope = facts.incident, facts.scope
    first = scope.first_event_at or incident.first_event_at
    local = first.astimezone(facts.zone)
    timeline: dict[str, Any] = {
        "incident": {"year": local.year, "month": local.month, "day": local.day},
        "discovery": _span(incident.noticed_at - first),
    }
    none = incident.ended_as_none  # then nobody took anything, and nothing had to be stopped
    if facts.flow_stopped is not None and not none:
        timeline["containment"] = _span(facts.flow_stopped - incident.noticed_at)
    reported = incident.reported_at is not None
    return {
        "schema_version": VERSION,
        "schema_name": "verisc",
        "incident_id": incident.number,
        "security_incident": _confirmed(facts),
        "summary": _summary(facts),
        "timeline": timeline,
        "victim": {
            "country": [facts.organization.country or _UNKNOWN],
            "employee_count": _UNKNOWN,
            "industry": "00",
        },
        "actor": _actor(IncidentCause.UNKNOWN if none else facts.cause),
        "action": _action(IncidentCause.UNKNOWN if none else facts.cause),
        "asset": {"assets": [{"variety": _UNKNOWN}]},
        "attribute": {"confidentiality": {"data_disclosure": "No"}} if none else _attribute(facts),
        "discovery_method": {
            "external" if reported else "internal": {"variety": [_UNKNOWN if reported else "Log review"]},
        },
    }


def veris_problems(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of an object is not as the schema has it, as far as we write it."""
    yield from _problems(said, "")


def _problems(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{path or 'it'} lacks {key}" for key in _REQUIRED.get(path, ()) if key not in value)
        for key, inner in value.items():
            yield from _problems(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        if not value:
            yield f"{path} is empty"
        for inner in value:
            yield from _problems(inner, f"{path}[]")
    elif path in _WORDS and value not in _WORDS[path]:
        yield f"{path} is {value!r}"


def _summary(facts: NoticeFacts) -> str:
    reason = facts.incident.close_reason
    if facts.incident.ended_as_none and reason is not None:
        return facts.t("withdrawn-outcome", reason=reason.value.replace("_", "-"))
    nature = facts.t("nature", kind=facts.incident.kind.value)
    mark = facts.words.text("drill-document-mark")
    return f"{mark} {nature}" if facts.incident.kind is IncidentKind.DRILL else nature


def _confirmed(facts: NoticeFacts) -> str:
    if facts.incident.ended_as_none:
        return "False positive"
    return "Confirmed" if facts.incident.aware_at is not None else "Suspected"


def _span(time: timedelta) -> dict[str, Any]:
    if time < timedelta(0):
        return {"unit": _UNKNOWN}
    unit, one = next(((unit, one) for unit, one in _UNITS if time >= one), _UNITS[-1])
    return {"unit": unit, "value": round(time / one, 1)}


def _actor(cause: IncidentCause) -> dict[str, Any]:
    match cause:
        case IncidentCause.ATTACK:
            return {"external": {"variety": [_UNKNOWN], "motive": [_UNKNOWN], "country": [_UNKNOWN]}}
        case IncidentCause.INSIDER:
            return {"internal": {"variety": [_UNKNOWN], "motive": [_UNKNOWN]}}
        case IncidentCause.HUMAN_ERROR:
            return {"internal": {"variety": [_UNKNOWN], "motive": ["NA"]}}
        case _:
            return {"unknown": {}}


def _action(cause: IncidentCause) -> dict[str, Any]:
    match cause:
        case IncidentCause.ATTACK:
            return {"hacking": {"variety": [_UNKNOWN], "vector": [_UNKNOWN]}}
        case IncidentCause.INSIDER:
            return {"misuse": {"variety": ["Privilege abuse"], "vector": [_UNKNOWN]}}
        case IncidentCause.HUMAN_ERROR:
            return {"error": {"variety": [_UNKNOWN], "vector": [_UNKNOWN]}}
        case IncidentCause.FAILURE:
            return {"error": {"variety": ["Malfunction"], "vector": ["Inadequate technology"]}}
        case _:
            return {"unknown": {}}


def _attribute(facts: NoticeFacts) -> dict[str, Any]:
    scope, actions = facts.scope, dict(facts.scope.by_action)
    found: dict[str, Any] = {}
    if facts.incident.kind is not IncidentKind.ALTERATION:
        kinds = dict.fromkeys(
            _DATA[facts.classes[name].enisa] if name in facts.classes else _UNKNOWN for name in scope.data_classes
        )
        total = {"data_total": scope.record_high} if scope.record_high and not scope.uncounted else {}
        found["confidentiality"] = {
            "data_disclosure": "Yes" if facts.incident.aware_at is not None else "Potentially",
            "data": [{"variety": each} for each in kinds or (_UNKNOWN,)],
            "data_victim": ["Customer"],
            **total,
        }
    if scope.changes > actions.get("delete", 0):
        found["integrity"] = {"variety": ["Modify data"]}
    if actions.get("delete", 0):
        found["availability"] = {"variety": ["Destruction"]}
    return found or {"integrity": {"variety": ["Modify data"]}}
