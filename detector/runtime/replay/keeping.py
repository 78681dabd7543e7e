"""The third stage of a replay: findings become decisions, and all of it the answers.

Comes in: ``Ripe`` by ``Ripe``. Goes out: the replay's own database and journal in its folder, and at the end the three
files. It pages nobody.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from detector.errors import StoreError
from detector.incident import Playbook, Regulation, alert_json, finding_json, incident_json, json_line
from detector.runtime.decide import Decider
from detector.runtime.replay.folder import ANSWERS, DATABASE, JOURNAL, UNFINISHED, held
from detector.runtime.replay.handed import Answered, Ripe
from detector.runtime.scope import scopes_of
from detector.schema.incidents import Incident
from detector.settings import Settings
from detector.store import Journal, Store, Unit

# The name under which the number of what was kept last stands in the database.
_KEPT = "replay.kept"


def decider(settings: Settings, playbooks: Mapping[str, Playbook], regulations: Mapping[str, Regulation]) -> Decider:
    """Return what takes findings to incidents dated by event time, and pages nobody."""
    return Decider(settings=settings, playbooks=playbooks, regulations=regulations, event_time=True)


class Keeping:
    """Database, journal and answers in one folder.

    Args:
        out: The folder.
        decides: Takes findings to incidents.

    Raises:
        InputError: Another replay writes there.
    """

    def __init__(self, out: Path, decides: Decider) -> None:
        self._out, self._decider = out, decides
        with ExitStack() as opened:
            opened.enter_context(held(out))
            # Nothing here has to outlive a power cut: a replay can be repeated.
            self._store = Store.open(f"sqlite:///{(out / DATABASE).absolute()}", durable=False)
            opened.callback(self._store.close)
            self._journal = Journal(out / JOURNAL, self._store, durable=False)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the database and let go of the folder."""
        self._opened.close()

    def keep(self, ripe: Ripe) -> None:
        """Decide and write, in one transaction; what was kept already, also before a crash, is not kept again."""
        with self._store.begin() as unit:
            if ripe.number <= int(unit.meta(_KEPT) or 0):
                return
            unit.set_meta(_KEPT, str(ripe.number))
            if ripe.findings:
                self._decider.decide(unit, ripe.findings, max(finding.at for finding in ripe.findings))
            if ripe.touches:
                self._journal.write(unit, ripe.touches)

    def answer(self) -> Answered:
        """Write the three files, everything in the order of time and id; they appear when all of them are whole.

        Raises:
            StoreError: They cannot be written.
        """
        try:
            return self._answered()
        except OSError as error:
            raise StoreError(
                f"the answers cannot be written to {self._out}: {error.strerror or type(error).__name__}; "
                "look at free space and permissions"
            ) from error

    def _answered(self) -> Answered:
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
            (self._out / (name + UNFINISHED)).replace(self._out / name)
        return Answered(findings=counts[0], alerts=counts[1], incidents=counts[2])

    def _write(self, name: str, rows: Iterable[dict[str, Any]]) -> int:
        count = 0
        with (self._out / (name + UNFINISHED)).open("w", encoding="utf-8", newline="\n") as out:
            for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
                out.write(json_line(row) + "\n")
        return count


def _all(unit: Unit) -> list[Incident]:
    found: list[Incident] = []
    while page := unit.incidents(limit=1000, offset=len(found)):
        found += page
    return found
