"""The third stage of a replay: findings become decisions, and all of it the answers.

Comes in: ``Ripe`` by ``Ripe``. Goes out: the replay's own database and journal in its folder, and at the end the three
files. It pages nobody.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detector.incident import alert_json, finding_json, incident_json, json_line
from detector.runtime.decide import Decider
from detector.runtime.replay.handed import Ripe
from detector.runtime.scope import scopes_of
from detector.schema.incidents import Incident
from detector.store import Journal, Store, Unit

ANSWERS = ("findings.jsonl", "alerts.jsonl", "incidents.jsonl")
_DATABASE = "nabat.db"
_JOURNAL = "journal"
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Answered:
    """How many rows each of the answers has."""

    findings: int
    alerts: int
    incidents: int


def clear(out: Path) -> None:
    """Make the folder, and take out of it what an earlier replay left: nobody shall read one's answers as another's."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", *ANSWERS, *(each + _UNFINISHED for each in ANSWERS)):
        (out / old).unlink(missing_ok=True)
    shutil.rmtree(out / _JOURNAL, ignore_errors=True)


class Keeping:
    """Database, journal and answers in one folder.

    Args:
        out: The folder.
        decider: Takes findings to incidents.
    """

    def __init__(self, out: Path, decider: Decider) -> None:
        self._out, self._decider = out, decider
        # Nothing here has to outlive a power cut: a replay can be repeated.
        self._store = Store.open(f"sqlite:///{(out / _DATABASE).absolute()}", durable=False)
        self._journal = Journal(out / _JOURNAL, self._store, durable=False)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def keep(self, ripe: Ripe) -> None:
        """Decide and write, in one transaction; the same again changes nothing."""
        if not ripe.findings and not ripe.touches:
            return
        with self._store.begin() as unit:
            if ripe.findings:
                self._decider.decide(unit, ripe.findings, max(finding.at for finding in ripe.findings))
            if ripe.touches:
                self._journal.write(unit, ripe.touches)

    def answer(self) -> Answered:
        """Write the three files, everything in the order of time and id; they appear when all of them are whole."""
        language = self._decider.settings.language
        with self._store.read() as unit:
            incidents = sorted(_all(unit), key=lambda i: (i.opened_at, i.id))
            found, alerts = unit.all_findings(), unit.all_alerts()
            counts = [
                self._write("findings.jsonl", (finding_json(each, language) for each in found)),
                self._write("alerts.jsonl", (alert_json(each, language) for each in alerts)),
            ]
        scoped = [
            replace(incident, scope=scope)
            for incident, scope in zip(incidents, scopes_of(self._journal, incidents), strict=True)
        ]
        counts.append(self._write("incidents.jsonl", (incident_json(each, None, language) for each in scoped)))
        for name in ANSWERS:
            (self._out / (name + _UNFINISHED)).replace(self._out / name)
        return Answered(*counts)

    def _write(self, name: str, rows: Iterable[dict[str, Any]]) -> int:
        count = 0
        with (self._out / (name + _UNFINISHED)).open("w", encoding="utf-8", newline="\n") as out:
            for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
                out.write(json_line(row) + "\n")
        return count


def _all(unit: Unit) -> list[Incident]:
    found: list[Incident] = []
    while page := unit.incidents(limit=1000, offset=len(found)):
        found += page
    return found
