"""Who is at work when: shifts, weekends, holidays, leave and illness.

Comes in: the staff, the world, the calendar of a run. Goes out: the hours of a person on a day, and the leave file.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from detector.simulate.companies.shape import Hours, WorldTerms
from detector.simulate.companies.staffing import Employee
from detector.simulate.world import dice


@dataclass(slots=True)
class Rota:
    """The calendar of a run.

    Attributes:
        first: The date of day 0.
        holidays: Days on which offices are closed. password_day: The day on which all passwords have run out.
    """

    seed: int
    first: date
    days: int
    terms: WorldTerms
    holidays: frozenset[int] = frozenset()
    password_day: int | None = None
    _absences: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.terms.holidays:
            return
        luck = dice("holidays", self.seed)
        weekdays = [day for day in range(self.days) if self.date(day).weekday() < 5]
        count = round(self.days / 14)
        self.holidays = frozenset(luck.sample(weekdays, min(count, len(weekdays) // 4)))
        open_days = [day for day in weekdays[len(weekdays) // 3 :] if day not in self.holidays]
        self.password_day = luck.choice(open_days) if open_days else None

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=day)

    def month_end(self, day: int) -> bool:
        """Say whether a day is one of the last two of a month or the first two."""
        today = self.date(day)
        return today.day <= 2 or (today + timedelta(days=2)).month != today.month

    def absences(self, person: Employee) -> list[tuple[int, int, str]]:
        """Return the first day, the last day and the kind of each absence."""
        if person.account not in self._absences:
            found = []
            luck = dice("leave", self.seed, person.account)
            if luck.chance(self.terms.leave * (self.days + 8) / 36):
                first = luck.randint(-8, max(self.days - 1, 0))
                found.append((first, first + luck.randint(10, 16) - 1, "leave"))
            for week in range(self.days // 7 + 1):
                if luck.chance(0.05):
                    first = week * 7 + luck.randint(0, 6)
                    found.append((first, first + luck.randint(1, 3) - 1, "illness"))
            self._absences[person.account] = found
        return self._absences[person.account]

    def away(self, person: Employee, day: int) -> bool:
        """Say whether the person is on leave or ill."""
        return any(first <= day <= last for first, last, _ in self.absences(person))

    def hours(self, person: Employee, day: int) -> Hours | None:
        """Return from when until when the person works on a day, in hours behind midnight; None when they don't."""
        if not person.employed(day) or self.away(person, day):
            return None
        luck = dice("shift", self.seed, person.account, day)
        planned = self._planned(person, day)
        if planned is None:
            if person.job.rotation != "office" or not luck.chance(0.02):
                return None
            begin = luck.uniform(9, 19)
            return begin, begin + luck.gap(0.8)
        longer = luck.lognormvariate(0, 1) * 0.25 if luck.chance(0.3) else luck.gauss(0, 0.15)
        if person.job.rotation == "office" and luck.chance(0.03):
            longer += luck.uniform(2, 6)
        return planned[0] + luck.gauss(0, 0.2), planned[1] + longer

    def _planned(self, person: Employee, day: int) -> Hours | None:
        weekday, week = self.date(day).weekday(), self.date(day).toordinal() // 7
        job, hours = person.job, person.job.hours
        if job.rotation == "twelve":
            phase = (self.date(day).toordinal() + person.number * 3) % 8
            return hours[phase // 2] if phase < 4 else None
        if job.rotation == "week":
            off = (weekday - person.number - week) % 7 < 2
            return None if off else hours[(person.number // 7 + week) % len(hours)]
        if day in self.holidays or weekday == 6:
            return None
        saturday = job.rotation == "branch" and (person.number + week) % 2 == 0
        if weekday == 5:
            return hours[0] if saturday else None
        return None if saturday and weekday == person.number % 5 else hours[person.number % len(hours)]

    def leave_csv(self, people: tuple[Employee, ...]) -> str:
        """Return the absences as a file."""
        rows = ["user,from,until,kind"]
        for person in people:
            rows += [
                f"{person.account},{self.date(first)},{self.date(last)},{kind}"
                for first, last, kind in self.absences(person)
                if last >= 0 and person.employed(max(first, 0))
            ]
        return "\n".join(rows) + "\n"
