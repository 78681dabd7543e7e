"""Who is on call when, as the configuration says it: people in turn, exceptions from that, absences, a calendar.

Comes in: YAML. Goes out: the model. What the calendar and the file of leave hold is read elsewhere
(``detector.settings.lists.rota_files``) and kept with it; who that makes is worked out by ``detector.notify``.
"""

from datetime import date, datetime
from typing import Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from detector.settings.sections.listed_hours import NOTHING_LISTED, ListedHours
from detector.settings.types import Strict, TimeOfDay, known_zone


class RotaOverride(Strict):
    """Somebody else is on call for some hours."""

    starts: datetime = Field(description="From this moment; without a zone in that of the rota.")
    ends: datetime = Field(description="Up to this moment.")
    person: str = Field(description="Who is on call then.")
    deputy: str = Field(default="", description="Who is the deputy then; empty: as the rota has it.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.starts.tzinfo is None) != (self.ends.tzinfo is None):
            raise ValueError("starts and ends must both name a zone, or neither")
        if self.ends <= self.starts:
            raise ValueError("ends must be later than starts")
        return self


class RotaAbsence(Strict):
    """Somebody is away for some days, and is passed over."""

    person: str = Field(description="Who is away.")
    starts: date = Field(description="The first day.")
    until: date = Field(description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.starts:
            raise ValueError("until must not be before starts")
        return self


class RotaSettings(Strict):
    """Who is on call when."""

    people: tuple[str, ...] = Field(
        default=(), description="Who is on call in turn; empty: nobody in turn, the calendar and overrides alone count."
    )
    deputies: tuple[str, ...] = Field(default=(), description="Deputies in turn; empty: whoever is on call next.")
    starts: date | None = Field(
        default=None, description="A day on which the first of `people` takes over, past or to come."
    )
    days: int = Field(default=7, ge=1, le=366, description="How many days a turn lasts.")
    handover: TimeOfDay = Field(
        default="09:00", validate_default=True, description="When the next one takes over, by the clocks of the zone."
    )
    zone: str = Field(default="", description="Zone of the rota; empty: `timezone`.")
    overrides: tuple[RotaOverride, ...] = Field(default=(), description="Who is on call instead, for some hours.")
    absences: tuple[RotaAbsence, ...] = Field(
        default=(), description="Who is away, and passed over; so is whoever is on leave by `actors.leave`."
    )
    calendar: str = Field(
        default="",
        description=(
            "iCalendar file of who is on call: an attendee, or a summary that is, or begins with, a name of "
            "`team.people` (and a colon). It counts before the turns, overrides before it."
        ),
    )

    _listed: ListedHours | None = PrivateAttr(default=None)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value) if value else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.people and self.starts is None:
            raise ValueError("a rota with people needs starts: a day on which the first of them takes over")
        if self.deputies and not self.people:
            raise ValueError("deputies take turns with people: name people, too")
        return self

    @property
    def used(self) -> bool:
        """Whether anything is said of who is on call, or away."""
        return bool(self.people or self.overrides or self.calendar or self.absences or self.listed.away)

    @property
    def plans(self) -> bool:
        """Whether anything is said of who is on call."""
        return bool(self.people or self.overrides or self.calendar)

    @property
    def listed(self) -> ListedHours:
        """What the calendar and the file of leave hold; nothing before they were read."""
        return self._listed or NOTHING_LISTED

    @property
    def is_read(self) -> bool:
        """Whether the files were read."""
        return self._listed is not None

    def with_listed(self, listed: ListedHours) -> "RotaSettings":
        """Return the rota with what its files hold."""
        copy = self.model_copy()
        copy._listed = listed
        return copy
