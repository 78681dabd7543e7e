"""A small company: eight operators with books of their own, an administrator, a program, two accounts nobody uses.

Comes in: acts. Goes out: lines of a web server's log or of an audit log, and what the shipped defaults make of them,
after two weeks of history or on the first day.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import yaml

from detector.decode import Decoder
from detector.runtime.components import build
from detector.runtime.evaluate.recording import record
from detector.runtime.evaluate.trial import DEFAULTS, History, JudgingWay, fold, judge, learn
from detector.runtime.intake.log_file import Log
from detector.runtime.replay.batch_lines import BATCH_LINES
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import REPLAY_KEY
from detector.schema.case.incidents import Incident
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings

START, HISTORY = datetime(2026, 3, 2, tzinfo=UTC), 14
TODAY = START + timedelta(days=HISTORY)  # a Monday
OPERATORS = tuple(f"op{number}" for number in range(8))
ADMIN, SLEEPER, NEVER_USED, PROGRAM = "ada", "dora", "nina", "svc-sync"
"""``SLEEPER`` was last at work four weeks before."""
DESK, SERVER, OUTSIDE = "10.20.1.7", "10.1.0.5", "203.0.113.40"
BROWSER, SCRIPT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "python-requests/2.32.3"
WATCHED = tuple(range(90_001, 90_400, 13))
LOGS = {"web": ("access.log", "combined"), "audit": ("audit.log", "audit.json")}
_ROW_BYTES = 140


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does: reads clients' cards one by one, pages through a list, or exports."""

    at: datetime
    who: str
    verb: str
    clients: tuple[int, ...]
    address: str = DESK
    agent: str = BROWSER
    rows: int = 0

    def line(self, log: str) -> str:
        """Return the line it leaves in a log."""
        return (self._web() if log == "web" else self._audit()) + "\n"

    def _web(self) -> str:
        first = self.clients[0] if self.clients else 0
        path = {"read": f"/crm/clients/{first}", "list": f"/crm/clients?page={first}", "export": "/crm/clients.csv"}
        size = _ROW_BYTES * max(self.rows, len(self.clients))
        when = self.at.strftime("%d/%b/%Y:%H:%M:%S +0000")
        return f'{self.address} - {self.who} [{when}] "GET {path[self.verb]} HTTP/1.1" 200 {size} "-" "{self.agent}"'

    def _audit(self) -> str:
        named = {} if self.verb == "export" else {"client_ids": [str(client) for client in self.clients]}
        return json.dumps(
            {"ts": self.at.isoformat(), "service": "crm", "user": self.who, "action": self.verb, **named}
            | {"rows": max(self.rows, len(self.clients)), "ip": self.address, "ua": self.agent, "status": "ok"}
        )


def ordinary(days: Iterable[int]) -> Iterator[Act]:
    """Yield what people do on working days: operators serve clients of their own, and now and then a stranger."""
    for day in days:
        luck, morning = Random(day), START + timedelta(days=day, hours=9)
        if morning.weekday() > 4:
            continue
        for number, who in enumerate(OPERATORS):
            address = f"10.20.1.{10 + number}"
            for step in range(32):
                own = 20_000 + 1_000 * number + 7 * luck.randrange(70)
                client = luck.randrange(30_000, 80_000) if luck.random() < 0.1 else own
                yield Act(morning + timedelta(minutes=15 * step + luck.randrange(14)), who, "read", (client,), address)
        for step in range(40):
            yield Act(morning + timedelta(minutes=step), PROGRAM, "read", (20_000 + 7 * step,), SERVER, SCRIPT)
        for step in range(6):
            at, client = morning + timedelta(minutes=70 * step + luck.randrange(60)), luck.randrange(20_000, 80_000)
            yield Act(at, ADMIN, "read", (client,), agent=SCRIPT if step % 2 else BROWSER)


def before_history() -> Iterator[Act]:
    """Yield the last morning of the account that sleeps."""
    for step in range(5):
        yield Act(START - timedelta(days=14) + timedelta(hours=9, minutes=step), SLEEPER, "read", (20_000 + 7 * step,))


def one_by_one(
    who: str, clients: Sequence[int], begins: datetime, lasts: timedelta, address: str = DESK, agent: str = BROWSER
) -> list[Act]:
    """Return cards read at an even pace."""
    pace = lasts / len(clients)
    return [Act(begins + n * pace, who, "read", (one,), address, agent) for n, one in enumerate(clients)]


@dataclass(frozen=True)
class SmallCompany:
    """The company with one kind of log, and what was learned of it."""

    folder: Path
    log: str
    settings: Settings
    decoder: Decoder
    history: History

    @classmethod
    def of(cls, folder: Path, log: str) -> "SmallCompany":
        """Write the company's files and learn two weeks of it."""
        settings = load_settings(_written(folder, log))
        before = _logs(settings, folder / "before", log, [*before_history(), *ordinary(range(HISTORY))])
        history = learn(settings, before, TODAY, folder / "history")
        return cls(folder, log, settings, build(settings, session_key=REPLAY_KEY).decoder, history)

    def incidents(self, odd: Iterable[Act], out: Path, *, history: bool, way: JudgingWay = DEFAULTS) -> list[Incident]:
        """Return what is told of a day on which somebody does something odd among ordinary work."""
        after = _logs(self.settings, out / "after", self.log, [*ordinary([HISTORY]), *odd])
        turns = record(out / "turns", after, self.decoder, (), {}, BATCH_LINES)
        folded = fold(self.settings, self.history if history else None, turns, [way], out / "fold")
        return [case.incident for case in judge(folded, way, out / "judged").cases]


def _logs(settings: Settings, folder: Path, log: str, acts: Iterable[Act]) -> list[Log]:
    folder.mkdir(parents=True)
    file = folder / LOGS[log][0]
    file.write_text("".join(act.line(log) for act in sorted(acts, key=lambda act: act.at)))
    return logs_of(settings, [str(file)])


def _written(folder: Path, log: str) -> Path:
    file, form = LOGS[log]
    with (folder / "roles.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("user", "role", "type"))
        rows.writerows((who, "operator", "human") for who in (*OPERATORS, SLEEPER, NEVER_USED))
        rows.writerow((ADMIN, "admin", "admin"))
    (folder / "watched.csv").write_text("client\n" + "".join(f"{client}\n" for client in WATCHED))
    said = [
        {"action": "read", "object": "client", "subject": ("{client}", "field:client_ids")},
        {"action": "list", "object": "client", "subject": ("", "field:client_ids"), "count": ("", "field:rows")},
        {"action": "export", "object": "client", "count": ("", "field:rows")},
    ]
    paths = ("/crm/clients/{client}", "/crm/clients", "/crm/clients.csv")
    routes = [_route(log, path, each) for path, each in zip(paths, said, strict=True)]
    path = folder / "nabat.yml"
    source = {"name": "crm", "paths": [str(folder / file)], "format": form, "service": "crm", "start": "beginning"}
    config = {
        "state": str(folder / "state"),
        "sources": [source],
        "records": {
            "watched": str(folder / "watched.csv"),
            "data_classes": {"contact": {"confidentiality": "confidential", "title": "contact details"}},
            "routes": routes,
        },
        "actors": {
            "roles_file": str(folder / "roles.csv"),
            "service_accounts": [PROGRAM],
            "networks": {"office": ["10.20.0.0/16"], "servers": ["10.1.0.0/16"]},
        },
        "team": {
            "people": [{"name": "anna", "title": "Anna (security)", "targets": ["anna"]}],
            "roles": {"soc": ["anna"], "lead": ["anna"], "dpo": ["anna"]},
        },
        "notify": {"targets": {"anna": {"url": "json://127.0.0.1:9/"}}},
    }
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    path.chmod(0o600)
    return path


def _route(log: str, path: str, said: dict[str, object]) -> dict[str, object]:
    which = log == "audit"
    told = {name: value[which] if isinstance(value, tuple) else value for name, value in said.items()}
    where = {"when": {"action": said["action"]}} if which else {"path": path}
    return {"service": "crm", **where, **{name: value for name, value in told.items() if value}, "classes": ["contact"]}
