"""Whose data was touched, as one person may ask it; that it was asked is recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from detector.auth import access_record
from detector.runtime.incidents.console.personal.one_person import OnePerson
from detector.runtime.incidents.scopes.client_sources import WrittenClients
from detector.runtime.incidents.scopes.read_client_list import read_client_list
from detector.schema.case.incidents import Incident, Scope
from detector.schema.case.retro import RetroSearch
from detector.schema.case.scope_versions import ScopeChange
from detector.schema.events.touches import Toucher
from detector.schema.outside.leak_samples import SampleSearch
from detector.schema.team.grants import PersonAct
from detector.schema.team.people import AccessKind


class PersonalScope(OnePerson):
    """The looks at clients, and lists of them, of one person."""

    def who(self, clients: Sequence[str], since: datetime, until: datetime) -> list[Toucher]:
        """Return everybody who touched all of some clients; that it was asked is recorded.

        Raises:
            DeniedError: The person may not ask about clients.
        """
        self._asks_who(len(set(clients)))
        return self._console.who(clients, since, until)

    def who_holds(self, ids: Sequence[str], since: datetime, until: datetime) -> SampleSearch:
        """Return whose touches hold a sample of leaked data; that it was asked is recorded.

        Raises:
            DeniedError: The person may not ask about clients.
        """
        self._asks_who(len(set(ids)))
        return self._console.who_holds(ids, since, until)

    def write_fits(self, found: SampleSearch, path: Path) -> int:
        """Write whose touches hold a sample as CSV; return how many there are."""
        return self._console.write_fits(found, path)

    def _asks_who(self, clients: int) -> None:
        """Refuse whoever may not ask about clients, and record that somebody did."""
        with self._console.store.begin() as unit:
            grant = self._console.door.general(unit, self._who, PersonAct.ASK_WHO)
            unit.people.record(
                access_record(
                    AccessKind.ASKED_WHO,
                    grant.person,
                    self._console.clock.now(),
                    count=clients,
                    address=self._who.address,
                )
            )

    def journal_ends(self) -> datetime:
        """Return the moment of the newest touch in the journal; now where there is none."""
        return self._console.journal_ends()

    def write_who(self, found: Sequence[Toucher], path: Path) -> int:
        """Write who touched clients as CSV; return how many there are."""
        return self._console.write_who(found, path)

    def scope(self, ref: str) -> tuple[Incident, Scope]:
        """Compute the blast radius anew and keep it with the incident."""
        return self._console.scope(self._granted(ref, PersonAct.SCOPE).id, by=self._who.person)

    def import_clients(
        self, ref: str, raw: bytes, *, name: str, source: str, reason: str, column: str = ""
    ) -> Incident:
        """Take in a list of clients whom the log does not name: one id a line, or CSV.

        Raises:
            InputError: The list is wrong somewhere; all of it is told.
        """
        given = read_client_list(raw, name, column, self._console.records)
        return self._console.import_clients(ref, given, name=name, source=source, reason=reason, by=self._who)

    def remove_import(self, ref: str, number: int, *, reason: str) -> Incident:
        """Take such a list back."""
        return self._console.remove_import(ref, number, reason=reason, by=self._who)

    def retro(self, ref: str, days: int, *, recent: bool = False) -> RetroSearch:
        """Search backwards from an incident; what is about the person's own accounts is left out."""
        found = self._console.retro(self._granted(ref, PersonAct.SCOPE).id, days, recent=recent)
        others = tuple(each for each in found.others if not self._console.door.is_of(each.actor_id, self._who))
        return replace(found, others=others)

    def scope_change(self, ref: str, since: int) -> ScopeChange:
        """Return what differs between a version of a scope and the last one."""
        return self._console.scope_change(self._look(ref).id, since)

    def write_version(self, ref: str, number: int, path: Path) -> int:
        """Write the clients of a version of a scope as CSV; that they were shown stands on the timeline."""
        return self._console.write_version(ref, number, path, by=self._who)

    def count_names(self, ref: str, law: str) -> WrittenClients | None:
        """Return how many lines the annex of a law has, and how many without a name; None: it lists nobody by name."""
        return self._console.count_names(self._look(ref).id, law)

    def write_subjects(
        self, ref: str, path: Path, *, usual: bool = False, law: str = "", controller: str = ""
    ) -> WrittenClients:
        """Write the clients touched as CSV, of a law's or a controller's alone; that they were shown is recorded."""
        return self._console.write_subjects(ref, path, by=self._who, usual=usual, law=law, controller=controller)
