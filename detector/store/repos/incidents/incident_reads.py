"""Findings, alerts, incidents, steps and timeline entries: found by what people and stages ask for.

Comes in: ids, actors, what people call an incident. Goes out: values of the vocabulary. It writes nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, func, or_, select

from detector.errors import UnreadableRowError
from detector.messages import Language, messages
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.damaged_cases import DamagedCase
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.incidents import (
    CaseMerge,
    CloseReason,
    Incident,
    IncidentParties,
    IncidentStatus,
    Step,
    StepStatus,
    TimelineEntry,
)
from detector.schema.case.retro import RuleFound
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ADDRESS, SESSION
from detector.schema.levels import Severity
from detector.schema.team.drills import MATTER_PREFIX
from detector.schema.team.grants import ApprovalStatus, PersonAct
from detector.schema.team.role_assignments import RoleAssignment
from detector.store.db import tables
from detector.store.db.column_types import holdable
from detector.store.db.session import Session, row
from detector.store.db.unreadable_rows import FAULTS
from detector.store.repos.incidents.damaged_case import read_damaged

_FOLDED = ("code_name_folded", "code_name_ru_folded")
_INCIDENT = [column.name for column in tables.incidents.columns if column.name not in _FOLDED]
_PARTIES = ("id", "matter", "actor_id", "related_actors", "terms", "merged_into")
_CHUNK = 500
_JOINING = or_(
    tables.alerts.c.incident_id != "",
    tables.alerts.c.actor_id.startswith(ADDRESS),
    tables.alerts.c.actor_id.startswith(SESSION),
)
# What counts for a storm: neither what a first reading lists nor what a drill makes.
LIVE = and_(
    tables.alerts.c.digest == "",
    tables.alerts.c.finding_ids != (),
    ~tables.alerts.c.matter.startswith(MATTER_PREFIX),
)
# What stands for a cell of an incident that cannot be read, where its value has no default.
_OPEN_OR_HANDLED = or_(
    tables.incidents.c.status != IncidentStatus.CLOSED, tables.incidents.c.close_reason == CloseReason.HANDLED
)
_LEAST: dict[str, Any] = {"severity": Severity.HIGH, "score": 0.0, "risk": 0}
_MOMENTS = ("opened_at", "first_event_at", "last_event_at")
_TITLES: tuple[tuple[str, Language], ...] = (("title", "en"), ("title_ru", "ru"))
_PREFIX = re.compile(r"[0-9a-f]{4,}")


def _incidents() -> Select[Any]:
    return select(*(tables.incidents.c[name] for name in _INCIDENT))


def _page(wanted: Select[Any], *, open_only: bool, limit: int, offset: int) -> Select[Any]:
    """Return a query of incidents for some of them, newest first."""
    table = tables.incidents.c
    if open_only:
        wanted = wanted.where(table.status != IncidentStatus.CLOSED)
    return wanted.order_by(table.opened_at.desc(), table.id).limit(limit).offset(offset)


def _checklist(incident_id: str) -> Select[Any]:
    table = tables.steps
    return select(table).where(table.c.incident_id == incident_id).order_by(table.c.position, table.c.step_id)


def incident_row(incident: Incident) -> dict[str, Any]:
    """Return the row of an incident."""
    return {
        **row(incident, _INCIDENT),
        "code_name_folded": incident.code_name.casefold(),
        "code_name_ru_folded": incident.code_name_ru.casefold(),
    }


def _called(ref: str) -> Iterator[ColumnElement[bool]]:
    """Yield by what a person may call an incident: its id, number, code name, a start of its id; the first counts."""
    name, table = ref.strip().casefold(), tables.incidents
    if not name:
        return
    as_written = (ref.strip(), name)
    yield table.c.id.in_(as_written)
    yield table.c.number.in_(as_written)
    for spelt in dict.fromkeys((name, name.replace("-", " "))):
        yield or_(*(table.c[folded] == spelt for folded in _FOLDED))
    if _PREFIX.fullmatch(name):
        yield table.c.id.startswith(name)


class IncidentReads:
    """What was stated, what people work on, and what they did about it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- findings and alerts

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        """Return the findings of these ids, those that are there."""
        return {found.id: found for found in self._session.by_key(Finding, tables.findings.c.id, ids)}

    def alerted_findings(self, actor_id: str, since: datetime) -> list[Finding]:
        """Return an actor's findings that its open alerts name and that went on at or after ``since``, oldest first."""
        found = self.alerted_findings_of_all(self.open_alerts(actor_id), since)
        return sorted(found, key=lambda finding: (finding.at, finding.id))

    def alerted_findings_of_all(self, alerts: Iterable[Alert], since: datetime) -> list[Finding]:
        """Return the findings that alerts name of their own actors and that went on at or after ``since``."""
        named = {(each, alert.actor_id) for alert in alerts for each in alert.finding_ids}
        recent = tables.findings.c.last_event_at >= since
        found = self._session.by_key(Finding, tables.findings.c.id, [each for each, _ in named], recent)
        return [finding for finding in found if (finding.id, finding.actor_id) in named]

    def incident_findings(self, incident_id: str) -> list[Finding]:
        """Return the findings behind an incident's alerts, oldest first."""
        wanted = [found for alert in self.incident_alerts(incident_id) for found in alert.finding_ids]
        return sorted(self.findings(wanted).values(), key=lambda found: (found.at, found.id))

    def found_by_rules(self, rules: Collection[str], since: datetime, until: datetime) -> list[RuleFound]:
        """Return whom rules found between two moments, the earliest first, as far as it stands."""
        table = tables.findings.c
        stands = (table.replaced_by == "", table.at >= since, table.at < until)
        wanted = select(table.rule_id, table.actor_id, table.at).where(table.rule_id.in_(rules), *stands)
        rows = self._session.rows(wanted.order_by(table.at, table.id)) if rules else ()
        return [RuleFound(rule_id=rule, actor_id=actor, at=at) for rule, actor, at in rows]

    def all_findings(self) -> Iterator[Finding]:
        """Yield every finding that stands, in the order of their moments: what a replay writes out."""
        order = tables.findings.c.at, tables.findings.c.id
        return (each for each in self._session.each(Finding, tables.findings, *order) if not each.replaced_by)

    def all_alerts(self) -> Iterator[Alert]:
        """Yield every alert that stands, in the order they were opened: what a replay writes out."""
        order = tables.alerts.c.opened_at, tables.alerts.c.id
        return (each for each in self._session.each(Alert, tables.alerts, *order) if each.finding_ids)

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        """Return the alerts of these ids, those that are there."""
        return {alert.id: alert for alert in self._session.by_key(Alert, tables.alerts.c.id, ids)}

    def findings_of_exception(self, exception_id: str) -> frozenset[str]:
        """Return the ids of the findings that an exception, or an order of a person, mutes or muted."""
        table = tables.alerts.c
        found = self._session.rows(select(table.finding_ids).where(table.exception_id == exception_id))
        return frozenset(str(name) for each in found for name in each[0])

    def actors_of_exception(self, exception_id: str) -> frozenset[str]:
        """Return the actors of the alerts that an exception, or an order of a person, mutes or muted."""
        table = tables.alerts.c
        found = self._session.rows(select(table.actor_id).where(table.exception_id == exception_id).distinct())
        return frozenset(str(each[0]) for each in found)

    def labels_of_alerts(self, label: str) -> frozenset[str]:
        """Return which rules, services or checklists (``rule``, ``service``, ``playbook``) alerts were about so far."""
        column = {"rule": "rule_id", "service": "service", "playbook": "playbook"}[label]
        found = self._session.rows(select(tables.alerts.c[column]).distinct())
        return frozenset(str(each[0]) for each in found if each[0])

    def open_alerts(self, actor_id: str) -> list[Alert]:
        """Return the alerts of an actor that are not closed (muted ones are open), oldest first."""
        table = tables.alerts
        wanted = select(table).where(table.c.actor_id == actor_id, table.c.status != AlertStatus.CLOSED)
        return self._session.values(Alert, wanted.order_by(table.c.opened_at, table.c.id))

    def open_alerts_of_all(self, actors: Collection[str]) -> list[Alert]:
        """Return the alerts of any of a few hundred actors that are not closed."""
        table = tables.alerts
        wanted = select(table).where(table.c.actor_id.in_(actors), table.c.status != AlertStatus.CLOSED)
        return self._session.values(Alert, wanted)

    def alerts_at(self, addresses: Collection[str], since: datetime) -> list[Alert]:
        """Return alerts that are not closed, saw one of the addresses, and went on at or after ``since``.

        Those of an incident, and those of sessions and addresses: others join nobody by an address.
        """
        places, table = tables.alert_addresses, tables.alerts
        wanted, found = list(addresses), dict[str, Alert]()
        for start in range(0, len(wanted), _CHUNK):
            seen = select(places.c.alert_id).where(places.c.address.in_(wanted[start : start + _CHUNK]))
            there = (table.c.id.in_(seen), table.c.status != AlertStatus.CLOSED, table.c.last_event_at >= since)
            found |= {alert.id: alert for alert in self._session.values(Alert, select(table).where(*there, _JOINING))}
        return list(found.values())

    def alerts_opened_since(self, since: datetime, rule: str) -> int:
        """Return how many alerts of a rule were opened at or after ``since``; those of a first reading are no storm."""
        table = tables.alerts
        opened = (table.c.rule_id == rule, table.c.opened_at >= since)
        found = self._session.one(select(func.count()).select_from(table).where(*opened, LIVE))
        return int(found[0]) if found else 0

    def alerts_of_digest(self, digest: str) -> Iterator[list[Alert]]:
        """Yield the alerts that a digest reports, some hundred at a time, all of one actor together."""
        table, size = tables.alerts, _CHUNK
        wanted = select(table).where(table.c.digest == digest).order_by(table.c.actor_id, table.c.id)
        rest = wanted
        while True:
            found = self._session.values(Alert, rest.limit(size))
            ended = len(found) < size
            whole = found if ended else [each for each in found if each.actor_id != found[-1].actor_id]
            if whole:
                yield whole
                rest, size = wanted.where(table.c.actor_id > whole[-1].actor_id), _CHUNK
            else:
                size *= 2  # one actor has more than that
            if ended:
                return

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts that belong to an incident, oldest first."""
        table = tables.alerts
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self._session.values(Alert, wanted.order_by(table.c.opened_at, table.c.id))

    # --- incidents

    def find(self, ref: str) -> Incident | None:
        """Return the incident a person means by its id, a unique start of it, its number or its code name.

        What fits several is nobody's: acknowledging the wrong incident would be worse than asking again. Of several
        with one code name the only one not closed is meant. A code name is two words: on a command line a hyphen
        between them saves the quotes.
        """
        for condition in _called(ref):
            found = self._session.values(Incident, _incidents().where(condition).limit(50))
            still = [incident for incident in found if incident.status is not IncidentStatus.CLOSED]
            if found:
                return found[0] if len(found) == 1 else still[0] if len(still) == 1 else None
        return None

    def by_ids(self, ids: Collection[str]) -> dict[str, Incident]:
        """Return the incidents of these ids, in any number, those that are there."""
        return {incident.id: incident for incident in self._named(tables.incidents.c.id, ids)}

    def by_numbers(self, numbers: Collection[str]) -> list[Incident]:
        """Return the incidents of these numbers, in any number and order, those that are there."""
        return self._named(tables.incidents.c.number, numbers)

    def _named(self, column: Column[Any], names: Collection[str]) -> list[Incident]:
        wanted, found = list(names), list[Incident]()
        for start in range(0, len(wanted), _CHUNK):
            found += self._session.values(Incident, _incidents().where(column.in_(wanted[start : start + _CHUNK])))
        return found

    def readable_by_ids(self, ids: Collection[str]) -> tuple[dict[str, Incident], dict[str, str]]:
        """Return the incidents of these ids, and of those that cannot be read why."""
        try:
            return self.by_ids(ids), {}
        except UnreadableRowError:
            found: dict[str, Incident] = {}
            bad: dict[str, str] = {}
            for each in ids:
                try:
                    found |= self.by_ids([each])
                except UnreadableRowError as error:
                    bad[each] = str(error)
            return found, bad

    def numbers(self) -> dict[str, str]:
        """Return the numbers of all incidents by their ids, of those too that cannot be read otherwise."""
        wanted = select(tables.incidents.c.id, tables.incidents.c.number)
        return {str(each[0]): str(each[1]) for each in self._session.rows(wanted)}

    def newest(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return incidents, newest first."""
        return self._session.values(Incident, _page(_incidents(), open_only=open_only, limit=limit, offset=offset))

    def listed(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return incidents as ``newest`` does, for lists and for who is kept out of what.

        In the place of one that cannot be read stands what can be read of its row, and that it cannot, as its title.
        """
        try:
            return self.newest(open_only=open_only, limit=limit, offset=offset)
        except UnreadableRowError:
            wanted = _page(select(tables.incidents.c.id), open_only=open_only, limit=limit, offset=offset)
            ids = [str(row[0]) for row in self._session.rows(wanted)]
            found, bad = self.readable_by_ids(ids)
            return [found.get(each) or self._stand_in(each) for each in ids if each in found or each in bad]

    def parties(self, *, open_only: bool = False) -> list[IncidentParties]:
        """Return whom incidents are about, of all of them, in any order; an unreadable one as ``listed`` has it."""
        table = tables.incidents.c
        wanted = select(*(table[name] for name in _PARTIES))
        if open_only:
            wanted = wanted.where(table.status != IncidentStatus.CLOSED)
        try:
            return self._session.values(IncidentParties, wanted)
        except UnreadableRowError:
            found = self._session.readable_values(IncidentParties, wanted)
            ids = self._session.rows(wanted.with_only_columns(table.id))
            left = map(self._stand_in, sorted({str(each[0]) for each in ids} - {each.id for each in found}))
            return [*found, *(IncidentParties(**{name: getattr(each, name) for name in _PARTIES}) for each in left)]

    def damaged(self, ref: str) -> DamagedCase | None:
        """Return what can be read of an incident; None: none is called so, or several are.

        Raises:
            UnreadableRowError: Whom it is about cannot be read: nobody can be kept out of it.
        """
        for condition in _called(ref):
            found = self._session.rows(select(tables.incidents.c.id).where(condition).limit(2))
            if found:
                one = len(found) == 1
                return read_damaged(self._session, self._stand_in(str(found[0][0])), _PARTIES) if one else None
        return None

    def _stand_in(self, incident_id: str) -> Incident:
        """Return what can be read of an incident's row."""
        table, cells, bad = tables.incidents.c, dict[str, Any](), list[str]()
        for name in _INCIDENT:
            try:
                found = self._session.one(select(table[name]).where(table.id == incident_id))
                cells[name] = found[0] if found else None
            except (UnreadableRowError, *FAULTS):
                bad.append(name)
        moment = next((cells[name] for name in _MOMENTS if cells.get(name) is not None), datetime.fromtimestamp(0, UTC))
        said = {name: messages(lang).text("incident-unreadable", columns=", ".join(bad)) for name, lang in _TITLES}
        titles = said if bad else {}
        return Incident(**_LEAST | dict.fromkeys(_MOMENTS, moment) | cells | titles)

    def closed_since(self, moment: datetime) -> list[Incident]:
        """Return the incidents closed at or after a moment, in the order they were closed.

        Those that cannot be read are left out: what is learnt from closing goes on without them.
        """
        table = tables.incidents
        closed = (table.c.status == IncidentStatus.CLOSED, table.c.closed_at >= moment)
        order = table.c.closed_at, table.c.id
        return self._session.readable_values(Incident, _incidents().where(*closed).order_by(*order))

    def opened_since(self, moment: datetime) -> list[Incident]:
        """Return the incidents opened at or after a moment, oldest first; without those that cannot be read."""
        table = tables.incidents
        order = table.c.opened_at, table.c.id
        return self._session.readable_values(Incident, _incidents().where(table.c.opened_at >= moment).order_by(*order))

    def incidents_by(self, rule: str, opened_since: datetime) -> set[str]:
        """Return the ids of the incidents opened at or after a moment that an alert of this rule belongs to."""
        of, table = tables.alerts, tables.incidents
        opened = select(table.c.id).where(table.c.opened_at >= opened_since)
        wanted = select(of.c.incident_id).where(of.c.rule_id == rule, of.c.incident_id.in_(opened)).distinct()
        return {str(row[0]) for row in self._session.rows(wanted)}

    def open_incidents(self, actor_id: str | None = None) -> list[Incident]:
        """Return the incidents that are not closed, of one actor (itself or joined to it) or of all, newest first.

        Those that cannot be read are left out, that the service goes on with the others; it tells them by
        ``readable_by_ids``.
        """
        table = tables.incidents
        wanted = _incidents().where(table.c.status != IncidentStatus.CLOSED)
        if actor_id is not None:
            wanted = wanted.where(or_(table.c.actor_id == actor_id, table.c.related_actors != ()))
        found = self._session.readable_values(Incident, wanted.order_by(table.c.opened_at.desc(), table.c.id))
        if actor_id is None:
            return found
        stored = holdable(actor_id)
        return [each for each in found if stored == each.actor_id or actor_id in each.related_actors]

    def incidents_of(self, actor_id: str, since: datetime, until: datetime) -> list[Incident]:
        """Return the incidents about an actor (itself or joined to it) with events in a span of time, oldest first."""
        table, stored = tables.incidents, holdable(actor_id)
        about = or_(table.c.actor_id == actor_id, table.c.related_actors != ())
        wanted = _incidents().where(about, table.c.last_event_at >= since, table.c.first_event_at < until)
        found = self._session.values(Incident, wanted.order_by(table.c.first_event_at, table.c.id))
        return [each for each in found if stored == each.actor_id or actor_id in each.related_actors]

    def of_matter(self, matter: str) -> list[Incident]:
        """Return the incidents of a matter, oldest first."""
        table = tables.incidents
        wanted = _incidents().where(table.c.matter == matter)
        return self._session.values(Incident, wanted.order_by(table.c.opened_at, table.c.id))

    def open_versions(self) -> dict[str, int]:
        """Return the versions of the incidents that are not closed, by id, newest incident first.

        One that waits for a second person's word on opening it again is among them.
        """
        table, asked = tables.incidents, tables.approvals
        again = select(asked.c.incident_id).where(
            asked.c.act == PersonAct.REOPEN, asked.c.status == ApprovalStatus.PENDING
        )
        still = or_(table.c.status != IncidentStatus.CLOSED, table.c.id.in_(again))
        wanted = select(table.c.id, table.c.version).where(still)
        found = self._session.rows(wanted.order_by(table.c.opened_at.desc(), table.c.id))
        return {each[0]: each[1] for each in found}

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist in its order."""
        return self._session.values(Step, _checklist(incident_id))

    def readable_checklists(self, incidents: Collection[str]) -> dict[str, list[Step]]:
        """Return the checklists of a few hundred incidents as ``steps`` does, without steps that cannot be read."""
        table, found = tables.steps, {each: list[Step]() for each in incidents}
        wanted = select(table).where(table.c.incident_id.in_(found)).order_by(table.c.position, table.c.step_id)
        for each in self._session.readable_values(Step, wanted):
            found[each.incident_id].append(each)
        return found

    def duties(self, incident_id: str) -> list[Duty]:
        """Return an incident's duties in their order."""
        table = tables.duties
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self._session.values(Duty, wanted.order_by(table.c.position, table.c.regulation, table.c.stage))

    def facts(self, incident_id: str) -> list[CaseFact]:
        """Return what was stated of an incident, the oldest first."""
        return self._session.numbered(CaseFact, tables.case_facts, incident_id)

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident, by role, the oldest first."""
        table = tables.role_assignments
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self._session.values(RoleAssignment, wanted.order_by(table.c.role, table.c.number))

    def frozen(self, part_id: str) -> FrozenPart | None:
        """Return a piece of the configuration that cases keep."""
        wanted = select(tables.frozen_parts).where(tables.frozen_parts.c.id == part_id)
        return self._session.value(FrozenPart, wanted)

    def gone_into(self, incident_id: str) -> list[str]:
        """Return the ids of the incidents that go on in one, those that go on in these included, the oldest first."""
        table, found = tables.incidents.c, list[str]()
        into = [incident_id]
        while into:
            wanted = select(table.id).where(table.merged_into.in_(into)).order_by(table.opened_at, table.id)
            into = [str(each[0]) for each in self._session.rows(wanted) if each[0] not in found]
            found += into
        return found

    def merges(self, incident_id: str) -> list[CaseMerge]:
        """Return how often people said that an incident goes on in another one, in their order."""
        return self._session.numbered(CaseMerge, tables.case_merges, incident_id)

    def merges_of(self, incident_id: str) -> list[CaseMerge]:
        """Return how often people said that an incident goes on in another one, or another in it, in their order."""
        table = tables.case_merges
        wanted = select(table).where(or_(table.c.incident_id == incident_id, table.c.into_id == incident_id))
        return self._session.values(CaseMerge, wanted.order_by(table.c.at, table.c.incident_id))

    def last_act(self, incident_id: str) -> datetime | None:
        """Return when a person last did or noted anything in an incident; a look is nothing done. None: never."""
        entry = tables.entries.c
        wanted = select(func.max(entry.at)).where(
            entry.incident_id == incident_id, entry.by != "nabat", entry.kind != "looked"
        )
        found = self._session.one(wanted)
        return found[0] if found else None

    def last_noted(self, incident_id: str) -> datetime | None:
        """Return when a person last wrote a note or stated a fact in an incident; None: never."""
        entry = tables.entries.c
        written = entry.by != "nabat", entry.kind.in_(("note", "fact"))
        found = self._session.one(select(func.max(entry.at)).where(entry.incident_id == incident_id, *written))
        return found[0] if found else None

    def done_by_people(self, since: datetime) -> list[Step]:
        """Return the steps that people have done since a moment, of incidents open or handled, in any order.

        Those that cannot be read are left out.
        """
        step = tables.steps
        wanted = select(step).join(tables.incidents, tables.incidents.c.id == step.c.incident_id)
        done = (step.c.status == StepStatus.DONE, step.c.done_at >= since, step.c.done_by != "nabat")
        return self._session.readable_values(Step, wanted.where(*done, _OPEN_OR_HANDLED))

    def stated(self, kind: CaseFactKind, since: datetime) -> list[CaseFact]:
        """Return the facts of a kind that were stated since a moment, of incidents open or handled, likewise."""
        fact = tables.case_facts
        wanted = select(fact).join(tables.incidents, tables.incidents.c.id == fact.c.incident_id)
        told = (fact.c.kind == kind, fact.c.at >= since)
        return self._session.readable_values(CaseFact, wanted.where(*told, _OPEN_OR_HANDLED))

    def entries(self, incident_id: str, *, first: int | None = None) -> list[TimelineEntry]:
        """Return an incident's timeline in its order, from number ``first`` on."""
        table = tables.entries
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.number)
        return self._session.values(TimelineEntry, wanted if first is None else wanted.where(table.c.number >= first))

    def entries_of(self, incident_id: str, kind: str) -> list[TimelineEntry]:
        """Return the entries of a kind of an incident's timeline, in their order."""
        table = tables.entries
        wanted = select(table).where(table.c.incident_id == incident_id, table.c.kind == kind)
        return self._session.values(TimelineEntry, wanted.order_by(table.c.number))

    def last_entry(self, incident_id: str) -> TimelineEntry | None:
        """Return the newest entry of an incident's timeline."""
        table = tables.entries
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.number.desc()).limit(1)
        return self._session.value(TimelineEntry, wanted)
