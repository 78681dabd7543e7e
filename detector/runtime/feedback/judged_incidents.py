"""Incidents that were closed with a verdict, and what spoke in each.

Comes in: an open unit of work. Goes out: ``ClosedIncident``. What a closed incident rests on does not change, so that
each is read once.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from detector.detect.behaviour import reason_facets
from detector.errors import ConflictError, Problem
from detector.incident import ClosedIncident, ClosingVerdict, verdict_of
from detector.schema.case.incidents import STORM_MATTER, Incident
from detector.schema.detection.findings import FACET_PREFIX, Detector, Finding
from detector.schema.detection.work_exceptions import ExpectedKinds
from detector.store import UnitOfWork

Hidden = Callable[[UnitOfWork, Sequence[Incident]], Collection[str]]
"""Returns the ids of those of some incidents that do not exist for whoever looks."""
SPAN = timedelta(days=365)
"""Verdicts of so long are counted."""


def speakers(finding: Finding) -> tuple[str, ...]:
    """Return what speaks by a finding: its rule, or each facet that gives a reason."""
    if finding.detector is not Detector.BEHAVIOUR:
        return (finding.rule_id,)
    facets = reason_facets()
    told = {facets[reason.message] for reason in finding.reasons if reason.message in facets}
    return tuple(f"{FACET_PREFIX}{facet}" for facet in sorted(told))


def kinds_of(incident: Incident, findings: Iterable[Finding]) -> ExpectedKinds:
    """Return what is expected when what an incident was about is: the rules and facets of its actor's findings.

    Raises:
        ConflictError: It was neither a false alarm nor authorised, or is about nobody in particular.
    """
    if verdict_of(incident) not in (ClosingVerdict.FALSE_ALARM, ClosingVerdict.EXPECTED):
        what = f"incident {incident.number} was closed neither as a false positive nor as authorised"
        raise ConflictError(Problem(what=what, fix="close it so first, if it is"))
    told = {name for each in findings if each.actor_id == incident.actor_id for name in speakers(each)}
    facets = {name for name in told if name.startswith(FACET_PREFIX)}
    if incident.matter == STORM_MATTER or not told:
        what = f"incident {incident.number} is about nobody in particular"
        raise ConflictError(Problem(what=what, fix="ask for an exception for each actor: nabat expect"))
    named = sorted(name.removeprefix(FACET_PREFIX) for name in facets)
    return ExpectedKinds(rules=tuple(sorted(told - facets)), facets=tuple(named))


class JudgedIncidents:
    """Reads verdicts, and remembers what it read."""

    def __init__(self) -> None:
        self._known: dict[str, ClosedIncident] = {}

    def since(self, unit: UnitOfWork, moment: datetime, hidden: Hidden | None = None) -> list[ClosedIncident]:
        """Return the incidents closed with a verdict at or after a moment, the earliest first, but for hidden ones."""
        found, closed = [], unit.incidents.closed_since(moment)
        gone = hidden(unit, closed) if hidden is not None else ()
        for incident in closed:
            verdict = verdict_of(incident)
            if verdict is None or incident.closed_at is None or incident.id in gone:
                continue
            known = self._known.get(incident.id)
            if known is None or known.closed_at != incident.closed_at:
                told = _told(unit.incidents.incident_findings(incident.id))
                known = ClosedIncident(id=incident.id, verdict=verdict, closed_at=incident.closed_at, speakers=told)
            found.append(known)
        self._known = {each.id: each for each in found}
        return found


def _told(findings: Iterable[Finding]) -> tuple[tuple[str, str, str], ...]:
    titles = {name: (finding.title, finding.title_ru) for finding in findings for name in speakers(finding)}
    return tuple((name, *title) for name, title in sorted(titles.items()))
