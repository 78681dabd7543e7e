"""The register of trainings: who did which course when, from a file the company keeps.

Comes in: the settings that name it. Goes out: its rows. Columns that are not known are left alone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from detector.errors import ConfigError, did_you_mean
from detector.settings.lists.csv_rows import CsvRows

if TYPE_CHECKING:
    from detector.settings import Settings

_WHERE: Final = ("preparation", "training", "register_file")
_NEEDED: Final = ("person", "course", "done")
_MORE: Final = ("role", "joined", "due")
_DAYS: Final = ("done", "due", "joined")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """One row.

    Attributes:
        person: As the company calls them; of the crisis team, the name in ``team.people``.
        course: Empty: the row says only that there is such a person.
        done: None: not yet.
    """

    person: str
    role: str = ""
    joined: date | None = None
    course: str = ""
    done: date | None = None
    due: date | None = None


def read_training(settings: "Settings") -> list[TrainingRow]:
    """Return the rows of the register; none where none is kept.

    Raises:
        ConfigError: With every wrong row.
    """
    training = settings.preparation.training
    if not training.register_file:
        return []
    rows = CsvRows(Path(training.register_file), _WHERE)
    if wrong := rows.missing(*_NEEDED) or rows.doubled({*_NEEDED, *_MORE}):
        raise ConfigError(rows.problem(wrong))
    found, problems = list[TrainingRow](), []
    for row in rows:
        said = list(_mistakes(row, training.courses))
        problems += [rows.problem(each) for each in said]
        if not said:
            found.append(_row(row))
    if problems:
        raise ConfigError(problems)
    return found


def _mistakes(row: Mapping[str, str], courses: Collection[str]) -> Iterator[str]:
    if not row.get("person"):
        yield "a row without a person"
    course = row.get("course", "")
    if course and courses and course not in courses:
        yield f"{course!r} is none of preparation.training.courses; {did_you_mean(course, courses)}".rstrip("; ")
    for name in _DAYS:
        if row.get(name):
            try:
                date.fromisoformat(row[name])
            except ValueError:
                yield f"`{name}` must be a day such as 2026-03-08"


def _row(row: Mapping[str, str]) -> TrainingRow:
    done, due, joined = (date.fromisoformat(row[name]) if row.get(name) else None for name in _DAYS)
    return TrainingRow(
        person=row["person"],
        role=row.get("role", ""),
        joined=joined,
        course=row.get("course", ""),
        done=done,
        due=due,
    )
