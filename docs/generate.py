"""Rewrite the generated parts of the pages: ``python -m docs.generate`` (or ``make docs``).

Comes in: the settings, metrics, columns, rules, commands and errors of the code. Goes out: tables between the marks
``<!-- generated: NAME -->`` and ``<!-- end -->`` in docs/*.md. The prose around them is written by people and stays.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

import detector
from detector.auth import ALLOWED, CALLED, INVITED, OF_NO_CASE
from detector.cli import nabat
from detector.decode.grok import GROK
from detector.decode.json.field_map import FieldMap
from detector.decode.logformat.custom import LogFormatFile
from detector.decode.regex.regex_format import Case, RegexFile
from detector.decode.registry import load_formats
from detector.detect.behaviour.features import FEATURES, LEFT_TO_RULES
from detector.detect.core import CoreState
from detector.detect.rules import RuleSet, list_rules
from detector.detect.state_scopes import declared
from detector.errors import InputError, NabatError
from detector.incident import ALLOWED as FOLLOWING
from detector.incident import load_playbooks, load_regulations
from detector.resources import shipped
from detector.runtime.visibility.blind_spots import Blind
from detector.schema.case.incidents import IncidentStatus
from detector.schema.events.columns import CLIENT_DATA, COLUMNS
from detector.schema.events.facts import FACTS
from detector.schema.events.lines import RejectReason
from detector.settings import Settings
from detector.settings.sections.response import ACCESS_ROLES, ROLES
from detector.settings.types import duration_text
from detector.telemetry.metrics import OF_CASES, Metrics

DOCS = Path(__file__).parent
MARK = re.compile(r"(<!-- generated: (?P<name>[a-z:._-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)

Row = tuple[str, ...]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "–"


# -- settings --------------------------------------------------------------------------------------------------------


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key with its full path: ``[]`` stands for an element of a list, ``NAME`` for a name of yours."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner, step = inner_model(field.annotation)
        yield path, field
        if inner is not None:
            yield from keys(inner, f"{path}{step}.")


def inner_model(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Return the model behind an annotation and how one goes into it."""
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    args = get_args(annotation)
    if origin is tuple and args:
        return inner_model(args[0])[0], "[]"
    if origin is dict:
        return inner_model(args[1])[0], ".NAME"
    return None, ""


def _kind(annotation: Any) -> str:
    """Return in words what may be written."""
    simple = {
        str: "text",
        int: "number",
        float: "number",
        bool: "true or false",
        timedelta: "duration",
        time: "time of day",
        date: "day",
        datetime: "moment",
        Path: "path",
        SecretStr: "text (a secret)",
    }
    if annotation in simple:
        return simple[annotation]
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in args if value != "")
    if origin is tuple:
        return f"list of {_plural(_kind(args[0]))}"
    if origin is dict:
        return f"names with {_plural(_kind(args[1]))}"
    if origin in (Union, UnionType):
        kinds = dict.fromkeys(_kind(one) for one in args if one is not NoneType)
        return " or ".join(kinds)
    if origin is not None and args:  # Annotated
        return _kind(args[0])
    name = getattr(annotation, "__name__", "")
    if name in ("IPv4Network", "IPv6Network"):
        return "network"
    return "keys below" if inspect.isclass(annotation) and issubclass(annotation, BaseModel) else name


def _plural(kind: str) -> str:
    return kind if kind.endswith(("below", "`")) else f"{kind}s" if " " not in kind else kind


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return ""
    text = _written(value)
    return f"`{text}`" if text else ""


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_written(one) or '""' for one in value) + "]"
    if isinstance(value, BaseModel):
        return "{ " + ", ".join(f"{key}: {_written(one)}" for key, one in value) + " }"
    return str(value.value if isinstance(value, Enum) else value)


def settings_table(part: str) -> str:
    """Return the keys of one part of the configuration; ``top`` is what stands at the top."""
    whole = list(keys(Settings))
    if part == "top":
        chosen = [(path, field) for path, field in whole if "." not in path and not inner_model(field.annotation)[0]]
    else:
        chosen = [(path, field) for path, field in whole if path == part or path.startswith((f"{part}.", f"{part}["))]
        chosen = [(path, field) for path, field in chosen if path != part]
    return table(("key", "what may be written", "default", "meaning"), map(_setting, chosen))


def _setting(entry: tuple[str, FieldInfo]) -> Row:
    path, field = entry
    size = any(getattr(getattr(one, "func", None), "__name__", "") == "_size" for one in field.metadata)
    kind = "size" if size else _kind(field.annotation)
    default = _size_text(field.get_default()) if size else _default(field)
    return f"`{path}`", kind, default, field.description or ""


def _size_text(value: Any) -> str:
    return f"`{value}`"


def format_keys() -> str:
    """Return the keys of a format's file."""
    rows = [(f"`{path}`", _kind(f.annotation), _default(f), f.description or "") for path, f in keys(FieldMap)]
    return table(("key", "what may be written", "default", "meaning"), rows)


def logformat_keys() -> str:
    """Return the keys of a file of a server's log format."""
    made = keys(LogFormatFile)
    rows = [(f"`{path}`", _kind(field.annotation), _default(field), field.description or "") for path, field in made]
    return table(("key", "what may be written", "default", "meaning"), rows)


def regex_keys() -> str:
    """Return the keys of a file of regular expressions."""
    rows = [(f"`{path}`", _kind(f.annotation), _default(f), f.description or "") for path, f in keys(RegexFile)]
    rows += [(f"`patterns[].{path}`", _kind(f.annotation), _default(f), f.description or "") for path, f in keys(Case)]
    return table(("key", "what may be written", "default", "meaning"), rows)


def grok_names() -> str:
    """Return the known grok names."""
    return ", ".join(f"`{name}`" for name in sorted(GROK)) + ".\n"


# -- the code's other tables -------------------------------------------------------------------------------------------


def metrics_table() -> str:
    """Return every metric: name, type, labels, meaning."""
    rows = []
    for one in vars(Metrics()).values():
        if not hasattr(one, "describe"):
            continue
        family = next(iter(one.describe()))
        name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = ", ".join(f"`{label}`" for label in one._labelnames)
        meaning = family.documentation + " *With the token.*" * (family.name in OF_CASES)
        rows.append((f"`{name}`", family.type, labels, meaning))
    return table(("metric", "type", "labels", "meaning"), rows)


def metric_names() -> set[str]:
    """Return every name a metric may be queried by, the parts of histograms included."""
    names: set[str] = set()
    for line in metrics_table().splitlines()[2:]:
        name, kind = (cell.strip(" `") for cell in line.split("|")[1:3])
        names |= {name, *(f"{name}_{part}" for part in ("bucket", "count", "sum") if kind == "histogram")}
    return names


def columns_table() -> str:
    """Return the columns of an event."""
    rows = [
        (
            f"`{one.name}`",
            one.dtype,
            "yes" if one.required else "",
            one.meaning + (" **Client data.**" if one.name in CLIENT_DATA else ""),
            one.origin,
        )
        for one in COLUMNS
    ]
    return table(("column", "type", "always there", "meaning", "after"), rows)


def facts_table() -> str:
    """Return the facts rules may read."""
    rows = [(f"`{one.name}`", one.dtype, one.unit, one.meaning, "yes" if one.stateful else "") for one in FACTS]
    return table(("fact", "type", "unit", "meaning", "needs history"), rows)


_REJECTS = {
    RejectReason.TOO_LONG: "Longer than 64 KiB (a record of several lines: 256 KiB), and no format reads the rest "
    "without its longest parts.",
    RejectReason.INVALID_UTF8: "Not UTF-8, and no format reads it with U+FFFD in place of these bytes.",
    RejectReason.BINARY: "Holds a NUL byte, and no format reads it with U+FFFD there; NULs before a line, as a power "
    "loss or a writer behind a truncation leaves them.",
    RejectReason.NO_FORMAT: "`auto` found no format that reads it.",
    RejectReason.MALFORMED: "Not of the source's format.",
    RejectReason.NOT_JSON: "The format is JSON and the line is no JSON object.",
    RejectReason.BAD_TIME: "Its time cannot be read, or is outside 1990 to 2100.",
    RejectReason.BAD_FIELD: "A field the format needs is missing or of the wrong kind.",
    RejectReason.EMPTY: "Nothing between two line ends; a run of empty lines is one reject.",
    RejectReason.HEADER: "A directive of the file, such as `#Fields:`: it says how to read the lines after it.",
    RejectReason.IGNORED: "The format recognises the line as no access (`ignore` of a `kind: regex`).",
    RejectReason.TOO_COSTLY: "Over 4 KiB long, and not tried: lines of its source took far more time "
    "than their length allows.",
    RejectReason.DAMAGED: "A part of a binary event log that cannot be read; `nabat decode FILE` says which.",
    RejectReason.POISON: "The service died twice while it was read; what it holds lies in `poison` in the "
    "state folder.",
}


def rejects_table() -> str:
    """Return the reasons of rejects."""
    return table(("reason", "meaning"), [(f"`{reason.value}`", _REJECTS[reason]) for reason in RejectReason])


def rules_table() -> str:
    """Return the shipped rules, by folder."""
    root = shipped("rules")
    rows = [
        (
            f"[`{path}`](../rules/{path})",
            one.title,
            one.severity,
            one.kind.replace("_", " "),
            _short(one.dedup_seconds),
            f"`{one.id}`",
        )
        for one in list_rules(RuleSet.load([root]))
        for path in [Path(one.file).relative_to(root).as_posix()]
    ]
    return table(("file", "states", "severity", "kind", "dedup", "id"), rows)


def _short(seconds: int) -> str:
    return duration_text(timedelta(seconds=seconds))


def scopes_table() -> str:
    """Return what each part of the state of detection sees, as it is declared beside it."""
    rows = [(f"`{part}`", ", ".join(sees)) for part, sees in declared(CoreState)]
    return table(("part of the state", "sees"), rows)


def cuts_table() -> str:
    """Return by which column the events of the shipped rules may be cut into shards."""
    keys = RuleSet.load([shipped("rules")]).cut_by()
    columns = sorted({*keys.values()}, key=lambda name: (-sum(key == name for key in keys.values()), name))
    rows = [(f"`{name}`" if name else "none", str(sum(key == name for key in keys.values()))) for name in columns]
    return table(("cut by", "rules"), rows)


def features_table() -> str:
    """Return the numbers of a window."""
    asked = {one.name: "–" if one.facet in LEFT_TO_RULES else one.facet for one in FEATURES}
    rows = [(f"`{one.name}`", one.unit, asked[one.name], one.meaning) for one in FEATURES]
    return table(("feature", "unit", "facet", "meaning"), rows)


_LAYOUTS = {
    "common": "address identity account [time] request status bytes",
    "combined": "common, then referrer and user agent: the default of nginx and Apache",
    "vhost_common": "virtual host before common",
    "vhost_combined": "virtual host before combined",
    "combined_time": "combined, then the request's time in seconds",
    "combined_forwarded": "combined, then X-Forwarded-For in quotes",
    "combined_forwarded_time": "combined_forwarded, then the request's time in seconds",
}


def formats_table() -> str:
    """Return the shipped formats, in the order ``auto`` tries them."""
    found = load_formats(Settings())
    tried = sorted((one for one in found.values() if one.order is not None), key=lambda one: (one.order, one.name))
    rows = [(f"`{one.name}`", f"`{one.dataset}`", one.about or _LAYOUTS[one.name]) for one in tried]
    return table(("format", "dataset", "lines"), rows)


def playbooks_table() -> str:
    """Return the shipped checklists."""
    books = load_playbooks().values()
    rows = [(f"`{one.id}`", one.title.en, str(len(one.steps)), one.summary.en) for one in books]
    return table(("playbook", "title", "steps", "for"), rows)


def steps_table() -> str:
    """Return the steps of the checklist for a leak."""
    rows = [
        (one.id, one.phase, one.title.en, "/".join(one.roles), one.due_text.en, one.automation)
        for one in load_playbooks()["client-data-leak"].steps
    ]
    return table(("step", "phase", "what to do", "roles", "due", "by"), rows)


def acts_table() -> str:
    """Return which role may do which act."""
    order = [*ROLES, *ACCESS_ROLES, CALLED, INVITED]
    rows = []
    for act, allowed in ALLOWED.items():
        every = frozenset(ROLES) <= allowed
        named = [role for role in order if role in allowed and not (every and role in ROLES)]
        about = "none" if act in OF_NO_CASE else "one"
        rows.append((f"`{act.value}`", ", ".join([*(["every responder role"] if every else []), *named]), about))
    return table(("act", "who may", "about an incident"), rows)


def statuses_table() -> str:
    """Return which status may follow which."""
    rows = [
        (f"`{status.value}`", ", ".join(f"`{each.value}`" for each in IncidentStatus if each in then))
        for status, then in FOLLOWING.items()
    ]
    return table(("status", "what may follow"), rows)


def regulations_table() -> str:
    """Return the shipped laws, whom each binds, and how far each was verified."""
    rows = [
        (f"`{one.id}`", one.title.en, one.basis, _bound(one.applies), _since(one), _verified(one))
        for one in load_regulations().values()
    ]
    return table(("id", "law", "counts from", "binds where", "in force", "verified"), rows)


def duties_table() -> str:
    """Return the duties of the shipped laws: when, to whom, from where on."""
    rows = []
    for law in load_regulations().values():
        for stage in law.stages:
            to = (stage.to or law.to).en
            asked = "; ".join(filter(None, (_bound(stage.applies), *_threshold(stage), _since(stage))))
            mark = "; ".join(
                filter(None, (stage.verified or law.verified.mark, "ask a lawyer" if stage.lawyer else ""))
            )
            rows.append((f"`{law.id}/{stage.id}`", stage.title.en, _due(stage), to, asked, stage.step, mark))
    return table(("duty", "what", "due", "to", "owed where", "step", "verified"), rows)


def _due(stage: Any) -> str:
    due, target = stage.due or stage.target, "our target: " if stage.due is None and stage.target else ""
    start = {"year_end": "the end of the year", "occasion": "a request or complaint"}.get(stage.start, stage.start)
    if due is None:
        return f"no number in the law; from {start}"
    said = [f"{due.minutes // 60} h"] if due.minutes else []
    said += [f"{due.days} d"] if due.days else []
    said += [f"{due.months} month"] if due.months else []
    said += [f"{due.working_days} working day{'s' if due.working_days > 1 else ''}"] if due.working_days else []
    return f"{target}{' '.join(said)} from {start}"


def _bound(applies: Any) -> str:
    said = [f"clients in {', '.join(applies.residence)}"] if applies.residence else []
    said += [f"we are {' or '.join(applies.sectors)}"] if applies.sectors else []
    said += [f"we are not {', '.join(applies.unless_sectors)}"] if applies.unless_sectors else []
    return "; ".join(said)


def _threshold(stage: Any) -> list[str]:
    limit = stage.threshold
    where = f" of one region of {limit.each_part_of}" if limit.each_part_of else ""
    said = [f"from {limit.subjects} people{where}"] if limit.subjects else []
    said += [f"fewer than {limit.subjects_under} people{where}"] if limit.subjects_under else []
    figures = f" ({', '.join(f'{name} {value}' for name, value in limit.figures.items())})" if limit.figures else ""
    return said + ([f"a person judges: {limit.judgement.en}{figures}"] if limit.judgement else [])


def _since(part: Any) -> str:
    if getattr(part, "dormant", False):
        return "never: a proposal"
    said = [f"from {part.valid_from}"] if part.valid_from else []
    return " ".join(said + ([f"until {part.valid_until}"] if part.valid_until else []))


def _verified(one: Any) -> str:
    said = {key: value for key, value in one.verified.model_dump().items() if isinstance(value, str) and value}
    return ", ".join(value if key == "mark" else f"{key}: {value}" for key, value in said.items())


_BLIND = {
    Blind.SOURCE: "A source has given no line for longer than `silent_after`, or its files cannot be read.",
    Blind.COVERAGE: "The record map does not fit the source's requests: none, or hardly any more, touches client data.",
    Blind.ACTOR: "Over 5 % of the last 1,000 touches of a source (20 at least) name nobody. It pages nobody.",
    Blind.FORMAT: "Most of the last lines of a source were only kept as text, or read with parts missing.",
    Blind.LATE: "Over 1 % of a source's lines of ten minutes came over an hour late, or it is read 10 s late.",
    Blind.MEMORY: "More than 10,000 names an hour had to be forgotten by one of detection's memories.",
    Blind.POISON: "A line ended the service when it was read, and is left out now. It is shown for a day.",
    Blind.DECODER: "The decoder failed on lines by a fault of Nabat; they gave no event.",
    Blind.REJECTS: "Over 1 % of a source's lines of ten minutes (20 at least), or 20 in a row, gave no event.",
    Blind.CLOCK: "Times of a source jump back by minutes or lie ahead, or this machine's clock is in doubt.",
    Blind.RULE: "A rule raised while judging, or cannot be used by this version.",
    Blind.MODEL: "There is no behaviour model that can be used, or it is older than `behaviour.max_age`.",
    Blind.ROLE: "A rung of the ladder reaches nobody, or a person's targets have all failed.",
    Blind.BUTTON: "Which buttons were pressed in Telegram cannot be read for a minute; the links in pages work.",
    Blind.MAILBOX: "The mailbox that letters to clients come back to (`letters.bounces`) cannot be read for a minute.",
    Blind.STATE: "The state folder or the database cannot be used as it should.",
}


def blind_table() -> str:
    """Return what can be blind."""
    return table(("kind", "meaning"), [(f"`{kind.value}`", _BLIND[kind]) for kind in Blind])


# -- errors ------------------------------------------------------------------------------------------------------------


def errors() -> list[type[NabatError]]:
    """Return every error class there is, parents before children."""
    for found in pkgutil.walk_packages(detector.__path__, "detector."):
        if not found.name.endswith("__main__") and ".migrations" not in found.name:
            importlib.import_module(found.name)

    def below(kind: type[NabatError]) -> Iterator[type[NabatError]]:
        yield kind
        for child in sorted(kind.__subclasses__(), key=lambda one: one.__name__):
            yield from below(child)

    return list(dict.fromkeys(below(NabatError)))


def errors_table() -> str:
    """Return the tree of errors."""
    rows = []
    for kind in errors():
        depth = len([one for one in kind.__mro__ if issubclass(one, NabatError)]) - 1
        status = "2" if issubclass(kind, InputError) else "1"
        rows.append(("· " * depth + f"`{kind.__name__}`", status, (inspect.getdoc(kind) or "").split("\n\n")[0]))
    return table(("error", "exit status", "meaning"), rows)


# -- commands ----------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, in the order the help lists them."""

    def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command, info_name=name, help_option_names=["-h", "--help"])
            for word in command.list_commands(context):
                child = command.get_command(context, word)
                if child is not None:
                    yield from walk(f"{name} {word}", child)

    return walk("nabat", nabat)


def commands_text() -> str:
    """Return the help of every command."""
    parts = []
    for name, command in commands():
        with click.Context(
            command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
        ) as context:
            said = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE).strip()
        parts.append(f"## {name}\n\n```text\n{said}\n```\n")
    return "\n".join(parts)


def measured() -> str:
    """Return what the last run of the benchmark wrote, without its title."""
    text = (DOCS.parent / "tests" / "bench" / "results.md").read_text(encoding="utf-8")
    return text.partition("\n")[2].strip() + "\n"


PARTS: dict[str, Callable[[], str]] = {
    "metrics": metrics_table,
    "columns": columns_table,
    "facts": facts_table,
    "rejects": rejects_table,
    "rules": rules_table,
    "features": features_table,
    "scopes": scopes_table,
    "cuts": cuts_table,
    "formats": formats_table,
    "format-keys": format_keys,
    "logformat-keys": logformat_keys,
    "regex-keys": regex_keys,
    "grok-names": grok_names,
    "playbooks": playbooks_table,
    "steps": steps_table,
    "acts": acts_table,
    "statuses": statuses_table,
    "regulations": regulations_table,
    "duties": duties_table,
    "blind-spots": blind_table,
    "errors": errors_table,
    "commands": commands_text,
    "measured": measured,
}


def part(name: str) -> str:
    """Return the text of one generated part."""
    if name.startswith("settings:"):
        return settings_table(name.removeprefix("settings:"))
    return PARTS[name]()


def rewrite(text: str) -> str:
    """Return a page with its generated parts made anew."""
    return MARK.sub(lambda found: f"{found[1]}\n{part(found['name'])}\n{found[4]}", text)


def pages() -> list[Path]:
    """Return every page."""
    return sorted(DOCS.rglob("*.md"))


def main() -> None:
    """Rewrite what changed and name it."""
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = rewrite(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(page.relative_to(DOCS.parent), file=sys.stderr)


if __name__ == "__main__":
    main()
