"""All incidents together: which there are, what is owed in them, and how often rules were right."""

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from detector.incident import RulePrecision, announced_at, settings_of
from detector.notify import Roster, owner
from detector.runtime.incidents.agenda.report_keeper import MOST_OF_FORM
from detector.runtime.incidents.agenda.standing_agenda import read_standing
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.incidents import Incident
from detector.schema.team.role_assignments import RoleAssignment
from detector.store import UnitOfWork, WriteCounts
from detector.web.ports import OwedThing

if TYPE_CHECKING:
    from detector.incident import IncidentCost
    from detector.runtime.feedback.judged_incidents import Hidden, JudgedIncidents
    from detector.runtime.feedback.precision_report import PrecisionReport


_OF_PREPARATION = (AgendaKind.CHANNEL_TEST, AgendaKind.TRAINING)


class _CaseTeams:
    """What says who is called in each of many cases, read at once."""

    def __init__(self, unit: UnitOfWork, incident_ids: Collection[str]) -> None:
        self._asked = unit.people.asked_for_roles(incident_ids)
        self.frozen = cache(unit.incidents.frozen)

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident."""
        return self._asked.get(incident_id, [])


class Overview(CaseDesk):
    """Reads what is of many incidents."""

    _closed_ones: "JudgedIncidents | None" = None

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return incidents, the newest first."""
        with self._store.read() as unit:
            return unit.incidents.listed(open_only=open_only, limit=limit, offset=offset)

    def written(self) -> WriteCounts:
        """Return how often cases and messages were written, by whatever process."""
        with self._store.read() as unit:
            return unit.changes()

    def agenda(self, incident_ids: Collection[str] | None = None) -> list[OwedThing]:
        """Return what is owed, in all incidents or in some and in none, the first due first, each with whose it is."""
        now = self._clock.now()
        with self._store.read() as unit:
            calendar = [item for item in read_standing(unit, self._settings, now) if announced_at(item) <= now]
            all_of_it = unit.agenda.all(incident_ids)
            items = [item for item in all_of_it if item.incident_id]
            about = {each.id: each.about for each in unit.reports.waiting(of_form=MOST_OF_FORM)}
            known, _ = unit.incidents.readable_by_ids({item.incident_id for item in items})
            teams = _CaseTeams(unit, known)
            rosters = {
                key: Roster(settings_of(incident, teams, self.with_rota), incident.suspects, now)
                for key, incident in known.items()
            }
        rosters[""] = Roster(self.with_rota, (), now)
        calendar += [item for item in all_of_it if item.kind in _OF_PREPARATION and item.what and item.due_at <= now]
        reports = [item for item in all_of_it if item.kind is AgendaKind.REPORT and item.what in about]
        of_reports = [(item, owner(item, Roster(self.with_rota, about[item.what], now))) for item in reports]
        found = [
            OwedThing(item, known.get(item.incident_id), call.person if call is not None else "")
            for item in (*items, *calendar)
            if item.incident_id in rosters
            for call in (owner(item, rosters[item.incident_id]),)
        ]
        found += [OwedThing(item, None, call.person if call is not None else "") for item, call in of_reports]
        return sorted(found, key=lambda each: each.item.due_at)

    def precision(self, hidden: "Hidden | None" = None) -> tuple[RulePrecision, ...]:
        """Return how often each rule and facet was right in the last 365 days, by what people said."""
        from detector.runtime.feedback.judged_incidents import JudgedIncidents  # noqa: PLC0415 - loads what judges
        from detector.runtime.feedback.precision_report import rows_of_unit  # noqa: PLC0415 - likewise

        self._closed_ones = self._closed_ones or JudgedIncidents()
        with self._store.read() as unit:
            return rows_of_unit(unit, self._clock.now(), self._closed_ones, hidden)

    def incident_costs(self, hidden: "Hidden | None" = None) -> "tuple[IncidentCost, IncidentCost]":
        """Return what became of the incidents of the last 30 days: behaviour's, and those that rules opened alone."""
        from detector.runtime.feedback.precision_report import costs_of_unit  # noqa: PLC0415 - loads what judges

        with self._store.read() as unit:
            return costs_of_unit(unit, self._settings, self._clock.now(), hidden)

    def precision_report(self, hidden: "Hidden | None" = None) -> "PrecisionReport":
        """Return the same, with what lowering would have changed: kept findings are folded anew, which takes time."""
        from detector.runtime.feedback.precision_report import report  # noqa: PLC0415 - loads what judges

        return report(self._store, self._settings, self._playbooks, self._regulations, self._clock.now(), hidden)
