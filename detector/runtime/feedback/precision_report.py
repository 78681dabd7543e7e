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
from detector.runtime.feedback.judged_incidents import SPAN, Hidden, JudgedIncidents
from detector.runtime.feedback.lowering import KeptFindings, LoweringEffect, effects, event_time_decider
from detector.schema.detection.findings import Detector
from detector.settings import Settings
from detector.store import Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionReport:
    """How often each was right, what incidents cost, and what lowering those that are proposed would have changed."""

    rows: tuple[RulePrecision, ...]
    costs: tuple[IncidentCost, ...]
    lowering: tuple[LoweringEffect, ...] = ()


def rows_of_unit(
    unit: UnitOfWork, now: datetime, judged: JudgedIncidents | None = None, hidden: Hidden | None = None
) -> tuple[RulePrecision, ...]:
    """Return how often each was right in the last 365 days; ``judged`` remembers what it read."""
    return tuple(precision_by_name((judged or JudgedIncidents()).since(unit, now - SPAN, hidden)))


def costs_of_unit(
    unit: UnitOfWork, settings: Settings, now: datetime, hidden: Hidden | None = None
) -> tuple[IncidentCost, IncidentCost]:
    """Return what became of the incidents of the last 30 days: behaviour's, and those that rules opened alone."""
    since = now - MONTH
    with_behaviour = unit.incidents.incidents_by(Detector.BEHAVIOUR, since)
    asked = settings.behaviour.false_incidents_a_month
    opened = unit.incidents.opened_since(since)
    gone = hidden(unit, opened) if hidden is not None else ()
    return incident_costs([each for each in opened if each.id not in gone], with_behaviour, asked)


def precision_of(settings: Settings, hidden: Hidden | None = None) -> tuple[RulePrecision, ...]:
    """Return how often each was right, of the configured database, which is only looked at.

    Raises:
        StoreError: It cannot be read.
    """
    with closing(Store.open(settings.database_url, upgrade=False, make=False)) as store, store.read() as unit:
        return rows_of_unit(unit, SystemClock().now(), hidden=hidden)


def report(
    store: Store,
    settings: Settings,
    playbooks: Mapping[str, Playbook],
    regulations: Mapping[str, Regulation],
    now: datetime,
    hidden: Hidden | None = None,
) -> PrecisionReport:
    """Return the rows, and what lowering each that is proposed would have changed; findings are folded anew for it.

    ``hidden`` incidents, and the findings behind them, count nowhere.
    """
    with store.read() as unit:
        judged = JudgedIncidents().since(unit, now - SPAN, hidden)
        rows = tuple(precision_by_name(judged))
        costs = costs_of_unit(unit, settings, now, hidden)
        names = [row.name for row in rows if row.is_to_lower(now)]
        kept = KeptFindings.of(unit) if names else None
        if kept is not None and hidden is not None:
            kept = kept.without(hidden(unit, list(unit.incidents.by_ids(kept.incidents).values())))
    if kept is None:
        return PrecisionReport(rows=rows, costs=costs)
    decider = event_time_decider(settings, playbooks, regulations)
    return PrecisionReport(rows=rows, costs=costs, lowering=tuple(effects(kept, judged, names, decider)))
