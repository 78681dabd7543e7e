"""The error tree. An error knows its place, says the consequence and what to do.

``NabatError`` is the root; ``InputError`` is everything a person can correct (exit status 2): it carries *all* problems
found, never only the first. ``FoundError`` is for a command that worked and found something wrong (exit status 1).
"""

import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

_LISTED = 20
# A word of so many letters may be a part of the name that was meant; so many such names are offered.
_TELLING, _OFFERED = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing a person has to correct.

    Attributes:
        file: The file it is in, as the person named it; "-" for standard input; empty when it is in no file.
        line: Line in that file, counted from 1; 0 when unknown.
        what: What is wrong, in one sentence without a full stop.
        fix: What to do about it; empty when ``what`` already says it.
        where: Keys and numbers that lead to it in the configuration, while its file and line are not known here:
            ``Settings.with_location`` puts them in.
    """

    file: str = ""
    line: int = 0
    what: str
    fix: str = ""
    where: tuple[str | int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "") + ": " if self.file else ""
        return f"{place}{self.what}" + (f" ({self.fix})" if self.fix else "")


@dataclass(frozen=True, slots=True)
class Cause:
    """What failed and where, without what it said: a message may hold what stood in a log.

    Attributes:
        kind: Type of the exception.
        place: File, line and function it was raised in.
        trace: The calls that led there, the innermost last.
    """

    kind: str
    place: str
    trace: str

    @classmethod
    def of(cls, error: BaseException) -> "Cause":
        """Return the cause of an exception that was caught."""
        calls = traceback.extract_tb(error.__traceback__)
        last = calls[-1] if calls else traceback.FrameSummary("", 0, "")
        place = f"{Path(last.filename).name}:{last.lineno} in {last.name}"
        return cls(type(error).__name__, place, "".join(traceback.format_list(calls)))


class NabatError(Exception):
    """Root of every error Nabat raises on purpose."""


class InputError(NabatError):
    """Something given to Nabat is wrong; holds every problem found (exit status 2)."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(InputError):
    """The configuration, a rule, a playbook or another file of the operator's is wrong."""


class ModelError(InputError):
    """A model on disk cannot be trusted or does not fit this version."""


class NotFoundError(InputError):
    """A thing named by a person (an incident, a step, a rule) does not exist."""


class ConflictError(InputError):
    """The thing exists but is in a state that does not allow what was asked."""


class DeniedError(InputError):
    """Somebody asked for what they may not do; who could is named."""


class StoreError(NabatError):
    """The database or the state folder cannot be used; nothing was committed."""


class UnreadableRowError(StoreError):
    """A row of the database holds something that is no value of its column; table, row and column are named."""


class FoundError(NabatError):
    """A command did its work and the answer is bad news (exit status 1)."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return what to do about a name nobody knows: the known one it looks like, else those there are."""
    near, names = nearest_names(word, known), sorted(known)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"write one of: {', '.join(names)}" if 0 < len(names) <= _LISTED else ""


def nearest_names(word: str, known: Iterable[str]) -> list[str]:
    """Return the known names that a name nobody knows looks like."""
    names = {name.lower(): name for name in sorted(known)}
    holding = sorted((each for each in names if word.lower() in each), key=len) if len(word) >= _TELLING else []
    return [names[each] for each in holding[:_OFFERED] or get_close_matches(word.lower(), names, n=1)]
