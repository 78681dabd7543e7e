"""The end of a replay: what is kept becomes three files.

Comes in: a replay's own database and journal. Goes out: findings, alerts and incidents as lines of JSON, everything in
the order of time and id. ``folder.publish`` gives the files their names. They name whom incidents are about, and are
for whoever made the replay alone.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detector.incident import alert_json, finding_json, incident_json, json_line
from detector.messages import Language
from detector.runtime.decide import Decider
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase
from detector.runtime.replay.folder import UNFINISHED, writing
from detector.schema.case.incidents import Incident
from detector.store import Journal, Store, UnitOfWork


def write_findings(out: Path, store: Store, language: Language) -> int:
    """Write the findings; return how many.

    Raises:
        StoreError: They cannot be written.
    """
    with writing(out), store.read() as unit:
        return _write(out, "findings.jsonl", (finding_json(each, language) for each in unit.incidents.all_findings()))


def write_incidents(out: Path, store: Store, journal: Journal, decider: Decider) -> tuple[int, int]:
    """Write the alerts, and the incidents with their scopes; return how many of each.

    The scopes are kept in the database, and may make an incident another one: what the commands show of a replay and
    what its files say is one and the same.

    Raises:
        StoreError: They cannot be written.
    """
    language = decider.settings.language
    with writing(out):
        with store.read() as unit:
            cases = [ScopeCase(each, unit.incidents.incident_findings(each.id)) for each in _all(unit)]
        scopes = IncidentScopes(journal, decider.watched, decider.playbooks).scopes(cases)
        with store.begin() as unit:
            for (incident, _), scope in zip(cases, scopes, strict=True):
                if scope != incident.scope:
                    decider.apply_scope(unit, incident, scope)
        with store.read() as unit:
            incidents = sorted(_all(unit), key=lambda i: (i.opened_at, i.id))
            expected = {each.id: each for each in unit.exceptions.all()}
            told = (alert_json(each, language, expected.get(each.exception_id)) for each in unit.incidents.all_alerts())
            alerts = _write(out, "alerts.jsonl", told)
        rows = (incident_json(each, language) for each in incidents)
        return alerts, _write(out, "incidents.jsonl", rows)


def _write(out: Path, name: str, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with open(out / (name + UNFINISHED), "w", encoding="utf-8", newline="\n", opener=_private) as file:
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
            file.write(json_line(row) + "\n")
    return count


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _all(unit: UnitOfWork) -> list[Incident]:
    found: list[Incident] = []
    while page := unit.incidents.newest(limit=1000, offset=len(found)):
        found += page
    return found
