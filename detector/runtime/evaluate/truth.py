"""The truth about a simulated company: its leaks and honest oddities, and which lines are theirs.

Comes in: truth.json. Goes out: plain values. Which events the lines became, and whom Nabat names in them, is known
only once they are decoded (``recording``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from detector.errors import InputError, Problem

TRUTH = "truth.json"
Spans = Mapping[str, Sequence[tuple[int, int]]]
"""By file, numbers of lines from and to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One leak, or one honest thing that looks odd.

    Attributes:
        leak: It is a leak; else an oddity.
        strength: Loud, medium or quiet; empty for oddities.
        actors: Who acts in it, as events name them.
        own: At least half of the clients were the actor's own.
        begins, ends: Its first and last line, by the clock of the simulated world.
        subjects: How many clients it took. named: Those of them whose ids the logs hold.
        lines, taking: Its lines, and those of them that took something.
    """

    id: str
    kind: str
    leak: bool
    strength: str = ""
    actors: tuple[str, ...] = ()
    own: bool = False
    role: str = ""
    begins: datetime
    ends: datetime
    subjects: int = 0
    named: frozenset[str] = frozenset()
    lines: Spans
    taking: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyTruth:
    """All scenes of a company, and how many lines of each file were written by each midnight."""

    scenes: tuple[Scene, ...]
    by_midnight: Mapping[str, Sequence[int]]


def read_truth(folder: Path) -> CompanyTruth:
    """Read truth.json of a simulated company.

    Raises:
        InputError: The folder holds none, or that of a company that does not say what was written by midnight.
    """
    path = folder / TRUTH
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        scenes = (*_scenes(told["leaks"], leak=True), *_scenes(told["oddities"], leak=False))
        return CompanyTruth(scenes=scenes, by_midnight=told["parameters"]["lines_by_midnight"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"is not the truth about a simulated company ({type(error).__name__})"
        raise InputError(Problem(file=str(path), what=what, fix="nabat simulate --company writes it")) from None


def _scenes(told: Iterable[Mapping[str, Any]], *, leak: bool) -> Iterable[Scene]:
    for each in told:
        yield Scene(
            id=each["id"],
            kind=each["kind"],
            leak=leak,
            strength=each.get("strength", ""),
            actors=tuple(each["actors"]),
            own=each["own_share"] >= 0.5,
            role=each["role"],
            begins=datetime.fromisoformat(each["first_event_at"]),
            ends=datetime.fromisoformat(each["last_event_at"]),
            subjects=each["subjects"],
            named=frozenset(each["named_ids"]),
            lines=each["lines"],
            taking=each["taking_lines"],
        )
