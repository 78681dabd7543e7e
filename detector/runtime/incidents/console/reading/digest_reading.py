"""Rows of a digest of what was there before the service: what each is, and which incident some became."""

from collections.abc import Mapping, Sequence

from detector.incident import IncidentStore, as_incident, ranked, rows_of, would_be
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.scopes.incident_scope import ScopeCase
from detector.schema.case.first_reading import Row
from detector.schema.case.incidents import Incident, IncidentKind, Scope
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.store import UnitOfWork

# Rows whose findings say that somebody got in, or tries to, and not that data was taken: then the journal is asked.
_TO_LOOK_UP = frozenset(IncidentKind) - {IncidentKind.LEAK, IncidentKind.SUSPICIOUS, IncidentKind.BLIND_SPOT}


class DigestReading(CaseDesk):
    """Reads rows of digests."""

    def _forget(self) -> None:
        super()._forget()
        self._looked_up: dict[str, tuple[Row, Incident, Scope]] = {}

    def _rows(self, incident: Incident, alerts: Sequence[Alert], findings: Mapping[str, Finding]) -> list[Row]:
        """Return the rows of a digest as its findings show them; of any other incident none."""
        return rows_of(alerts, findings, self._playbooks) if incident.kind is IncidentKind.HISTORY else []

    def _judged(self, unit: UnitOfWork, rows: Sequence[Row]) -> tuple[tuple[Row, ...], dict[str, Incident]]:
        """Return rows of a digest, the worst first, and the incidents that some became, by id.

        Each is of the kind of its incident, the one it became or would be: where somebody got in, the access journal
        says what was touched.
        """
        became = unit.incidents.by_ids([row.incident_id for row in rows if row.incident_id])
        judged = {row.id: (each, each.scope) for row in rows if (each := became.get(row.incident_id))}
        asked = [row for row in rows if row.id not in judged and row.kind in _TO_LOOK_UP]
        self._look_up(unit.incidents, [row for row in asked if self._looked_up.get(row.id, (None,))[0] != row])
        judged |= {row.id: self._looked_up[row.id][1:] for row in asked}
        return tuple(ranked(as_incident(row, *judged[row.id]) if row.id in judged else row for row in rows)), became

    def _look_up(self, past: IncidentStore, rows: Sequence[Row]) -> None:
        """Remember of rows the incidents they would be, and whose data those are about; what is over hardly changes."""
        now, settings, laws = self._clock.now(), self._settings, self._regulations
        made = [would_be(row, past, self._playbooks, settings, regulations=laws, now=now).incidents[0] for row in rows]
        followed = [incident for incident in made if incident.follow_until is not None]
        found = dict(
            zip(
                [each.id for each in followed],
                self._scopes(skip_bad=True).scopes(map(ScopeCase, followed)),
                strict=True,
            )
        )
        self._looked_up |= {
            row.id: (row, each, found.get(each.id, each.scope)) for row, each in zip(rows, made, strict=True)
        }
