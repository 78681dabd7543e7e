"""The rows of a CSV file whose first line names the columns.

Comes in: a path and the setting that names it, or a text and what it is called. Goes out: rows as dictionaries, and
problems that name file and line. A file that is not there, is not UTF-8 or is no CSV is refused whole.
"""

import csv
from collections.abc import Collection, Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ConfigError, Problem
from detector.settings.loading.load_settings import read_text

if TYPE_CHECKING:
    from detector.settings.loading.yaml_nodes import Where

_LONGEST = 100_000  # the limit of Python's reader is the process's, and formats of logs raise it


class CsvRows:
    """Rows of a file.

    Args:
        path: The file; of a text, what it is called in messages.
        where: The setting that names it.
        text: What stands in it, where it comes from elsewhere; None: it is read.

    Attributes:
        columns: Their names.
        cells: How many cells the row has that was read last.

    Raises:
        ConfigError: The file is not there or cannot be read.
    """

    def __init__(self, path: Path | str, where: "Where", text: str | None = None) -> None:
        # Lines end where CSV says: a name may hold a character that other texts take for the end of one.
        whole = read_list(Path(path), where) if text is None else text
        self._reader = csv.reader(StringIO(whole, newline=""))
        self._file = str(path)
        self._line = 1
        self.cells = 0
        self.columns = [name.strip() for name in self._next() or ()]

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yield the rows that hold anything.

        Raises:
            ConfigError: What stands there is no CSV.
        """
        while (cells := self._next()) is not None:
            self._line, self.cells = self._reader.line_num, len(cells)
            if any(cell.strip() for cell in cells):
                yield dict(zip(self.columns, map(str.strip, cells), strict=False))

    def problem(self, what: str) -> Problem:
        """Return what is wrong with the row that was read last."""
        return Problem(file=self._file, line=self._line, what=what)

    def missing(self, *names: str) -> str:
        """Return what is wrong with the first line: columns that are missing, or stand there twice; empty: nothing."""
        absent = [name for name in names if name not in self.columns]
        if absent:
            return f"columns missing: {', '.join(absent)}; the first line names them"
        return self.doubled({*names})

    def doubled(self, names: Collection[str]) -> str:
        """Return which of these columns the first line names twice; empty: none."""
        twice = sorted(name for name in names if self.columns.count(name) > 1)
        return f"columns named twice: {', '.join(twice)}" if twice else ""

    def _next(self) -> list[str] | None:
        try:
            cells = next(self._reader, None)
        except csv.Error as error:
            raise self._no_csv(str(error)) from None
        if cells is not None and any(len(cell) > _LONGEST for cell in cells):
            raise self._no_csv(f"a cell has more than {_LONGEST} characters; a quote may not be closed")
        return cells

    def _no_csv(self, why: str) -> ConfigError:
        return ConfigError(Problem(file=self._file, line=self._reader.line_num, what=f"this is no CSV: {why}"))


def read_list(path: Path, where: "Where") -> str:
    """Return the text of a company's file.

    Args:
        path: The file.
        where: The setting that names it.

    Raises:
        ConfigError: It is not there, cannot be read, or is not UTF-8.
    """
    if not path.is_file():
        key = ".".join(map(str, where))
        raise ConfigError(
            Problem(
                where=where,
                what=f"{path} is no file, but a folder or a device" if path.exists() else f"there is no file {path}",
                fix=f"correct {key}; relative paths count from the configuration's folder",
            )
        )
    return read_text(path).removeprefix("\ufeff")
