"""Files of formats: ``config/formats/<name>.yml`` and an operator's own become formats, as their ``kind`` says.

Comes in: a file. Goes out: the format, or every mistake with its line. A new kind is a line in ``KINDS``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from detector.decode import logformat
from detector.decode.format import Format
from detector.decode.json.field_map import FieldMap
from detector.decode.json.json_lines import JsonLines
from detector.decode.logformat import custom
from detector.decode.regex.regex_format import RegexFile
from detector.decode.regex.regex_lines import RegexLines
from detector.errors import ConfigError, Problem
from detector.schema.events.framing import LINES, Cutting, Framing
from detector.settings.loading.load_settings import read_model, read_text
from detector.settings.loading.yaml_nodes import construct
from detector.settings.loading.yaml_nodes import parse as parse_yaml


def read_format(name: str, path: Path, wanted: Mapping[str, bool]) -> Format:
    """Read the file of a format.

    Args:
        name: What settings call it.
        path: The file.
        wanted: JSON fields the record map reads, and whether they hold ids.

    Raises:
        ConfigError: With every mistake in it, each with its line.
    """
    return KINDS[_kind(path)](name, path, wanted)


def _json(name: str, path: Path, wanted: Mapping[str, bool]) -> Format:
    spec = read_model(path, FieldMap)
    return Format(
        name,
        spec.dataset,
        spec.constants.get("event.category", "web"),
        JsonLines(spec, wanted).parse,
        spec.order,
        telling=spec.telling,
        framing=Framing(Cutting.JSON, wrapper=spec.wrapper) if spec.documents else LINES,
        head=spec.head,
        about=spec.about,
        steady=True,
        requires=spec.requires,
        empty_words=spec.empty_words,
    )


def _regex(name: str, path: Path, wanted: Mapping[str, bool]) -> Format:
    spec = read_model(path, RegexFile)
    lines = RegexLines(spec, wanted)
    return Format(
        name,
        spec.dataset,
        spec.constants.get("event.category", "web"),
        lines.parse,
        spec.order,
        telling=lines.telling,
        about=spec.about,
        steady=True,
        ways=lines.ways,
    )


KINDS: dict[str, Callable[[str, Path, Mapping[str, bool]], Format]] = {
    "json": _json,
    "logfmt": _json,
    "regex": _regex,
    **dict.fromkeys(logformat.KINDS, custom.of_file),
}
"""Kinds of files in config/formats."""


def _kind(path: Path) -> str:
    try:
        data = [construct(path, node) for node in parse_yaml(path, read_text(path))]
    except ConfigError:
        return "json"  # reading it as such tells what is wrong, with the line
    kind = data[0].get("kind") if data and isinstance(data[0], dict) else None
    if kind not in KINDS:
        raise ConfigError(
            Problem(file=str(path), line=1, what=f"kind is missing or unknown; kinds: {', '.join(KINDS)}")
        )
    return str(kind)
