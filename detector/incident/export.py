"""Findings, alerts and incidents as JSON objects with a fixed order of keys.

Comes in: values. Goes out: dicts ready for ``json.dumps``. The same values give the same bytes: nothing is in it that
depends on when or in how many pieces the lines were read (no version, no clock but the one in force).
"""

import json
from typing import Any

import msgspec

from detector.incident.timeline import rfc3339
from detector.messages import Language, messages
from detector.schema.case.incidents import Incident
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Evidence, Finding, Reason
from detector.schema.detection.work_exceptions import WorkException

Json = dict[str, Any]
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_encode = msgspec.json.Encoder().encode
# Below it, and above others that no score reaches, Python writes a number with an exponent, and writes it otherwise.
_LEAST_PLAIN = 0.0001


def json_line(thing: Json) -> str:
    """Return one line of a .jsonl file.

    Args:
        thing: A finding, an alert or an incident. Its only number with a fraction is its ``score``.
    """
    if 0 < thing["score"] < _LEAST_PLAIN:
        return _written(thing)
    try:
        return _encode(thing).decode()
    except UnicodeEncodeError:
        return _written(thing)


def _written(thing: Json) -> str:
    """Return what ``_encode`` cannot write: half a surrogate, which no file of UTF-8 can hold, becomes U+FFFD."""
    return _ENCODER.encode(thing).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def finding_json(finding: Finding, language: Language = "en") -> Json:
    """Return a finding."""
    return {
        "id": finding.id,
        "at": rfc3339(finding.at),
        "detector": finding.detector.value,
        "rule": finding.rule_id,
        "title": _title(finding.title, finding.title_ru, language),
        "actor": {"id": finding.actor_id, "type": finding.actor_type},
        "source_ips": list(finding.source_ips),
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "score": finding.score,
        "risk": finding.risk,
        "matter": finding.matter,
        "service": finding.service,
        "reasons": reasons(finding.reasons, language),
        "first_event_at": rfc3339(finding.first_event_at),
        "last_event_at": rfc3339(finding.last_event_at),
        "events": finding.events,
        "subjects": finding.subject_count,
        "records": {"low": finding.record_low, "high": finding.record_high},
        "uncounted": finding.uncounted,
        "data_classes": list(finding.data_classes),
        "tags": list(finding.tags),
        "evidence": [_evidence(each) for each in finding.evidence],
    }


def alert_json(alert: Alert, language: Language = "en", expected: WorkException | None = None) -> Json:
    """Return an alert; ``expected`` is the exception that mutes it."""
    return {
        "id": alert.id,
        "opened_at": rfc3339(alert.opened_at),
        "rule": alert.rule_id,
        "title": _title(alert.title, alert.title_ru, language),
        "actor": {"id": alert.actor_id, "type": alert.actor_type},
        "severity": alert.severity.value,
        "score": alert.score,
        "risk": alert.risk,
        "matter": alert.matter,
        "service": alert.service,
        "status": alert.status.value,
        "muted_by": alert.muted_by.value if alert.muted_by else None,
        "expected": _expected(expected) if expected else None,
        "first_event_at": rfc3339(alert.first_event_at),
        "last_event_at": rfc3339(alert.last_event_at),
        "findings": list(alert.finding_ids),
        "incident": alert.incident_id or None,
        "storm": alert.storm,
    }


def _expected(exception: WorkException) -> Json:
    return {
        "id": exception.id,
        "by": exception.asked_by,
        "reviewed_by": exception.reviewed_by,
        "until": rfc3339(exception.ends_at),
        "reason": exception.reason,
    }


def incident_json(incident: Incident, language: Language = "en") -> Json:
    """Return an incident; subjects, records and data classes are those of its scope, as the access journal shows it.

    Args:
        incident: The incident.
        language: Of title and reasons.
    """
    scope = incident.scope
    return {
        "id": incident.id,
        "number": incident.number,
        "code_name": (incident.code_name_ru or incident.code_name) if language == "ru" else incident.code_name,
        "opened_at": rfc3339(incident.opened_at),
        "became_at": rfc3339(incident.became_at) if incident.became_at else None,
        "kind": incident.kind.value,
        "title": _title(incident.title, incident.title_ru, language),
        "actor": {"id": incident.actor_id, "type": incident.actor_type},
        "related_actors": list(incident.related_actors),
        "source_ips": list(incident.source_ips),
        "severity": incident.severity.value,
        "score": incident.score,
        "risk": incident.risk,
        "reasons": reasons(incident.reasons, language),
        "rules": list(incident.rules),
        "tags": list(incident.tags),
        "first_event_at": rfc3339(incident.first_event_at),
        "last_event_at": rfc3339(incident.last_event_at),
        "subjects": scope.subjects,
        "imported_subjects": scope.imported_subjects,
        "usual_subjects": scope.usual_subjects,
        "records": {"low": scope.record_low, "high": scope.record_high},
        "uncounted": scope.uncounted,
        "data_classes": list(scope.data_classes),
        "service": incident.service,
        "matter": incident.matter,
        "playbook": incident.playbook,
        "status": incident.status.value,
        "acknowledged_at": rfc3339(incident.acknowledged_at) if incident.acknowledged_at else None,
        "aware_at": rfc3339(incident.aware_at) if incident.aware_at else None,
        "closed_at": rfc3339(incident.closed_at) if incident.closed_at else None,
        "close_reason": incident.close_reason.value if incident.close_reason else None,
        "alerts": list(incident.alert_ids),
    }


def reasons(given: tuple[Reason, ...], language: Language) -> list[str]:
    """Return reasons in words, each sentence once."""
    words = messages(language)
    if len(given) == 1:
        return [words.reason(given[0])]
    return list(dict.fromkeys(words.reason(reason) for reason in given))


def _title(english: str, russian: str, language: Language) -> str:
    return russian if language == "ru" and russian else english


def _evidence(evidence: Evidence) -> Json:
    return {
        "at": rfc3339(evidence.at),
        "event": evidence.event_id,
        "file": evidence.path,
        "offset": evidence.offset,
        "line_sha256": evidence.line_hash,
        **({"account": evidence.account} if evidence.account else {}),
    }
