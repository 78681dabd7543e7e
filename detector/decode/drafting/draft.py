"""A draft of a format for lines that none reads: a field map for JSON and key=value, patterns for text.

Comes in: some lines of a log. Goes out: the text of a format file, and how many of the lines it reads. What a field
holds is guessed by its name and its values (``guess``), for a person to correct. A draft holds names of fields and
words of actions, and no other value of the lines.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from detector.decode.columns.unescape import unescape
from detector.decode.drafting.cell_pattern import draft_cells
from detector.decode.drafting.guess import TIME, FieldGuess, guess
from detector.decode.drafting.text_pattern import FORMS, draft_patterns
from detector.decode.format import Parse
from detector.decode.json.field_map import FieldMap
from detector.decode.json.json_lines import JsonLines
from detector.decode.json.lookup import as_text, flat, object_of
from detector.decode.line_context import LineContext
from detector.decode.regex.regex_format import RegexFile
from detector.decode.regex.regex_lines import RegexLines
from detector.decode.registry import candidates, load_formats
from detector.schema.events.lines import RejectReason
from detector.settings import Settings

_MOST_LINES = 500
_MOST_WORDS = 20
_LONGEST = 16_384
_PAIR = re.compile(r'([^\s="]{1,64})=("(?:[^"\\]|\\.)*"|[^\s"]*)')
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,40}")
_ACTIONS = {
    **dict.fromkeys(("read", "view", "get", "open", "show", "fetch"), "read"),
    **dict.fromkeys(("list", "index", "browse"), "list"),
    **dict.fromkeys(("search", "find", "query", "lookup"), "search"),
    **dict.fromkeys(("export", "report", "dump"), "export"),
    **dict.fromkeys(("create", "add", "insert", "new"), "create"),
    **dict.fromkeys(("update", "edit", "change", "modify", "patch"), "update"),
    **dict.fromkeys(("delete", "remove"), "delete"),
    **dict.fromkeys(("login", "signin", "logon"), "login"),
    **dict.fromkeys(("logout", "signout", "logoff"), "logout"),
    **dict.fromkeys(("download", "print"), "download"),
}
_GOOD = frozenset(("ok", "success", "succeeded", "allowed", "granted", "true", "1", "passed"))
_QUOTED_ACCOUNT = (
    r"(?P<source.ip>[^ ]+) [^ ]+ [^ ]+ \[(?P<time>[^\[\]]+)\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<http.response.status_code>[0-9]{3}|-) '
    r'(?P<http.response.body.bytes>[0-9]+|-) "(?P<http.request.referrer>(?:[^"\\]|\\.)*)" '
    r'"(?P<user_agent.original>(?:[^"\\]|\\.)*)" "(?P<user.name>[^"]*)"'
)
"""nginx's combined format with ``"$http_x_user"`` behind it."""
_TELLING = ("source.ip", "user.name", "user.id", "request", "target", "http.request.method", "event.action")
"""Fields by which such lines are told from others."""


@dataclass(frozen=True, slots=True)
class DraftedFormat:
    """What reads the lines best.

    Attributes:
        format: The known format that does; empty: none, and ``text`` is a draft.
        kind: Kind of the draft: ``json``, ``logfmt``, ``regex``; empty: there is none.
        text: The draft, to be saved as ``NAME.yml`` in a folder named under ``formats``.
        read: How many lines it gives events for.
        total: How many lines there are, those left out that a format knows and gives no event for.
        fields: Fields that were found in JSON or key=value, in the order they were met.
    """

    format: str
    kind: str
    text: str
    read: int
    total: int
    fields: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of lines read."""
        return self.read / self.total if self.total else 0.0


def draft_format(
    lines: Sequence[str], settings: Settings, *, timezone: str = "UTC", name: str = "own", fields_only: bool = False
) -> DraftedFormat:
    """Return the format that reads the lines best: a known one if it reads as many as a draft, else the draft.

    Args:
        lines: Lines of one log; the first five hundred are looked at.
        settings: They say where formats lie.
        timezone: Zone of times that carry none.
        name: What the draft's events are called (``event.dataset``).
        fields_only: Draft from fields that have names or places (JSON, ``key=value``, cells); ask no known format.

    Raises:
        ConfigError: A format file is wrong.
    """
    texts = [line[:_LONGEST] for line in lines[:_MOST_LINES] if line.strip()]
    place = LineContext(zone=ZoneInfo(timezone))
    column = pl.Series("line", texts, dtype=pl.String())
    if fields_only:
        return _of_named(texts, column, place, name) or DraftedFormat("", "", "", 0, len(column))
    known = _known(column, settings, place)
    if known.total and known.share == 1:
        return known
    drafted = _drafted(texts, column, place, name)
    return drafted if drafted.read > known.read or not known.read else known


def draft_quoted_account(lines: Sequence[str], name: str) -> DraftedFormat:
    """Return the combined format with an account as its last quoted field; ``share`` says how many lines it reads."""
    column = pl.Series("line", lines, dtype=pl.String())
    return _of_patterns({"patterns": [_QUOTED_ACCOUNT]}, column, LineContext(zone=ZoneInfo("UTC")), name)


def _known(column: pl.Series, settings: Settings, place: LineContext) -> DraftedFormat:
    best = DraftedFormat("", "", "", 0, len(column))
    for one in candidates(load_formats(settings)):
        may = column if not one.telling else column.filter(column.str.contains(one.telling))
        if one.last or len(may) <= best.read:
            continue
        parsed = one.parse(may, place)
        read = len(set(parsed.places().tolist())) if parsed.frame.height else 0
        spare = sum(why in (RejectReason.HEADER, RejectReason.IGNORED) for why in parsed.failures.values())
        if read > best.read:
            best = DraftedFormat(one.name, "", "", read, len(column) - spare)
    return best


def _drafted(texts: Sequence[str], column: pl.Series, place: LineContext, name: str) -> DraftedFormat:
    drafted = _of_named(texts, column, place, name)
    if drafted is not None:
        return drafted
    patterns = draft_patterns(texts)
    if not patterns:
        return DraftedFormat("", "", "", 0, len(column))
    forms = ["auto"] + [one for part, some in FORMS.items() for one in some if any(part in text for text in patterns)]
    return _of_patterns({"patterns": patterns, "time": {"form": forms}}, column, place, name)


def _of_named(texts: Sequence[str], column: pl.Series, place: LineContext, name: str) -> DraftedFormat | None:
    """Return a draft of lines whose fields have names or places; None when they are no such lines."""
    objects = [item for text in texts if text.lstrip().startswith("{") and (item := object_of(text)) is not None]
    if 2 * len(objects) > len(texts):
        return _of_fields("json", [flat(item) for item in objects], column, place, name)
    cells = draft_cells(texts)
    if cells is not None:
        spec: dict[str, object] = {"patterns": [cells.pattern], "time": {"form": list(cells.forms)}}
        spec |= {"ignore": [cells.header]} if cells.header else {}
        spec |= {"duration_unit": cells.unit} if cells.unit else {}
        return _of_patterns(spec, column, place, name)
    pairs = [item for text in texts if len(item := _pairs(text)) > 1 and _PAIR.match(text.lstrip())]
    if 2 * len(pairs) > len(texts):
        return _of_fields("logfmt", pairs, column, place, name)
    return None


def _of_patterns(spec: Mapping[str, object], column: pl.Series, place: LineContext, name: str) -> DraftedFormat:
    whole = RegexFile.model_validate({"kind": "regex", "dataset": name, **spec})
    return _measured("regex", _regex_text(spec, name), RegexLines(whole, {}).parse, column, place, ())


def _measured(
    kind: str, text: str, parse: Parse, column: pl.Series, place: LineContext, fields: tuple[str, ...]
) -> DraftedFormat:
    parsed = parse(column, place)
    read = len(set(parsed.places().tolist())) if parsed.frame.height else 0
    return DraftedFormat("", kind, text, read, len(column), fields)


def _pairs(text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in _PAIR.findall(text):
        found.setdefault(key, unescape(value[1:-1]) if value[:1] == '"' else value)
    return found


def _of_fields(
    kind: str, items: Sequence[Mapping[str, object]], column: pl.Series, place: LineContext, name: str
) -> DraftedFormat:
    fields: dict[str, list[object]] = {}
    for item in items:
        for path, value in item.items():
            if value is not None and not isinstance(value, list | dict):
                fields.setdefault(path, []).append(value)
    guessed = guess(fields)
    if TIME not in guessed.columns:
        return DraftedFormat("", "", "", 0, len(column), tuple(fields))
    spec = _field_map(kind, items, fields, guessed, name)
    parse = JsonLines(FieldMap.model_validate(spec), {}).parse
    return _measured(kind, _map_text(spec, fields, guessed), parse, column, place, tuple(fields))


def _field_map(
    kind: str,
    items: Sequence[Mapping[str, object]],
    fields: Mapping[str, Sequence[object]],
    guessed: FieldGuess,
    name: str,
) -> dict[str, object]:
    everywhere = [path for path in fields if all(item.get(path) is not None for item in items)]
    columns = {column: list(paths) for column, paths in guessed.columns.items() if column != TIME}
    requires = [path for path in guessed.columns[TIME] if path in everywhere][:1]
    for column in _TELLING:
        requires += [path for path in columns.get(column, ()) if path in everywhere][: 1 if len(requires) < 3 else 0]
    spec: dict[str, object] = {"kind": kind, "about": "a draft", "dataset": name, "order": 40, "requires": requires}
    spec |= {"time": {"fields": list(guessed.columns[TIME])}, "fields": columns}
    values = {}
    if "event.action" in columns:
        values["event.action"] = {**_words(fields, columns["event.action"]), "*": "other"}
    if "event.outcome" in columns:
        words = _seen(fields, columns["event.outcome"])
        values["event.outcome"] = {word: "success" if word in _GOOD else "failure" for word in words}
    if values:
        spec["values"] = values
    if "event.duration" in columns:
        spec["duration_unit"] = guessed.unit
    if guessed.secrets:
        spec["drop"] = list(guessed.secrets)
    return spec


def _words(fields: Mapping[str, Sequence[object]], paths: Sequence[str]) -> dict[str, str]:
    """Return words of actions and ours, as far as a part of the word is one we know."""
    found = {}
    for word in _seen(fields, paths):
        parts = re.split(r"[^a-z]+", word)
        ours = next((_ACTIONS[part] for part in parts if part in _ACTIONS), None)
        if ours:
            found[word] = ours
    return found


def _seen(fields: Mapping[str, Sequence[object]], paths: Sequence[str]) -> list[str]:
    counts = Counter(str(as_text(value)).lower() for path in paths for value in fields[path])
    return sorted(word for word, _ in counts.most_common(_MOST_WORDS) if _WORD.fullmatch(word))


def _map_text(spec: Mapping[str, object], fields: Mapping[str, Sequence[object]], guessed: FieldGuess) -> str:
    used = {path for paths in guessed.columns.values() for path in paths} | set(guessed.secrets)
    rest = [path for path in fields if path not in used]
    head = ["# A draft: what the fields hold is guessed by their names and values. Correct it, and give it samples."]
    if rest:
        head.append(f"# Kept as labels: {_plain(', '.join(rest))}")
    return "\n".join([*head, *_yaml(spec)]) + "\n"


def _regex_text(spec: Mapping[str, object], name: str) -> str:
    lines = [
        "# A draft: give the groups better names (docs/schema.md lists the columns), and give it samples.",
        "kind: regex",
        "about: a draft",
        f"dataset: {json.dumps(name)}",
        "order: 99",
    ]
    for key in ("patterns", "ignore"):
        patterns = spec.get(key)
        if isinstance(patterns, Sequence):
            lines += [f"{key}:", *("  - '" + str(one).replace("'", "''") + "'" for one in patterns)]
    rest = {key: value for key, value in spec.items() if key not in ("patterns", "ignore")}
    return "\n".join([*lines, *(_yaml(rest) if rest != {"time": {"form": ["auto"]}} else ())]) + "\n"


def _yaml(spec: Mapping[str, object], indent: str = "") -> Iterator[str]:
    """Give a mapping as YAML; keys and texts stand in quotes where a log may have written them."""
    for key, value in spec.items():
        written = key if re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", key) else _quoted(key)
        if isinstance(value, Mapping):
            yield f"{indent}{written}:"
            yield from _yaml(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{written}: [{', '.join(map(_quoted, value))}]"
        else:
            yield f"{indent}{written}: {value if isinstance(value, int) else _quoted(str(value))}"


def _quoted(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text) and text.lower() not in _RESERVED
    return text if plain else json.dumps(text)


_RESERVED = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]
