"""Log formats where the operator writes them down: a file ``config/formats/<name>.yml``, or a source's ``log_format``.

Comes in: the file or the source. Goes out: a ``Format``. Mistakes carry the place they stand at.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from detector.decode.format import AUTO, Format
from detector.decode.json.field_map import CLOSED, RAW, REQUEST, TARGET
from detector.decode.logformat import DATASETS, KINDS, LayoutError, compile_layout, misspelt
from detector.errors import ConfigError, Problem
from detector.schema.events import columns
from detector.settings import SourceSettings, Strict
from detector.settings.loading.load_settings import read_model, read_text

_NAMED = {name for name, raw in RAW.items() if raw not in (REQUEST, TARGET)}
_COLUMNS = {one.name for one in columns.COLUMNS if one.dtype in ("str", "int16", "int64", "int64 (ns)")}
_TARGETS = _NAMED | (_COLUMNS - set(CLOSED) - {"event.original", "event.dataset", "log.offset", "actor.id"})


class LogFormatFile(Strict):
    """One log format of a web server or proxy."""

    kind: Literal["nginx", "apache", "haproxy"] = Field(description="Whose log format it is.")
    about: str = Field(default="", description="What writes such lines.")
    dataset: str = Field(default="", description="`event.dataset` of its events; empty: the kind's own.")
    order: int | None = Field(
        default=None, description="Place among the formats `auto` tries; empty: only used by its name."
    )
    log_format: str = Field(
        min_length=1, description="The log format, pasted as it stands in the server's configuration."
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="Variables and the columns they give (`upstream_http_x_login: user.name`)."
    )

    @field_validator("columns")
    @classmethod
    def _columns_exist(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted({column for column in value.values() if column not in _TARGETS})
        if unknown:
            raise ValueError(f"no such columns: {', '.join(unknown)}")
        return value


def of_file(name: str, path: Path, wanted: Mapping[str, bool]) -> Format:
    """Return the format of a file.

    Raises:
        ConfigError: With every mistake and the line of the log format.
    """
    spec = read_model(path, LogFormatFile)
    try:
        made = compile_layout(spec.log_format, kind=spec.kind, columns=spec.columns, wanted=wanted)
    except LayoutError as error:
        line = _line_of(path)
        raise ConfigError(
            Problem(file=str(path), line=line, what=f"log_format: {mistake}") for mistake in error.mistakes
        ) from None
    return Format(
        name,
        spec.dataset or DATASETS[made.kind],
        "web",
        made.parse,
        spec.order,
        about=spec.about,
        steady=True,
        ways=made.ways,
    )


def _line_of(path: Path) -> int:
    lines = read_text(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("log_format")), 1)


def of_source(
    source: SourceSettings, number: int, wanted: Mapping[str, bool], envelopes: Collection[str] = ()
) -> Format:
    """Return the format of a source that has its ``log_format`` with it.

    Args:
        source: The source.
        number: Which it is, for the place of mistakes.
        wanted: JSON fields the record map asks for.
        envelopes: What lines may stand in; the source's ``format`` may be one of them.

    Raises:
        ConfigError: With every mistake.
    """
    mistakes: tuple[str, ...]
    kind = source.format if source.format in KINDS else ""
    if not kind and source.format != AUTO and source.format not in envelopes:
        mistakes = (f"beside it, format is auto or one of: {', '.join((*KINDS, *sorted(envelopes)))}",)
    else:
        try:
            made = compile_layout(source.log_format, kind=kind, wanted=wanted)
            return Format(
                source.reads,
                DATASETS[made.kind],
                "web",
                made.parse,
                None,
                about="as pasted",
                steady=True,
                ways=made.ways,
            )
        except LayoutError as error:
            mistakes = error.mistakes
    raise ConfigError(
        Problem(where=("sources", number, "log_format"), what=f"log_format of source {source.name}: {mistake}")
        for mistake in mistakes
    )


def misspelt_variables(source: SourceSettings) -> list[tuple[str, str]]:
    """Return variables of a source's ``log_format`` that no nginx has, each with the one that is probably meant."""
    return misspelt(source.log_format, kind=source.format if source.format in KINDS else "")
