"""The index of shipped formats: how the lines and files of each are told, without making what reads them.

Comes in: ``index.json``, which ``make golden`` writes from the formats themselves. Goes out: formats whose
readers are made when their first line is read. ``auto`` asks of every stream which of some sixty formats it is of, and
the stream is of one: making the readers of all costs as much as the rest of a short replay. A test compares the index
with the formats, so that a line is told by the same patterns whether its format was made or not.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec
import polars as pl

from detector.decode.format import Format, Parse, Ways
from detector.decode.grok import PatternPiece
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.schema.events.framing import LINES, Framing

INDEX = Path(__file__).with_name("index.json")
_MADE = ("parse", "patterned", "ways")
"""What only a format that was made can do."""
_TOLD = tuple(field for field in fields(Format) if field.name not in _MADE)


class LateFormat:
    """A format that is made when it has to read a line.

    Args:
        told: What the index says of it.
        make: Makes it.
    """

    def __init__(self, told: Mapping[str, Any], make: Callable[[], Format]) -> None:
        self._make = make
        can = told["can"]
        self.format = Format(
            **{name: value for name, value in told.items() if name not in ("can", "framing")},
            framing=msgspec.convert(told["framing"], Framing) if "framing" in told else LINES,
            parse=self._parse,
            patterned=self._patterned if "patterned" in can else None,
            ways=self._ways if "ways" in can else None,
        )

    @cached_property
    def made(self) -> Format:
        """The format itself."""
        return self._make()

    def _parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        return self.made.parse(lines, place)

    def _patterned(self, text: str) -> Parse:
        return cast("Callable[[str], Parse]", self.made.patterned)(text)

    def _ways(self) -> tuple[tuple[PatternPiece, ...], ...]:
        return cast("Ways", self.made.ways)()


def read_index() -> dict[str, dict[str, Any]]:
    """Return by name what the index says of each format."""
    found: list[dict[str, Any]] = msgspec.json.decode(INDEX.read_bytes())
    for told in found:
        if "requires" in told:
            told["requires"] = tuple(told["requires"])
    return {told["name"]: told for told in found}


def index_text(formats: Iterable[Format]) -> str:
    """Return the index of formats: a line of JSON each, without what has its default."""
    lines = []
    for one in formats:
        can = [name for name in _MADE[1:] if getattr(one, name) is not None]
        told = {field.name: value for field in _TOLD if (value := getattr(one, field.name)) != field.default}
        if "framing" in told:
            plain = {field.name: field.default for field in fields(Framing)}
            told["framing"] = {
                name: value for name, value in msgspec.to_builtins(one.framing).items() if value != plain[name]
            }
        lines.append(msgspec.json.encode(told | {"can": can}).decode())
    return "[\n" + ",\n".join(lines) + "\n]\n"
