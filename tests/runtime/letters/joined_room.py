"""Two cases whose clients are written to, some of them clients of both; a person joins them, and parts them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.incident import load_regulations
from detector.runtime.incidents.letters.letter_desk import LetterDesk
from detector.schema.letters.mailings import LetterState
from detector.schema.letters.sending_orders import SendingOrder
from tests.fakes.story import a_finding
from tests.runtime.letters.mailroom import FIRST, Mailroom
from tests.runtime.scopes.house import THIEF, later

OTHER = "user:trudy"


@dataclass
class JoinedRoom:
    """A mailroom with two cases: one of ``THIEF``, the other of ``OTHER``."""

    room: Mailroom
    one: str = ""
    other: str = ""

    @classmethod
    def open(cls, folder: Path, port: int, ones: Sequence[str], others: Sequence[str], rate: int) -> "JoinedRoom":
        """Open both cases over clients."""
        room = Mailroom(folder, port, laws=load_regulations(["eu-gdpr-34"]), letters={"rate": rate})
        everybody = sorted({*ones, *others})
        room.contacts("".join(f"{each},N{each},mail,c{each}@example.org,en,,\n" for each in everybody))
        found = cls(room)
        found.one, found.other = found.opened(THIEF, ones, 0), found.opened(OTHER, others, 1)
        return found

    def opened(self, thief: str, clients: Sequence[str], at: float, data: str = "contact") -> str:
        """Let somebody touch clients, and a finding open a case, or go on with it; return its id."""
        house = self.room.house
        for minute, client in enumerate(clients):
            house.touched(at + minute / 100, [client], by=thief, **{"object.classes": [data]})
        with house.store.begin() as unit:
            house.journal.flush(unit)
        house.clock.advance(max(later(5 + at) - house.clock.now(), later(0) - later(0)))
        said = {"first_event_at": later(0), "last_event_at": later(5 + at)}
        finding = a_finding("bulk", later(5 + at), by=thief, **said)
        with house.store.begin() as unit:
            house.decider.decide(unit, [finding], later(5 + at))
            (case,) = (each.id for each in unit.incidents.newest() if each.actor_id == thief)
        return case

    def recount(self, ref: str) -> None:
        """Let the service count anew whose data a case is about."""
        house = self.room.house
        with house.store.begin() as unit:
            house.decider.rescope(unit, ref, house.clock.now())

    def desk(self, name: str = "lev") -> LetterDesk:
        return self.room.desk(name)

    def file(self, ref: str) -> None:
        """Plan and file letters of a case, and let two others approve them."""
        self.room.house.clock.advance(later(1) - later(0))
        self.desk().file(ref, self.desk().plan(ref, FIRST, samples=0))
        for name in ("anna", "olga"):
            self.desk(name).approve(ref, FIRST)

    def send(self, ref: str) -> str:
        return self.desk().send(ref, FIRST, patience=0, progress=lambda _: None)[1]

    def join(self) -> None:
        """Let the one go on in the other."""
        self.room.house.clock.advance(later(1) - later(0))
        self.room.house.by("lev").merge(self.one, self.other, reason="the same thief")

    def part(self) -> None:
        """Take that back."""
        self.room.house.clock.advance(later(1) - later(0))
        self.room.house.by("lev").unmerge(self.one, reason="two thieves")

    def orders(self, ref: str) -> list[SendingOrder]:
        with self.room.house.store.read() as unit:
            return unit.letters.orders(ref)

    def stand(self, ref: str) -> dict[str, int]:
        found = self.desk().standing_of(ref)
        counts = {state.value: count for state, count in found.counts if state is not LetterState.REPLACED}
        return counts | ({"later": found.later} if found.later else {})
