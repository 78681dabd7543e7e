"""The section of an incident's page that compares its actors with other days: what the template shows, in order.

Comes in: an ``Explanation``, or that there is none. Goes out: its actors with their pictures. Pure.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from detector.web.charts import DayChart, HourMap, day_chart, hour_map
from detector.web.explained import ActorDay, ActorExplained, Explanation

_LONGEST = 80
COLUMNS = ("touches", "clients", "hour", "documents", "shown", "exports", "taken")
"""Numbers of a day as a table shows them: ``hour`` is how many clients were opened in the busiest one."""
_ALWAYS = ("touches", "clients")
_NUMBERS = {"hour": "clients", "documents": "documents_day", "shown": "shown_day", "exports": "exports_day"}


def number_of(day: ActorDay, column: str) -> int:
    """Return one number of a day, by the name of its column."""
    own = {"touches": day.touches, "clients": day.clients, "taken": day.taken}
    return own[column] if column in own else day.numbers[_NUMBERS[column]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    """One actor; the pictures are None where nothing of it is kept."""

    actor: ActorExplained
    chart: DayChart | None
    hours: HourMap | None

    @property
    def shown(self) -> str:
        """The actor's name, cut where it is longer than a title may be."""
        name = self.actor.actor_id
        return name if len(name) <= _LONGEST else name[:_LONGEST] + "…"

    @property
    def role(self) -> str:
        """The name of its role, without its kind; cut likewise."""
        name = self.actor.role.partition(":")[2]
        return name if len(name) <= _LONGEST else name[:_LONGEST] + "…"

    @property
    def most_clients(self) -> int:
        """The most clients opened on any day but that of the incident."""
        return max((each.clients for each in self._other_days), default=0)

    @property
    def most_taken(self) -> int:
        """The most records taken out on any day but that of the incident."""
        return max((each.taken for each in self._other_days), default=0)

    @property
    def _other_days(self) -> list[ActorDay]:
        told = self.actor.day.day if self.actor.day else None
        return [each for each in self.actor.days if each.day != told]

    @property
    def busiest(self) -> tuple[ActorDay, int] | None:
        """The day and hour with the most touches."""
        hours = [
            (count, day.day, hour, day) for day in self.actor.days for hour, count in enumerate(day.hours) if count
        ]
        if not hours:
            return None
        _, _, hour, day = max(hours, key=lambda each: each[:3])
        return day, hour

    @property
    def columns(self) -> tuple[str, ...]:
        """Which numbers of the days compared are shown: those that are not 0 in all of them, and how many clients."""
        days = [each.day for each in self.actor.similar] + ([self.actor.day] if self.actor.day else [])
        return tuple(name for name in COLUMNS if name in _ALWAYS or any(number_of(day, name) for day in days))

    @property
    def of_incident(self) -> tuple[ActorDay, ...]:
        """The days of the incident."""
        return tuple(day for day in self.actor.days if day.of_incident)

    @property
    def touches_of_incident(self) -> int:
        """Touches in the hours of the incident."""
        return sum(day.hours[hour] or 0 for day in self.actor.days for hour in day.marked)

    @property
    def uncounted(self) -> int:
        """Exports of the days shown of which the log does not say how many records."""
        return sum(day.uncounted for day in self.actor.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedView:
    """The section.

    Attributes:
        readable: The journal could be read. since: from which day on touches are kept; None: none are.
    """

    explanation: Explanation
    actors: tuple[ActorView, ...]
    readable: bool = True
    since: date | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every number a table of days shows."""
        return COLUMNS

    @property
    def begins_within(self) -> bool:
        """Whether some of the days drawn lie before all that is kept."""
        return self.since is not None and any(
            each.actor.days and each.actor.days[0].day < self.since for each in self.actors
        )

    def number(self, day: ActorDay, column: str) -> int:
        """Return one number of a day."""
        return number_of(day, column)


def explained_view(explanation: Explanation | None, zone: ZoneInfo) -> ExplainedView:
    """Return the section; ``None`` where the journal cannot be read at all."""
    if explanation is None:
        return ExplainedView(explanation=Explanation(), actors=(), readable=False)
    actors = tuple(
        ActorView(
            actor=actor,
            chart=day_chart(actor) if actor.first_kept else None,
            hours=hour_map(actor.days) if actor.first_kept else None,
        )
        for actor in explanation.actors
    )
    return ExplainedView(explanation=explanation, actors=actors, since=_day(explanation.kept_since, zone))


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
