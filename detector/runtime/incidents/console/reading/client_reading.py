"""Whose data was touched, by client: as tables and as files, and who touched a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import polars as pl

from detector.auth import access_record
from detector.errors import NotFoundError, Problem
from detector.incident import Dossier, IncidentChanges, record_look
from detector.incident.notices.answers.extent_answers import LISTS_BY_NAME
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.console.reading.recent_answers import RecentAnswers
from detector.runtime.incidents.leak_sample import (
    ClientCounts,
    TouchEvidence,
    count_clients,
    find_sample,
    honest_chance,
)
from detector.runtime.incidents.letters.contact_source import contacts_of
from detector.runtime.incidents.retro import search_back
from detector.runtime.incidents.scopes.client_controllers import of_others_alone
from detector.runtime.incidents.scopes.client_sources import (
    WrittenClients,
    beside,
    known_apart,
    living_there,
    with_names,
    with_sources,
)
from detector.runtime.incidents.scopes.incident_scope import ScopeCase, whose
from detector.schema.case.retro import RetroSearch, RuleFound
from detector.schema.case.scope_versions import ScopeChange, ScopeVersion
from detector.schema.detection.findings import Detector
from detector.schema.events.id_forms import one_form
from detector.schema.events.touches import Toucher
from detector.schema.outside.leak_samples import SampleSearch
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.schema.team.people import AccessKind
from detector.store import UnitOfWork, who_touched, write_csv

if TYPE_CHECKING:
    from detector.runtime.incidents.letters.letter_plan import ConcernedClients

# Of so many incidents a search backwards is shown again.
_SEARCHED = 8
_WHO: Mapping[str, pl.DataType] = {
    "class": pl.String(),
    "actor": pl.String(),
    "role": pl.String(),
    "reasons": pl.String(),
    "clients": pl.Int64(),
    "unexplained": pl.Int64(),
    "events": pl.Int64(),
    "first_at": pl.Datetime("us", "UTC"),
    "last_at": pl.Datetime("us", "UTC"),
    "actions": pl.String(),
    "addresses": pl.String(),
    "services": pl.String(),
    "usual_share": pl.Float64(),
    "usual_share_of_role": pl.Float64(),
    "chance_under_honest_work": pl.Float64(),
}
_SAMPLE: Mapping[str, pl.DataType] = {
    "actor": pl.String(),
    "held": pl.Int64(),
    "containment": pl.Float64(),
    "book": pl.Int64(),
    "unexplained": pl.Int64(),
    "window_since": pl.Datetime("us", "UTC"),
    "window_until": pl.Datetime("us", "UTC"),
    "window_held": pl.Int64(),
    "window_clients": pl.Int64(),
    "jaccard": pl.Float64(),
    "chance_under_honest_work": pl.Float64(),
}
_SEVERAL = 2
"""From so many clients on it is said how likely it is that one touched all of them."""


def forms_of(clients: Iterable[str]) -> dict[str, str]:
    """Return which client each form of an id is, as a log may have written it."""
    return {form: one_form(each) for each in clients for form in (each, one_form(each, number=False), one_form(each))}


def _chance(each: Toucher, counts: ClientCounts, asked: int) -> float:
    evidence = TouchEvidence(
        hits=each.clients,
        book=max(counts.of.get(each.actor, 0), each.clients),
        unexplained_hits=each.unexplained,
        unexplained=counts.unexplained.get(each.actor, 0),
    )
    return honest_chance(evidence, asked=asked, clients=counts.clients, actors=counts.actors)


class ClientReading(CaseDesk):
    """Reads clients."""

    def _forget(self) -> None:
        super()._forget()
        self._searched: RecentAnswers[RetroSearch] = RecentAnswers(_SEARCHED)
        self._searching = Lock()

    def who(self, clients: Sequence[str], since: datetime, until: datetime) -> list[Toucher]:
        """Return everybody who touched all of some clients.

        Of one client the least explained come first; of several those of whom it is least likely under honest work.

        Raises:
            StoreError: The journal cannot be read.
        """
        forms = forms_of(clients)
        found, asked = who_touched(self._journal, forms, since, until, tenants=self._tenants), len(set(forms.values()))
        if asked < _SEVERAL or not found:
            return found
        counts = count_clients(
            self._journal, since, until, {each.actor: () for each in found if each.actor}, tenants=self._tenants
        )
        judged = [replace(each, chance=_chance(each, counts, asked)) if each.actor else each for each in found]
        return sorted(judged, key=lambda each: 1.0 if each.chance is None else each.chance)

    def who_holds(self, ids: Sequence[str], since: datetime, until: datetime) -> SampleSearch:
        """Return whose touches hold a sample of leaked data best, and when.

        Raises:
            StoreError: The journal cannot be read.
        """
        return find_sample(self._journal, forms_of(ids), since, until, tenants=self._tenants)

    @property
    def _tenants(self) -> bool:
        """Whether ids of clients may have a tenant before them."""
        return any(route.tenant for route in self._settings.records.routes)

    def journal_ends(self) -> datetime:
        """Return the moment of the newest touch in the journal; now where there is none."""
        now = self._clock.now()
        return self._journal.newest(now) or now

    @staticmethod
    def write_who(found: Sequence[Toucher], path: Path) -> int:
        """Write who touched clients as CSV, safe to open in a spreadsheet; return how many there are."""
        rows = [
            {
                **{name: getattr(each, name) for name in ("actor", "role", "clients", "unexplained", "events")},
                "class": each.touch_class.value,
                "reasons": "; ".join(each.reasons),
                "first_at": each.first_at,
                "last_at": each.last_at,
                "actions": "; ".join(f"{action} {count}" for action, count in each.actions),
                "addresses": "; ".join(each.addresses),
                "services": "; ".join(each.services),
                "usual_share": each.own,
                "usual_share_of_role": each.of_role,
                "chance_under_honest_work": each.chance,
            }
            for each in found
        ]
        write_csv(pl.DataFrame(rows, schema=_WHO, strict=False), path)
        return len(rows)

    @staticmethod
    def write_fits(found: SampleSearch, path: Path) -> int:
        """Write whose touches hold a sample as CSV likewise; return how many there are."""
        spans = {"window_since": "since", "window_until": "until", "chance_under_honest_work": "chance"}
        rows = [{name: getattr(each, spans.get(name, name)) for name in _SAMPLE} for each in found.fits]
        write_csv(pl.DataFrame(rows, schema=_SAMPLE, strict=False), path)
        return len(rows)

    def retro(self, ref: str, days: int, *, recent: bool = False) -> RetroSearch:
        """Search the access journal backwards: since when the incident may have gone on, and who did the same.

        Args:
            ref: Which incident.
            days: So many days before its first event.
            recent: What was found within a minute will do.

        Raises:
            StoreError: The journal cannot be read at all.
        """
        with self._store.read() as unit:
            incident = self._dossier(unit, ref).incident
            findings = unit.incidents.incident_findings(incident.id)
        named = {each.rule_id for each in findings if each.detector in (Detector.RULE, Detector.CORRELATION)}

        def found(since: datetime, until: datetime) -> list[RuleFound]:
            with self._store.read() as unit:
                return unit.incidents.found_by_rules(named, since, until)

        def made() -> RetroSearch:
            events = self._scopes(incident).events(ScopeCase(incident, findings))
            return search_back(self._journal, incident, whose(incident), events, now, rules=found, days=days)

        now = self._clock.now()
        if not recent:
            return made()
        # One at a time: it reads all that is kept.
        with self._searching:
            return self._searched.get(f"{incident.id}/{days}", now, made, state=(incident.version, len(findings)))

    def subjects(self, ref: str, *, usual: bool = False, law: str = "", controller: str = "") -> pl.DataFrame:
        """Return the clients touched, one row each, with data classes and counts, and where each is known from.

        Args:
            ref: Of which incident.
            usual: Those whom the actors' usual work alone touched, instead of those of the matter.
            law: Those whom this law is about, and of whom that is not known, instead of all.
            controller: Those of this controller, and nobody else, instead of all.

        Raises:
            NotFoundError: The case keeps no such law, or nobody of that controller is concerned.
            ConfigError: A file of where clients live, or of their controllers, is wrong.
        """
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            laws, legal = found.terms.regulations, found.terms.legal
            if law and law not in laws:
                fix = f"one of: {', '.join(laws) or 'none'}"
                raise NotFoundError(Problem(what=f"{found.name} keeps no law called {law!r}", fix=fix))
            _, findings = self._behind(unit, found)
            lists = unit.scopes.imports(found.incident.id)
        table = self._scopes(found.incident).subjects(ScopeCase(found.incident, tuple(findings.values())), usual=usual)
        table = with_sources(table, {} if usual else self._keeper.imported(lists))
        if controller:
            table = self._of_controller(table, controller)
        if not law:
            return table
        if laws[law].controllers_own:
            theirs = of_others_alone(self._keeper.owners(table.get_column("subject_id")))
            table = table.filter(~pl.col("subject_id").is_in(sorted(theirs)))
        homes = self._keeper.homes(table.get_column("subject_id"))
        return living_there(table, laws[law].applies.residence, homes, legal.residence)

    def _of_controller(self, table: pl.DataFrame, controller: str) -> pl.DataFrame:
        """Return the rows of a controller's clients: nobody else's may go to it, whose they are not known either."""
        owners = self._keeper.owners(table.get_column("subject_id"))
        if controller not in (there := {each for names in owners.values() for each in names}):
            fix = f"one of: {', '.join(sorted(there)) or 'none; records.controllers names whose each client is'}"
            raise NotFoundError(Problem(what=f"no client of {controller!r} is concerned", fix=fix))
        return table.filter(pl.col("subject_id").is_in([each for each, names in owners.items() if controller in names]))

    def write_subjects(
        self, ref: str, path: Path, *, by: Identity, usual: bool = False, law: str = "", controller: str = ""
    ) -> WrittenClients:
        """Write these clients as CSV, safe to open in a spreadsheet; return how many there are.

        Where a notice of that law lists people by name, each has the name that contacts give. That somebody was shown
        them stands on the timeline before they are written. Of whom it is not known whether they live where that law
        speaks of, beside others who do, stand in a file of their own (``beside``): whether they are handed in is for a
        person to say.

        Raises:
            ConfigError: Contacts cannot be read.
            DeniedError: They may not see client numbers.
        """
        table = self.subjects(ref, usual=usual, law=law, controller=controller)
        if law and self._wants_names(ref, law):
            table = with_names(table, contacts_of(self._settings, whole=False).of)
        self._record_look(ref, by, table.height)
        annex, others = known_apart(table) if law else (table, table.clear())
        write_csv(annex, path)
        if others.height:
            write_csv(others, beside(path))
        return _as_written(table)._replace(clients=annex.height, apart=others.height)

    def count_names(self, ref: str, law: str) -> WrittenClients | None:
        """Return how many lines the annex of a law has, and how many without a name; None: it lists nobody by name.

        Raises:
            ConfigError: Contacts cannot be read.
        """
        with self._store.read() as unit:
            if law not in self._dossier(unit, ref).terms.regulations:
                return None
        if not self._wants_names(ref, law):
            return None
        return _as_written(with_names(self.subjects(ref, law=law), contacts_of(self._settings, whole=False).of))

    def _wants_names(self, ref: str, law: str) -> bool:
        """Tell whether a notice of a law lists people by name, and something says what their names are."""
        with self._store.read() as unit:
            regulation = self._dossier(unit, ref).terms.regulations[law]
        asked = any(each.id in LISTS_BY_NAME for stage in regulation.stages for each in stage.content)
        return asked and self._settings.contacts.named

    def scope_change(self, ref: str, since: int) -> ScopeChange:
        """Return what differs between a version of a scope and the last one.

        Raises:
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        with self._store.read() as unit:
            versions = self._versions(unit, self._dossier(unit, ref), since)
        return self._keeper.change(versions, since)

    def version_clients(self, ref: str, number: int) -> pl.DataFrame:
        """Return the clients of a version of a scope, sorted, each with where it is known from.

        Raises:
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        with self._store.read() as unit:
            versions = self._versions(unit, self._dossier(unit, ref), number)
        marks = self._keeper.clients([each for each in versions if each.number <= number])
        rows = sorted((client, mark.name.lower()) for client, mark in marks.items())
        return pl.DataFrame(rows, {"subject_id": pl.String(), "source": pl.String()}, orient="row")

    def concerned(self, ref: str, *, by: Identity) -> "ConcernedClients":
        """Count anew whose data an incident is about, and return its clients with what was done with the data of each.

        Raises:
            NotFoundError: No client data was touched yet.
            StoreError: The journal or a list of clients is missing or altered.
        """
        from detector.runtime.incidents.letters.letter_plan import ConcernedClients  # noqa: PLC0415 - fills templates

        with self._store.begin() as unit:
            incident = self._rescoped(unit, ref, self._clock.now(), by.person)
        with self._store.read() as unit:
            versions = unit.scopes.versions(incident.id)
            touches = self._client_touches(unit, incident) if versions else {}
        if not versions:
            what = f"no client data is known to be concerned by incident {incident.number}"
            raise NotFoundError(Problem(what=what, fix="bring a list of the clients: nabat incidents import-ids"))
        marks = self._keeper.clients(versions)
        return ConcernedClients(version=versions[-1], clients=tuple(marks), touches=touches)

    def write_version(self, ref: str, number: int, path: Path, *, by: Identity) -> int:
        """Write the clients of a version of the scope as CSV likewise.

        Raises:
            DeniedError: They may not see client numbers.
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        table = self.version_clients(ref, number)
        self._record_look(ref, by, table.height)
        write_csv(table, path)
        return table.height

    @staticmethod
    def _versions(unit: UnitOfWork, found: Dossier, number: int) -> list[ScopeVersion]:
        versions = unit.scopes.versions(found.incident.id)
        if number not in {each.number for each in versions}:
            there = f"1 to {versions[-1].number}" if versions else "none: no client data was touched yet"
            what = f"{found.name} has no version {number} of its scope"
            raise NotFoundError(Problem(what=what, fix=f"there are {there}"))
        return versions

    def _record_look(self, ref: str, by: Identity, clients: int) -> None:
        """Say on the timeline and in the access log that somebody was shown so many clients."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            unit.people.record(
                access_record(
                    AccessKind.CLIENTS_SEEN,
                    grant.person,
                    now,
                    incident_id=found.incident.id,
                    count=clients,
                    address=by.address,
                )
            )
            return record_look(found, grant, clients=clients, now=now)

        self._act_on(ref, by, PersonAct.CLIENTS, do)


def _as_written(table: pl.DataFrame) -> WrittenClients:
    nameless = table.filter(pl.col("name") == "").height if "name" in table.columns else None
    return WrittenClients(table.height, nameless)
