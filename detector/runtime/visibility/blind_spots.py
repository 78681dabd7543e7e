"""Blind spots: what is not working, stated as findings so that it becomes an incident like any other.

Comes in: what sources, rules, the model and the roster say of themselves. Goes out: findings of the detector
``blind_spot``; and entries in the timelines of their incidents when that is over, and when it begins once more. No
detector goes quiet by itself: a rule that raises, a silent source, a stale model, a role that nobody answers for. Each
is stated when it begins, and every morning while it lasts: an incident that was closed meanwhile opens again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import PurePath

import msgspec

from detector.errors import Cause, Problem
from detector.incident import append
from detector.messages import Messages, messages
from detector.schema.case.incidents import Incident, TimelineEntry
from detector.schema.detection.findings import Detector, Finding, Reason
from detector.schema.ids import derive
from detector.schema.levels import Confidence, Severity
from detector.settings import GroupSettings

ACTOR = "nabat"
PLAYBOOK = "blind-spot"
_MATTER = "blind-spot:"
_MORNING = timedelta(hours=8)


class Blind(StrEnum):
    """What can be blind: a closed list, the same in ``nabat_blind_spots`` and on pages."""

    SOURCE = "source"
    COVERAGE = "coverage"
    ACTOR = "actor"
    FORMAT = "format"
    REJECTS = "rejects"
    POISON = "poison"
    DECODER = "decoder"
    CLOCK = "clock"
    LATE = "late"
    MEMORY = "memory"
    RULE = "rule"
    MODEL = "model"
    ROLE = "role"
    BUTTON = "button"
    MAILBOX = "mailbox"
    STATE = "state"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class BlindSpot:
    """One thing that is not working.

    Attributes:
        name: Of the source, rule, role: our own or the configuration's word, never one from a log.
        why: The cause: one that ``blind-why`` of the messages knows, else a text of its own (a system's error).
        count: What the cause counts: minutes, times, days.
        args: What else the cause names.
        passing: It may pass by itself: people are told only when it lasts.
        quiet: It is shown and measured; nobody is called for it, and no incident is opened.
    """

    kind: Blind
    name: str
    why: str
    count: int = 0
    args: tuple[tuple[str, str | int], ...] = ()
    passing: bool = False
    quiet: bool = False

    @property
    def key(self) -> str:
        """By which it is the same one, whatever it counts."""
        return f"{self.kind.value}:{self.name}"

    @property
    def reason(self) -> Reason:
        """The same in words of both languages."""
        args: tuple[tuple[str, str | int], ...] = (("name", self.name), ("why", self.why), ("count", self.count))
        return Reason(message=f"blind-spot-{self.kind.value}", args=(*args, *self.args))

    def __str__(self) -> str:
        why = messages("en").text("blind-why", **dict(self.reason.args))
        return f"{self.kind.value} {self.name}: {why}"


def args_of(cause: Cause) -> tuple[tuple[str, str | int], ...]:
    """Return a cause as a blind spot names it."""
    return ("error", cause.kind), ("place", cause.place)


def place_of(problem: Problem) -> str:
    """Return the file and line of a mistake; the folder stands in our own log."""
    name = PurePath(problem.file).name
    return f"{name}:{problem.line}" if problem.line else name


_KIND_RU = {
    Blind.SOURCE: "источник",
    Blind.COVERAGE: "карта записей и источник",
    Blind.ACTOR: "обращения, никого не называющие, в источнике",
    Blind.FORMAT: "формат источника",
    Blind.REJECTS: "непонятые строки источника",
    Blind.POISON: "строка, роняющая службу, в источнике",
    Blind.DECODER: "разбор строк источника",
    Blind.CLOCK: "часы",
    Blind.LATE: "опаздывающие строки источника",
    Blind.MEMORY: "память",
    Blind.RULE: "правило",
    Blind.MODEL: "модель",
    Blind.ROLE: "роль",
    Blind.BUTTON: "кнопки бота Telegram",
    Blind.MAILBOX: "почтовый ящик",
    Blind.STATE: "состояние",
}

# What we name ourselves; the rest are the configuration's words.
_NAME_RU = {
    "decisions": "решений",
    "letters": "писем клиентам",
    "findings": "находок",
    "database": "базы данных",
    "detection state": "обнаружения",
    "access journal": "журнала обращений",
    "state folder": "каталога состояния",
    "sender": "отправки сообщений",
    "behaviour": "поведения",
    "windows": "окон правил",
    "matters": "дел правил",
    "runs": "перебора",
    "failures": "неудачных входов",
    "habits": "привычек",
    "touches": "обращений",
    "lanes": "отставших источников",
    "skipped": "из пропущенных",
    "search": "поиска текстов",
    "this machine": "этой машины",
}

# A stale model, a rule that fails or a wrong clock leaves others judging; a silent source leaves nobody, and neither
# does one whose requests the record map does not know.
_SEVERITY = {
    Blind.SOURCE: Severity.HIGH,
    Blind.COVERAGE: Severity.HIGH,
    Blind.POISON: Severity.HIGH,
    Blind.ROLE: Severity.HIGH,
    Blind.ACTOR: Severity.MEDIUM,
    Blind.DECODER: Severity.MEDIUM,
    Blind.RULE: Severity.MEDIUM,
    Blind.MODEL: Severity.MEDIUM,
    Blind.CLOCK: Severity.MEDIUM,
    Blind.BUTTON: Severity.MEDIUM,
    Blind.MAILBOX: Severity.MEDIUM,
    Blind.LATE: Severity.MEDIUM,
    Blind.MEMORY: Severity.MEDIUM,
    Blind.FORMAT: Severity.MEDIUM,
    Blind.REJECTS: Severity.MEDIUM,
    Blind.STATE: Severity.HIGH,
}


# Of a source of which at least so many percent are not read, as good as nothing is seen.
_MOSTLY = 50


def _severity(spot: BlindSpot) -> Severity:
    percent = dict(spot.args).get("percent", 0)
    unread = spot.kind is Blind.REJECTS and (spot.why == "only-rejects" or int(percent) >= _MOSTLY)
    return Severity.HIGH if unread else _SEVERITY[spot.kind]


def morning(now: datetime, zone: tzinfo) -> str:
    """Return the day it is, which begins in the morning."""
    return (now.astimezone(zone) - _MORNING).date().isoformat()


class StatedBlindSpots:
    """Which blind spots were stated, and for which day. It is kept, so that a restart states nothing again.

    Attributes:
        ended: Keys of those that were stated and are not blind any more, since ``kept``.
        begun: What has become blind since then.
    """

    def __init__(self, text: str | None = None) -> None:
        known: dict[str, str] = msgspec.json.decode(text, type=dict[str, str]) if text else {}
        self._day = known
        self.ended: set[str] = set()
        self.begun: list[BlindSpot] = []
        # Of these it is not known whether they lasted through the restart; what needs time to show may show later.
        self._before = set(known)

    def news(self, blind: Iterable[BlindSpot], lasting: Iterable[BlindSpot], day: str) -> list[BlindSpot]:
        """Return what is to be stated now: it has begun, or lasts since before this day.

        Args:
            blind: All that is blind now.
            lasting: Those of it for long enough to tell people.
            day: Today, as ``morning`` says.
        """
        there = {spot.key for spot in blind}
        self._before -= there
        before = set(self._day)
        self._day = {key: of for key, of in self._day.items() if key in there | self._before and of == day}
        found = [spot for spot in lasting if spot.key not in self._day]
        self._day |= {spot.key: day for spot in found}
        self.ended |= before - self._day.keys()
        self.begun += [spot for spot in found if spot.key not in before]
        return found

    def kept(self) -> None:
        """Note that people can read what ended and what began."""
        self.ended, self.begun = set(), []

    def to_text(self) -> str:
        """Return what is to be kept."""
        return msgspec.json.encode(self._day).decode()


def stated(spots: Iterable[BlindSpot], settings: GroupSettings, now: datetime, day: str) -> tuple[Finding, ...]:
    """Return the findings that say what is blind; the same id for the same day."""
    return tuple(
        Finding(
            id=derive("finding", "blind-spot", spot.kind.value, spot.name, day),
            detector=Detector.BLIND_SPOT,
            rule_id=f"blind-spot.{spot.kind.value}",
            title=f"Blind spot: {spot.kind.value} {spot.name}",
            title_ru=f"Слепое пятно: {_KIND_RU[spot.kind]} {_NAME_RU.get(spot.name, spot.name)}",
            actor_id=ACTOR,
            at=now,
            first_event_at=now,
            last_event_at=now,
            severity=_severity(spot),
            confidence=Confidence.HIGH,
            score=1.0,
            # A blind spot is an incident by itself, whatever its severity adds up to.
            risk=max(settings.threshold, settings.risk[_severity(spot).value]),
            matter=_MATTER + spot.key,
            playbook=PLAYBOOK,
            reasons=(spot.reason,),
        )
        for spot in spots
    )


def turned(
    said: StatedBlindSpots, known: Iterable[tuple[Incident, TimelineEntry | None]], words: Messages, now: datetime
) -> tuple[TimelineEntry, ...]:
    """Return what the timelines of open incidents are to say of what is seen again, and of what is blind once more.

    ``known`` are those incidents, each with its latest entry; one opened at ``now`` or later says itself what is blind.
    """
    again = {spot.key: spot for spot in said.begun}
    entries = []
    for incident, last in known:
        key = incident.matter.removeprefix(_MATTER)
        if key in again and incident.opened_at < now:
            kind, text = "blind", words.text("incident-entry-blind-again", reason=words.reason(again[key].reason))
        elif key in said.ended and key not in again:
            kind, text = "seen", words.text("incident-entry-seen-again")
        else:
            continue
        entries.append(append(last, incident_id=incident.id, at=now, kind=kind, by=ACTOR, text=text))
    return tuple(entries)
