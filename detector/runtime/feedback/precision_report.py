"""How often rules and facets were right, and which are proposed for lowering.

Comes in: a store. Goes out: rows for people and gauges, what lowering would have changed, and what the incidents of a
month cost beside the false ones that were asked for.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from detector.clock import SystemClock
from detector.incident import MONTH, IncidentCost, Playbook, Regulation, RulePrecision, incident_costs
from detector.incident import precision as precision_by_name
from detector.runtime.feedback.judged_incidents import SPAN, JudgedIncidents
from detector.runtime.feedback.lowering import KeptFindings, LoweringEffect, effects, event_time_decider
from detector.schema.findings import Detector
from detector.settings import Settings
from detector.store import Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionReport:
    """How often each was right, what incidents cost, and what lowering those that are proposed would have changed."""

    rows: tuple[RulePrecision, ...]
    costs: tuple[IncidentCost, ...]
    lowering: tuple[LoweringEffect, ...] = ()


def rows_of_unit(unit: UnitOfWork, now: datetime, judged: JudgedIncidents | None = None) -> tuple[RulePrecision, ...]:
    """Return how often each was right in the last 365 days; ``judged`` remembers what it read."""
    return tuple(precision_by_name((judged or JudgedIncidents()).since(unit, now - SPAN)))


def costs_of_unit(unit: UnitOfWork, settings: Settings, now: datetime) -> tuple[IncidentCost, IncidentCost]:
    """Return what became of the incidents of the last 30 days: behaviour's, and those that rules opened alone."""
    since = now - MONTH
    with_behaviour = unit.incidents.incidents_by(Detector.BEHAVIOUR, since)
    asked = settings.behaviour.false_incidents_a_month
    return incident_costs(unit.incidents.opened_since(since), with_behaviour, asked)


def precision_of(settings: Settings) -> tuple[RulePrecision, ...]:
    """Return how often each was right, of the configured database, which is only looked at.

    Raises:
        StoreError: It cannot be read.
    """
    with closing(Store.open(settings.database_url, upgrade=False, make=False)) as store, store.read() as unit:
        return rows_of_unit(unit, SystemClock().now())


def report(
    store: Store,
    settings: Settings,
    playbooks: Mapping[str, Playbook],
    regulations: Mapping[str, Regulation],
    now: datetime,
) -> PrecisionReport:
    """Return the rows, and what lowering each that is proposed would have changed; findings are folded anew for it."""
    with store.read() as unit:
        judged = JudgedIncidents().since(unit, now - SPAN)
        rows = tuple(precision_by_name(judged))
        costs = costs_of_unit(unit, settings, now)
        names = [row.name for row in rows if row.is_to_lower(now)]
        kept = KeptFindings.of(unit) if names else None
    if kept is None:
        return PrecisionReport(rows=rows, costs=costs)
    decider = event_time_decider(settings, playbooks, regulations)
    return PrecisionReport(rows=rows, costs=costs, lowering=tuple(effects(kept, judged, names, decider)))
