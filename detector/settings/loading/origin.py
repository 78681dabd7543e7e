"""Where settings came from: a place in them becomes a file and a line.

Comes in: a problem that knows its place by keys and numbers. Goes out: the same problem with file and line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from detector.errors import Problem
from detector.settings.loading.salvage import original
from detector.settings.loading.yaml_nodes import Where


@dataclass(frozen=True)
class Origin:
    """The file settings were read from. All are equal: where they stood is no part of what they say.

    Attributes:
        file: As the person named it.
        lines: The line of every value.
        numbers: For lists that wrong items were left out of: the number each kept one had.
    """

    file: str = field(compare=False)
    lines: Mapping[Where, int] = field(compare=False)
    numbers: Mapping[Where, tuple[int, ...]] = field(compare=False, default_factory=dict)

    def with_location(self, problem: Problem) -> Problem:
        """Return the problem with file and line, where it knows its place in the settings and has none yet."""
        if problem.file or not problem.where:
            return problem
        return replace(problem, file=self.file, line=self.line(original(problem.where, self.numbers)))

    def line(self, where: Where) -> int:
        """Return the line of a place; of the nearest one that leads to it when it is not in the file."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def within(self, where: Where, wrong: Iterable[Where]) -> bool:
        """Tell whether something wrong (by its way in the file) lies inside the part at ``where``."""
        way = original(where, self.numbers)
        return any(each[: len(way)] == way for each in wrong)

    def part(self, line: int) -> str:
        """Return the key of the top of the file under which a line stands; empty before the first."""
        tops = [(at, str(where[0])) for where, at in self.lines.items() if len(where) == 1 and at <= line]
        return max(tops)[1] if tops else ""
