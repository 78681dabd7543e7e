"""A crisis team, an incident, and a story in time over the real store."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.clock import ManualClock
from detector.notify.delivery.sender import OutboxSender
from detector.notify.escalation import EscalationPlan, PageContent, advance
from detector.notify.ladder import Gap
from detector.notify.links import Links
from detector.schema.case.incidents import Decisions, Incident, IncidentStatus, Scope, Step
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.settings import Settings
from detector.store import Store
from detector.telemetry.metrics import Metrics
from tests.receivers import ntfy_server, smtp_server, web_server

__all__ = ["ntfy_server", "smtp_server", "web_server"]

NIGHT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
LINKS = Links(b"k" * 32, "https://nabat.example.org", timedelta(days=7))


def make_settings(**notify: Any) -> Settings:
    """Six people: anna and boris on call, dina deputy, lev lead, olga officer, and karl without a role."""
    people = notify.pop("people", {})
    targets = notify.pop("targets", {})
    names = ("anna", "boris", "dina", "lev", "olga", "karl")
    for name in names:
        targets.setdefault(name, "json://127.0.0.1:9/")
    return Settings.model_validate(
        {
            "timezone": "Europe/Moscow",
            "organization": "Example Bank",
            "records": {
                "data_classes": {
                    "contact": {"confidentiality": "confidential", "title": "contact data", "title_ru": "контакты"},
                    "card": {"confidentiality": "confidential", "title": "bank cards", "title_ru": "банковские карты"},
                }
            },
            "team": {
                "people": [
                    {"name": name, "title": name.title(), "accounts": [f"user:{name}"], "targets": [name]}
                    | people.get(name, {})
                    for name in names
                ],
                "roles": notify.pop(
                    "roles", {"soc": ["anna", "boris"], "dep": ["dina"], "lead": ["lev"], "dpo": ["olga"]}
                ),
            },
            "notify": {
                "targets": {name: {"url": url} if isinstance(url, str) else url for name, url in targets.items()}
            }
            | notify,
        }
    )


def make_incident(**changes: Any) -> Incident:
    incident = Incident(
        id="3f2a" * 8,
        number="20260301-3f2a",
        code_name="Grey Heron",
        code_name_ru="Серая Цапля",
        title="Bulk read of client records",
        title_ru="Массовое чтение данных клиентов",
        severity=Severity.HIGH,
        score=0.9,
        risk=100,
        matter="access",
        playbook="client-data-leak",
        service="crm",
        actor_id="user:olga.petrova",
        actor_type="human",
        opened_at=NIGHT,
        first_event_at=NIGHT - timedelta(minutes=19),
        last_event_at=NIGHT,
        scope=Scope(subjects=1240, record_low=1240, record_high=3001, data_classes=("card", "contact")),
    )
    return replace(incident, **changes)


STEPS = (
    Step(incident_id="3f2a" * 8, step_id="A1", position=0, phase="detect", title="Open", title_ru="Открыть",
         roles=("soc",), automation="A"),
    Step(incident_id="3f2a" * 8, step_id="A4", position=3, phase="detect", title="Triage: a true leak or not?",
         title_ru="Разбор: утечка или нет?", roles=("soc", "own")),
    Step(incident_id="3f2a" * 8, step_id="A5", position=4, phase="detect", title="Confirm the breach",
         title_ru="Подтвердить утечку", roles=("lead", "dpo")),
)  # fmt: skip


@dataclass
class Story:
    """One incident told in minutes since it opened, over a real store and a real sender."""

    store: Store
    settings: Settings
    incident: Incident
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    metrics: Metrics = field(default_factory=Metrics)
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sender = OutboxSender(
            self.store,
            self.settings,
            self.clock,
            self.metrics,
            links=LINKS,
            on_gaps=lambda incident, gaps: self.gaps.extend(gaps),
        )
        with self.store.begin() as unit:
            unit.incidents.save(Decisions(incidents=(self.incident,), steps=STEPS))

    def at(self, minutes: float) -> EscalationPlan:
        """Move to a moment and plan, without sending."""
        self.clock.move_to(NIGHT + timedelta(minutes=minutes))
        with self.store.begin() as unit:
            incident = unit.incidents.find(self.incident.id)
            assert incident is not None
            content = PageContent(steps=lambda: STEPS)
            return advance(unit, incident, self.settings, self.clock.now(), LINKS, content)

    def send(self) -> None:
        self.sender.run_once(self.clock.now())

    def change(self, **changes: Any) -> None:
        with self.store.begin() as unit:
            incident = unit.incidents.find(self.incident.id)
            assert incident is not None
            self.incident = replace(incident, version=incident.version + 1, **changes)
            unit.incidents.save(Decisions(incidents=(self.incident,)))

    def acknowledge(self, person: str) -> None:
        self.change(acknowledged_at=self.clock.now(), acknowledged_by=person, status=IncidentStatus.IN_PROGRESS)

    def messages(self, kind: MessageKind | None = None, status: MessageStatus | None = None) -> list[Message]:
        with self.store.read() as unit:
            found = unit.outbox.messages(self.incident.id)
        return [m for m in found if kind in (None, m.kind) and status in (None, m.status)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield opened
    opened.close()


@pytest.fixture
def story(store: Store) -> Callable[..., Story]:
    def tell(settings: Settings | None = None, **incident: Any) -> Story:
        return Story(store, settings or make_settings(), make_incident(**incident))

    return tell


def people(messages: Sequence[Message]) -> list[str]:
    return [message.person for message in messages]
