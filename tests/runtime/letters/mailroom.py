"""A case whose clients are written to: a scope, contacts in a file, people who approve, a mail server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from detector.incident import Regulation
from detector.keys import Keys
from detector.notify import Links
from detector.runtime.incidents.letter_dispatcher import LetterDispatcher
from detector.runtime.incidents.letters.letter_desk import LetterDesk
from detector.runtime.incidents.letters.letter_plan import LetterPlan
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import Letter, LetterState, Mailing, MailingKind, MailingProgress
from detector.settings import LegalSettings, Settings
from tests.runtime.scopes.house import LAWS, PLAYBOOKS, ScopeHouse

FIRST = MailingKind.FIRST
HEADER = "id,name,channel,address,language,minor,represented_by\n"


@dataclass
class Mailroom:
    """One case; ``port``: of a mail server."""

    folder: Path
    port: int = 9
    laws: Mapping[str, Regulation] = field(default_factory=lambda: {"eu-gdpr-33": LAWS["eu-gdpr-33"]})
    residence: str = ""
    legal: LegalSettings = field(default_factory=LegalSettings)
    letters: dict[str, Any] = field(default_factory=dict)
    house: ScopeHouse = field(init=False)

    def __post_init__(self) -> None:
        self.house = ScopeHouse(self.folder, residence=self.residence, legal=self.legal, laws=self.laws)
        self.configure()

    def configure(self, **letters: Any) -> None:
        """Have letters sent in some way."""
        self.letters |= letters
        given = {
            "smtp": f"smtp://127.0.0.1:{self.port}",
            "sender": "letters@example.org",
            "hotline": "Call 8 800 000 00 00.",
            "rate": 1000,
            **self.letters,
        }
        changed = Settings.model_validate({"contacts": {"csv": str(self.folder / "contacts.csv")}, "letters": given})
        house = self.house
        house.settings = house.settings.model_copy(update={"contacts": changed.contacts, "letters": changed.letters})
        links = Links(Keys(self.folder).link, house.settings.base_url, house.settings.notify.link_valid)
        house.console.reconfigure(house.settings, PLAYBOOKS, dict(self.laws), links)

    def contacts(self, rows: str, header: str = HEADER) -> None:
        (self.folder / "contacts.csv").write_text(header + rows, encoding="utf-8")

    def concern(self, clients: Mapping[str, Sequence[str]], action: str = "read", **found: Any) -> None:
        """Let somebody touch clients, each with some classes of data, and a finding open the case."""
        for minute, (client, classes) in enumerate(clients.items()):
            self.house.touched(minute / 100, [client], **{"object.classes": list(classes), "event.action": action})
        with self.house.store.begin() as unit:
            self.house.journal.flush(unit)
        self.house.found(5, **found)

    def desk(self, name: str = "lev") -> LetterDesk:
        return self.house.by(name).letters

    @property
    def ref(self) -> str:
        return self.house.incident().id

    def plan(self, kind: MailingKind = FIRST, *, samples: int = 3, by: str = "lev") -> LetterPlan:
        return self.desk(by).plan(self.ref, kind, samples=samples)

    def file(self, kind: MailingKind = FIRST) -> Mailing:
        """Plan and file letters, and let two others approve them."""
        mailing = self.desk().file(self.ref, self.plan(kind))
        for name in ("anna", "olga"):
            self.desk(name).approve(self.ref, kind)
        return mailing

    def send(self, kind: MailingKind = FIRST, *, by: str = "lev", patience: float = 0) -> tuple[MailingProgress, str]:
        return self.desk(by).send(self.ref, kind, patience=patience, progress=lambda _: None)

    def close_as_none(self) -> None:
        """Let two people close the case as a mistake."""
        self.house.by("lev").close(self.ref, CloseReason.FALSE_POSITIVE, note="a yearly audit", correction="a letter")
        self.house.by("anna").approve(self.ref, "close")

    def ledger(self) -> list[Letter]:
        with self.house.store.read() as unit:
            mailings = unit.letters.mailings(self.ref)
            return [each for mailing in mailings for each in unit.letters.in_state(mailing, *LetterState)]

    def states(self) -> list[str]:
        return [each.state.value for each in self.ledger()]


def body_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


@contextmanager
def service(room: Mailroom) -> Iterator[None]:
    """Run what sends by orders, and end it."""
    sending = LetterDispatcher(room.house.console, look=0.01)
    sending.start()
    try:
        yield
    finally:
        assert sending.stop(timedelta(seconds=20))
