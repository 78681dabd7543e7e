"""A store with real incidents, the real console, the application, and a browser without a screen."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from detector.auth import SignIns
from detector.clock import ManualClock
from detector.incident import MERGE, Regulation, load_playbooks, load_regulations, verify_chain, with_scope
from detector.incident import dossier as dossier_of
from detector.keys import Keys
from detector.notify import Links
from detector.runtime.decide import Decider
from detector.runtime.incidents.console import Console, PersonalConsoles
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Scope
from detector.schema.detection.findings import Detector, Evidence, Finding, Reason
from detector.schema.detection.health import CheckedPart, HealthCheck
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.people import InvitationUse
from detector.settings import Settings
from detector.store import Journal, Store
from detector.telemetry.metrics import Metrics
from detector.web.context import PageContext
from detector.web.entry.signed_in import SESSION_COOKIE
from detector.web.forms import Forms
from detector.web.ports import Detail, ServiceView, SourceView, WaitingSource
from detector.web.serving.make_app import make_app
from detector.web.views.case_view import Tab
from tests.fakes.people import me

_MANY = (CheckedPart.SOURCE, CheckedPart.MAP, CheckedPart.TARGET)
NIGHT = datetime(2026, 3, 3, 0, 12, tzinfo=UTC)
PLAYBOOKS = load_playbooks()
REGULATIONS = load_regulations(("ru-152fz", "eu-gdpr-33"))

HOSTILE = "\"'><script>alert(1)</script>\u202egnp.exe\x1b[31m\u200b{{7*7}}"


def make_settings(state: Path, **changes: Any) -> Settings:
    """Four people: anna and boris on call, dina the officer, lev the lead; olga's account is a suspect's."""
    return Settings.model_validate(
        {
            "state": state,
            "timezone": "Europe/Moscow",
            "organization": "Example Bank",
            "web": {"port": 0},
            "sources": [],
            "records": {
                "data_classes": {
                    "contact": {"confidentiality": "confidential", "title": "Contact data", "title_ru": "Контакты"},
                    "identity_document": {
                        "confidentiality": "special", "title": "Identity documents", "title_ru": "Паспорта",
                    },
                    "payment": {"confidentiality": "confidential", "title": "Payment data", "title_ru": "Платежи"},
                }
            },
            "team": {
                "people": [
                    {"name": "anna", "title": "Anna (security)", "targets": ["desk"]},
                    {"name": "boris", "title": "Boris (security)", "targets": ["desk"]},
                    {"name": "dina", "title": "Dina (data protection)", "targets": ["desk"]},
                    {"name": "lev", "title": "Lev (lead)", "targets": ["desk"]},
                    {"name": "olga", "title": "Olga (owner of CRM)", "accounts": ["user:o.petrova"],
                     "targets": ["desk"]},
                ],
                "roles": {"soc": ["anna", "boris"], "dep": ["dina"], "lead": ["lev"], "dpo": ["dina"],
                          "own": ["olga"]},
            },
            "notify": {"targets": {"desk": {"url": "json://127.0.0.1:9/"}}},
        }
        | changes
    )  # fmt: skip


def make_finding(rule: str = "bulk-read", by: str = "user:o.petrova", **changes: Any) -> Finding:
    at = changes.pop("at", NIGHT)
    said: dict[str, Any] = {
        "id": derive("finding", rule, by, at.isoformat()),
        "detector": Detector.CORRELATION,
        "rule_id": rule,
        "title": "Bulk read of client records",
        "title_ru": "Массовое чтение данных клиентов",
        "actor_id": by,
        "actor_type": "human",
        "at": at,
        "first_event_at": at - timedelta(minutes=19),
        "last_event_at": at,
        "severity": Severity.CRITICAL,
        "score": 0.97,
        "risk": 100,
        "service": "crm",
        "events": 1240,
        "subject_count": 1240,
        "record_low": changes.get("subject_count", 1240),
        "record_high": changes.get("subject_count", 3001),
        "reasons": (
            Reason(message="rule-client-count", args=(("count", 1240), ("span", 1), ("unit", "hours"))),
            Reason(message="rule-records", args=(("low", 1240), ("high", 3001))),
        ),
        "source_ips": ("203.0.113.7",),
        "evidence": (
            Evidence(at=at, event_id="e" * 32, path="/var/log/nginx/crm.access.log", offset=918_273,
                     line_hash="ab" * 32),
        ),
    }  # fmt: skip
    return Finding(**said | changes)


SCOPE = Scope(
    subjects=1240,
    record_low=1240,
    record_high=3001,
    data_classes=("contact", "identity_document"),
    by_class=(("contact", 1240), ("identity_document", 312)),
    by_action=(("download", 312), ("read", 1240)),
    events=1552,
    services=("crm",),
)


@dataclass
class World:
    """A service's store and console at one moment, and the application over them."""

    settings: Settings
    store: Store
    clock: ManualClock
    metrics: Metrics = field(default_factory=Metrics)
    view: ServiceView | None = None
    regulations: Mapping[str, Regulation] = field(default_factory=lambda: REGULATIONS)

    def __post_init__(self) -> None:
        self.keys = Keys(self.settings.state)
        self.links = Links(self.keys.link, self.settings.base_url, self.settings.notify.link_valid)
        self.console = Console(
            self.store,
            Journal(self.settings.state / "journal", self.store),
            self.settings,
            PLAYBOOKS,
            self.regulations,
            self.clock,
            links=self.links,
        )
        self.consoles = PersonalConsoles(self.console)
        self.asked: list[tuple[str, str, str]] = []
        self.people = SignIns(
            self.store,
            self.settings,
            self.clock,
            suspected=self.console.suspected,
            asks=lambda person, by, token: self.asked.append((person, by, token)),
        )
        self.house = PageContext(
            consoles=self.consoles,
            people=self.people,
            code_key=self.keys.csrf,
            settings=self.settings,
            metrics=self.metrics,
            forms=Forms(self.keys.csrf),
            service=self.service,
            clock=self.clock,
        )
        self.app = make_app(self.house)

    def service(self) -> ServiceView:
        now = self.clock.now()
        return self.view or ServiceView(
            ready=True,
            started_at=NIGHT - timedelta(days=3),
            beat_at=now,
            rules=42,
            unseen=(("aws/cloudtrail", 19), ("windows/sysmon", 2)),
            waiting=(
                WaitingSource(name="opencanary/application", rules=24, needs={"en": "its log", "ru": "её журнал"}),
                WaitingSource(name="unknown", rules=1, needs={}),
            ),
            model="trained 2026-03-01 on 3210 windows",
            checks=self.checks(now),
            sources=tuple(
                SourceView(
                    name=name,
                    service=name,
                    format="auto",
                    files=2,
                    lines=1_482_377,
                    rejects=3,
                    lag_bytes=18_000,
                    last_line_at=now - timedelta(seconds=2),
                    last_event_at=now - timedelta(seconds=4),
                    ahead=3 if name == "portal" else 0,
                )
                for name in ("crm", "billing", "portal")
            ),
        )

    def checks(self, now: datetime) -> tuple[HealthCheck, ...]:
        """Everything the first page knows of, seen to work a second ago."""
        seen, minute = now - timedelta(seconds=1), timedelta(minutes=1)
        ones = [HealthCheck(part=part, checked_at=seen, allowed=minute) for part in CheckedPart if part not in _MANY]
        sources = [
            HealthCheck(part=part, name=name, checked_at=seen, allowed=minute)
            for part in (CheckedPart.SOURCE, CheckedPart.MAP)
            for name in ("crm", "billing", "portal")
        ]
        return (*ones, HealthCheck(part=CheckedPart.TARGET, name="push", checked_at=seen, allowed=minute), *sources)

    def found(self, *findings: Finding, scope: Scope | None = None, links: bool = True) -> Incident:
        """Let findings become an incident the way the service does it; return the newest."""
        decider = Decider(
            settings=self.settings,
            playbooks=PLAYBOOKS,
            regulations=self.regulations,
            links=self.links if links else None,
        )
        with self.store.begin() as unit:
            outcome = decider.decide(unit, findings or (make_finding(),), self.clock.now())
            if scope is not None:
                known = dossier_of(unit.incidents, outcome.changed[0], PLAYBOOKS, self.settings, self.regulations)
                changes = with_scope(known, scope, now=self.clock.now())
                unit.incidents.save(changes)
        return self.detail(outcome.changed[0]).incident

    def detail(self, ref: str) -> Detail:
        return self.console.detail(ref)

    def merges(self, ref: str, into: str, *, by: str, reason: str, with_: str = "dina") -> None:
        """Let somebody merge an incident into another; where it takes two, let another agree."""
        asked = self.console.merge(ref, into, by=me(by), reason=reason)
        if any(each.step_id == MERGE for each in self.detail(asked.id).approvals):
            self.console.approve(asked.id, MERGE, by=me(with_))

    def closes(
        self, ref: str, reason: CloseReason, *, by: str, note: str, with_: str = "dina", correction: str = ""
    ) -> None:
        """Let somebody close an incident; where it takes two, let another agree."""
        if (
            self.console.close(ref, reason, by=me(by), note=note, correction=correction).status
            is not IncidentStatus.CLOSED
        ):
            self.console.approve(ref, "close", by=me(with_))

    def state(self) -> object:
        """Everything in the store that an act could change."""
        with self.store.read() as unit:
            return [
                (each, unit.incidents.steps(each.id), unit.incidents.entries(each.id), unit.outbox.messages(each.id))
                for each in unit.incidents.newest(limit=1000)
            ]

    def sound(self, ref: str) -> bool:
        return not verify_chain(self.detail(ref).entries)

    def token(self, incident: Incident, person: str = "anna") -> str:
        url = self.links.make(incident_id=incident.id, person=person, message_id="m" * 32, now=self.clock.now())
        return url.rpartition("/")[2]

    def browser(self, person: str = "lev", **headers: str) -> "Browser":
        """Return a browser in which somebody is signed in; in one of nobody's nobody is."""
        return Browser(self, headers, person)

    def session(self, person: str) -> str:
        """Sign somebody in without a password, and return the session's token."""
        return self.people.accept(self.people.invite(person, by="test", use=InvitationUse.SIGN_IN), "")


class Browser:
    """Sends requests to the application and keeps cookies, without a network."""

    def __init__(self, world: World, headers: dict[str, str], person: str) -> None:
        self._world = world
        self._headers = headers
        self.cookies = httpx.Cookies()
        self.sign_in(person)

    def sign_in(self, person: str) -> "Browser":
        """Let somebody else sit before it; an empty name signs out."""
        self.cookies.delete(SESSION_COOKIE) if SESSION_COOKIE in self.cookies else None
        if person:
            self.cookies.set(SESSION_COOKIE, self._world.session(person))
        return self

    def send(self, method: str, path: str, **said: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._world.app)
            headers = {**self._headers, **said.pop("headers", {})}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8470", cookies=self.cookies, headers=headers
            ) as client:
                answer = await client.request(method, path, **said)
                self.cookies = client.cookies
                return answer

        return asyncio.run(once())

    def get(self, path: str, **said: Any) -> httpx.Response:
        return self.send("GET", path, **said)

    def case(self, path: str, **said: Any) -> str:
        """Return what the views of an incident say, one after the other; its lessons have tests of their own."""
        page, _, query = path.partition("?")
        views = [f"{page}{tab.path}" for tab in Tab if tab is not Tab.LESSONS]
        tabs = [self.get(f"{view}?{query}" if query else view, **said) for view in views]
        return "".join(tab.text for tab in tabs)

    def post(self, path: str, form: dict[str, str] | None = None, **said: Any) -> httpx.Response:
        return self.send("POST", path, data=form or {}, **said)

    def form_token(self, path: str) -> str:
        return self._hidden(self.get(path).text, "form_token", path)

    @staticmethod
    def _hidden(shown: str, name: str, page: str) -> str:  # a field that nobody fills in
        found = re.search(rf'name="{name}" value="([^"]+)"', shown)
        assert found, f"the forms of {page} have no {name}"
        return found[1]

    def fill(self, page: str, action: str, *, by: str = "", **form: str) -> httpx.Response:
        """Open a page and send one of its forms; ``by``: let somebody else do so."""
        if by:
            self.sign_in(by)
        shown = self.get(page).text
        for each in re.findall(rf'<form[^>]* action="{re.escape(action)}".*?</form>', shown, re.DOTALL):
            assert set(form) <= set(re.findall(r' name="([^"]+)"', each)), f"the form of {action} lacks a field"
        hidden = {name: self._hidden(shown, name, page) for name in ("form_token", "form_key")}
        return self.post(action, {**hidden, **form})


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    opened: list[Store] = []

    def make(regulations: Mapping[str, Regulation] = REGULATIONS, **settings: Any) -> World:
        store = Store.open(f"sqlite:///{tmp_path / f'nabat{len(opened)}.db'}")
        opened.append(store)
        return World(make_settings(tmp_path, **settings), store, ManualClock(NIGHT), regulations=regulations)

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
