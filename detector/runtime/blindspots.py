"""Blind spots: what is not working, stated as findings so that it becomes an incident like any other.

Comes in: what sources, rules, the model and the roster say of themselves. Goes out: findings of the detector
``blind_spot``. No detector goes quiet by itself: a rule that raises, a silent source, a stale model, a role that nobody
answers for. Each is stated once a day while it lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.messages import messages
from detector.schema.findings import Detector, Finding, Reason
from detector.schema.ids import derive
from detector.schema.levels import Confidence, Severity
from detector.settings import GroupSettings

ACTOR = "nabat"
PLAYBOOK = "blind-spot"


class Blind(StrEnum):
    """What can be blind: a closed list, the same in ``nabat_blind_spots`` and on pages."""

    SOURCE = "source"
    COVERAGE = "coverage"
    FORMAT = "format"
    REJECTS = "rejects"
    CLOCK = "clock"
    LATE = "late"
    RULE = "rule"
    MODEL = "model"
    ROLE = "role"
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
    def reason(self) -> Reason:
        """The same in words of both languages."""
        args: tuple[tuple[str, str | int], ...] = (("name", self.name), ("why", self.why), ("count", self.count))
        return Reason(message=f"blind-spot-{self.kind.value}", args=(*args, *self.args))

    def __str__(self) -> str:
        why = messages("en").text("blind-why", why=self.why, count=self.count, **dict(self.args))
        return f"{self.kind.value} {self.name}: {why}"


_KIND_RU = {
    Blind.SOURCE: "источник",
    Blind.COVERAGE: "карта записей и источник",
    Blind.FORMAT: "формат источника",
    Blind.REJECTS: "непонятые строки источника",
    Blind.CLOCK: "часы источника",
    Blind.LATE: "опаздывающие строки источника",
    Blind.RULE: "правило",
    Blind.MODEL: "модель",
    Blind.ROLE: "роль",
    Blind.STATE: "состояние",
}

# What we name ourselves; the rest are the configuration's words.
_NAME_RU = {
    "decisions": "решений",
    "detection state": "обнаружения",
    "access journal": "журнала обращений",
    "state folder": "каталога состояния",
    "sender": "отправки сообщений",
    "behaviour": "поведения",
    "skipped": "из пропущенных",
}

# A stale model, a rule that fails or a wrong clock leaves others judging; a silent source leaves nobody, and neither
# does one whose requests the record map does not know.
_SEVERITY = {
    Blind.SOURCE: Severity.HIGH,
    Blind.COVERAGE: Severity.HIGH,
    Blind.ROLE: Severity.HIGH,
    Blind.RULE: Severity.MEDIUM,
    Blind.MODEL: Severity.MEDIUM,
    Blind.CLOCK: Severity.MEDIUM,
    Blind.LATE: Severity.MEDIUM,
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


def stated(spots: Iterable[BlindSpot], settings: GroupSettings, now: datetime) -> tuple[Finding, ...]:
    """Return the findings that say what is blind; the same id for the same day."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(
        Finding(
            id=derive("finding", "blind-spot", spot.kind.value, spot.name, day.isoformat()),
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
            matter=f"blind-spot:{spot.kind.value}:{spot.name}",
            playbook=PLAYBOOK,
            reasons=(spot.reason,),
        )
        for spot in spots
    )
